"""What the hand-ins of an exercise come to: counts and measures, as plain data. Nobody's answers are in it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from assessment.grid import Grid, Indicator
from assessment.training.concordance import NOMINAL, Scale, concordance

LEAST_RATERS = 3
"""With two, each would read the other's answers off the counts."""
LEVEL, DYNAMICS = "level", "dynamics"
NOT_ASSESSABLE, NOT_EXPLORED = "NE", ""

Reading = Mapping[str, Any]
"""One vignette as handed in: `answers` (indicator code to value), `dynamics`, `level`."""


@dataclass(frozen=True, slots=True)
class Subject:
    """Something that all raters say of each vignette: the level, the type, or one line of the grid."""

    code: str
    scale: Scale
    said_in: Callable[[Reading], str]


def outcome_of(
    grid: Grid, vignettes: Sequence[str], hand_ins: Sequence[Mapping[str, Reading]]
) -> dict[str, Any]:
    """Counts by vignette and measures over all of them; with too few raters, how many they are and nothing else.

    Args:
        hand_ins: vignette to reading, one mapping per rater.
    """
    outcome: dict[str, Any] = {"raters": len(hand_ins), "measures": [], "distributions": {}}
    if len(hand_ins) < LEAST_RATERS:
        return outcome
    distributions: dict[str, dict[str, Mapping[str, int]]] = {vignette: {} for vignette in vignettes}
    for subject in subjects_of(grid, hand_ins):
        table = [[subject.said_in(each[vignette]) for each in hand_ins] for vignette in vignettes]
        outcome["measures"].append({"code": subject.code, **_measured(table, subject.scale)})
        for vignette, said in zip(vignettes, table, strict=True):
            distributions[vignette][subject.code] = Counter(said)
    outcome["distributions"] = distributions
    return outcome


def subjects_of(grid: Grid, hand_ins: Sequence[Mapping[str, Reading]] = ()) -> Iterator[Subject]:
    """The level, the type where the grid has types, then every line in the grid's order.

    Args:
        hand_ins: what a line that asks for a number takes its scale from.
    """
    levels = {str(level): level for level in grid.levels if level is not None}
    yield Subject(LEVEL, Scale(levels), _level_said)
    if grid.dynamics:
        yield Subject(DYNAMICS, NOMINAL, lambda reading: str(reading["dynamics"]))
    for indicator in grid.indicators.values():
        yield Subject(indicator.code, _scale_of(indicator, hand_ins), _answer_to(indicator.code))


def _level_said(reading: Reading) -> str:
    return NOT_ASSESSABLE if reading["level"] is None else str(reading["level"])


def _answer_to(code: str) -> Callable[[Reading], str]:
    return lambda reading: str(reading["answers"].get(code, NOT_EXPLORED))


def _scale_of(indicator: Indicator, hand_ins: Sequence[Mapping[str, Reading]]) -> Scale:
    """The values of the line's scale in their order; where it asks for a number, the numbers that were given."""
    if not indicator.scale.number:
        return Scale({value.code: value.rank for value in indicator.scale.values.values()})
    said = {str(each["answers"].get(indicator.code)) for rater in hand_ins for each in rater.values()}
    return Scale({number: int(number) for number in said if number.isdecimal()})


def _measured(table: Sequence[Sequence[str]], scale: Scale) -> dict[str, Any]:
    found = concordance(table, scale)
    return {
        "coefficient": found.coefficient,
        "raters": found.raters,
        "items": found.items,
        "alike": found.alike,
        "apart": found.apart,
        "kappa": found.kappa,
        "interval": found.interval,
        "no_interval": found.no_interval,
    }
