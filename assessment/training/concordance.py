"""How far raters agree beyond chance, and how sure a few items make us of it. No Django: answers in, numbers out.

Every coefficient here is `1 - observed / expected`: how far apart two raters stand on average, over how far apart
they would stand if each kept their habits but looked at other items. They differ in what "expected" means:

- Two raters: Cohen's kappa (J. Cohen, *Educational and Psychological Measurement* 20, 1960), weighted on an ordered
  scale (J. Cohen, *Psychological Bulletin* 70, 1968).
- More, answers without order: Fleiss' kappa (J. L. Fleiss, *Psychological Bulletin* 76, 1971).
- More, on an ordered scale: weighted kappa over all pairs of raters, numerators and denominators added up before they
  are divided (A. J. Conger, *Psychological Bulletin* 88, 1980). The mean of the pairs' own kappas (R. J. Light,
  *Psychological Bulletin* 76, 1971) is nearly the same number, but has to drop the pairs that have none.

Weights are linear: two steps apart is twice as far as one (D. V. Cicchetti and T. Allison, *American Journal of EEG
Technology* 11, 1971). A linearly weighted kappa is a weighted mean of the kappas of all cuts of the scale (S. Vanbelle
and A. Albert, *Statistical Methodology* 6, 2009), and cuts are what protocols act on. Quadratic weights would forgive
neighbours almost everything and rise with the number of values (H. Brenner and U. Kliebsch, *Epidemiology* 7, 1996).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

LEAST_ITEMS = 5
"""With fewer items there is no interval: resampling four vignettes says what was drawn, not what is true."""
RESAMPLES = 2000
SEED = 20_260_301
BOUNDS = (0.025, 0.975)
MOST_UNDEFINED = 0.05
NOTHING = 1e-12

Numbers = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Scale:
    """What answers there are and how far apart they stand, from 0 (the same) to 1 (as far as can be).

    `places` are those in order, each with its place. An answer without a place ("not known", "not assessable", a
    type of dynamics) stands beside the scale: as far as can be from every other.
    """

    places: Mapping[str, int] = field(default_factory=lambda: MappingProxyType({}))

    def distance(self, one: str, other: str) -> float:
        """Linear in the places, as a part of the whole scale."""
        if one == other:
            return 0.0
        if one not in self.places or other not in self.places:
            return 1.0
        span = max(self.places.values()) - min(self.places.values())
        return abs(self.places[one] - self.places[other]) / (span or 1)


NOMINAL = Scale()


class Coefficient(StrEnum):
    COHEN = "cohen"
    FLEISS = "fleiss"
    PAIRWISE = "pairwise"


class NoInterval(StrEnum):
    """Why there is no interval, rather than one that says more than is known."""

    UNDEFINED = "undefined"  # there is no kappa either
    FEW_ITEMS = "few_items"
    UNSTABLE = "unstable"  # it rests on so few items that many resamples have none of them
    NO_SPREAD = "no_spread"  # every resample gives the same number: perfect on these items, unknown beyond


@dataclass(frozen=True, slots=True)
class Concordance:
    """What was measured.

    Attributes:
        alike: share of the pairs of raters who gave the same answer, over all items.
        apart: how far apart two raters stand on average, 0 to 1.
        kappa: 1 is full agreement, 0 what chance would give, below 0 less than that; None where everybody always
            gave the same answer: agreement by chance would then be complete, and beyond it there is nothing to see.
        interval: 95 %, by percentile bootstrap over items; None with the reason in `no_interval`. It speaks of other
            items like these, read by these same raters; with a handful of items it is too narrow more often than 1
            time in 20.
    """

    coefficient: Coefficient
    raters: int
    items: int
    alike: float
    apart: float
    kappa: float | None
    interval: tuple[float, float] | None
    no_interval: NoInterval | None


def concordance(table: Sequence[Sequence[str]], scale: Scale = NOMINAL) -> Concordance:
    """Measure how far raters agree.

    Args:
        table: one row per item with the answer of each rater, always in the same order, none missing.
        scale: `NOMINAL` where answers have no order.

    Raises:
        ValueError: no item, fewer than two raters, or a row that lacks an answer.
    """
    raters, items = len(table[0]) if table else 0, len(table)
    if raters < 2 or any(len(row) != raters for row in table):
        raise ValueError(
            "concordance needs at least one item, two raters, and an answer from each on every item"
        )
    given = _Given.of(table, scale)
    coefficient = _coefficient(raters, scale)
    once = np.ones((1, items))
    [kappa] = given.kappas(once, coefficient)
    interval, no_interval = _interval(given, coefficient)
    return Concordance(
        coefficient=coefficient,
        raters=raters,
        items=items,
        alike=given.alike(),
        apart=float(given.observed(once)[0]),
        kappa=None if np.isnan(kappa) else float(kappa),
        interval=interval,
        no_interval=no_interval,
    )


def _coefficient(raters: int, scale: Scale) -> Coefficient:
    if raters == 2:
        return Coefficient.COHEN
    return Coefficient.PAIRWISE if scale.places else Coefficient.FLEISS


@dataclass(frozen=True)
class _Given:
    """Who answered what: `chosen[item, rater, answer]` is 1 or 0, `apart[answer, answer]` the distance."""

    chosen: Numbers
    apart: Numbers

    @classmethod
    def of(cls, table: Sequence[Sequence[str]], scale: Scale) -> _Given:
        answers = sorted({answer for row in table for answer in row})
        column = {answer: n for n, answer in enumerate(answers)}
        chosen = np.zeros((len(table), len(table[0]), len(answers)))
        for item, row in enumerate(table):
            for rater, answer in enumerate(row):
                chosen[item, rater, column[answer]] = 1
        apart = np.array([[scale.distance(one, other) for other in answers] for one in answers])
        return cls(chosen, apart)

    @property
    def pairs(self) -> int:
        """Pairs of raters, each in both orders."""
        raters: int = self.chosen.shape[1]
        return raters * (raters - 1)

    def alike(self) -> float:
        counts = self.chosen.sum(axis=1)
        return float((counts * (counts - 1)).sum() / (self.pairs * len(counts)))

    def observed(self, weights: Numbers) -> Numbers:
        """Mean distance of two raters on one item, for each row of weights over the items."""
        counts = self.chosen.sum(axis=1)
        by_item = np.einsum("ik,kl,il->i", counts, self.apart, counts) / self.pairs
        mean: Numbers = weights @ by_item / len(by_item)
        return mean

    def expected(self, weights: Numbers, coefficient: Coefficient) -> Numbers:
        """Mean distance of two raters who look at items drawn anew.

        Fleiss draws both from what all raters said together; Cohen and the pairs, each from what that rater said.
        """
        items, raters, _answers = self.chosen.shape
        said = np.einsum("bi,irk->brk", weights, self.chosen) / items
        together = said.sum(axis=1)
        distance = np.einsum("bk,kl,bl->b", together, self.apart, together)
        if coefficient is Coefficient.FLEISS:
            of_all: Numbers = distance / raters**2
            return of_all
        with_oneself = np.einsum("brk,kl,brl->b", said, self.apart, said)
        of_pairs: Numbers = (distance - with_oneself) / self.pairs
        return of_pairs

    def kappas(self, weights: Numbers, coefficient: Coefficient) -> Numbers:
        """One for each row of weights; not a number where nothing was expected to differ."""
        expected = self.expected(weights, coefficient)
        expected[expected < NOTHING] = np.nan
        kappas: Numbers = 1 - self.observed(weights) / expected
        return kappas


def _interval(
    given: _Given, coefficient: Coefficient
) -> tuple[tuple[float, float] | None, NoInterval | None]:
    items = len(given.chosen)
    if np.isnan(given.kappas(np.ones((1, items)), coefficient)[0]):
        return None, NoInterval.UNDEFINED
    if items < LEAST_ITEMS:
        return None, NoInterval.FEW_ITEMS
    # Drawing items with replacement is drawing how often each counts.
    weights = np.random.default_rng(SEED).multinomial(items, np.full(items, 1 / items), size=RESAMPLES)
    kappas = given.kappas(weights.astype(np.float64), coefficient)
    undefined = np.isnan(kappas)
    if undefined.mean() > MOST_UNDEFINED:
        return None, NoInterval.UNSTABLE
    low, high = np.quantile(kappas[~undefined], BOUNDS)
    if high - low < NOTHING:
        return None, NoInterval.NO_SPREAD
    return (float(low), float(high)), None
