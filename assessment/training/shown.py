"""What an exercise came to, in words: measures, the lines people differ on, what was said of each vignette."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

from assessment.grid import UNKNOWN, Grid
from assessment.lines import split
from assessment.training.concordance import NoInterval
from assessment.training.outcome import (
    DYNAMICS,
    LEVEL,
    NOT_ASSESSABLE,
    NOT_EXPLORED,
    Reading,
    subjects_of,
)
from assessment.training.sheets import Sheet

MOST_APART = 8
"""How many lines of the grid the picture shows besides the level and the type."""

# Words for kappa: J. R. Landis and G. G. Koch, Biometrics 33, 1977. A convention, which the page calls one.
STRENGTHS: tuple[tuple[float, Promise], ...] = (
    (0.80, gettext_lazy("almost complete")),
    (0.60, gettext_lazy("strong")),
    (0.40, gettext_lazy("moderate")),
    (0.20, gettext_lazy("weak")),
    (0.00, gettext_lazy("very weak")),
)
LESS_THAN_CHANCE = gettext_lazy("no better than chance")
NO_INTERVAL = {
    NoInterval.UNDEFINED: gettext_lazy("can’t be computed"),
    NoInterval.FEW_ITEMS: gettext_lazy("too few vignettes"),
    NoInterval.UNSTABLE: gettext_lazy("rests on too few vignettes"),
    NoInterval.NO_SPREAD: gettext_lazy("too few vignettes to tell"),
}


@dataclass(frozen=True, slots=True)
class ShownMeasure:
    """One line of the table. `kappa` None: everybody always said the same."""

    code: str
    label: str
    alike: float
    apart: float
    kappa: float | None
    low: float | None
    high: float | None
    no_interval: str
    strength: str
    is_line: bool

    @property
    def percent(self) -> int:
        return round(100 * self.alike)


@dataclass(frozen=True, slots=True)
class ShownOutcome:
    """What the results page shows: `whole` (level and type), then lines of the grid, the furthest apart first.

    `settled` are lines on which everybody always said the same: nothing can be measured beyond chance.
    """

    raters: int
    items: int
    whole: tuple[ShownMeasure, ...]
    lines: tuple[ShownMeasure, ...]
    settled: tuple[ShownMeasure, ...]

    @property
    def measured(self) -> tuple[ShownMeasure, ...]:
        """Those with a kappa, in the table's order."""
        return tuple(each for each in (*self.whole, *self.lines) if each.kappa is not None)

    @property
    def pictured(self) -> tuple[ShownMeasure, ...]:
        lines = [each for each in self.lines if each.kappa is not None]
        return tuple([each for each in self.whole if each.kappa is not None] + lines[:MOST_APART])

    @property
    def furthest(self) -> tuple[ShownMeasure, ...]:
        """The lines that people differ on most."""
        return tuple(each for each in self.lines[:3] if each.apart > 0)


def shown_outcome(result: Mapping[str, Any], grid: Grid) -> ShownOutcome:
    measures = [_measure(each, grid) for each in result["measures"]]
    lines = [each for each in measures if each.is_line]
    return ShownOutcome(
        raters=result["raters"],
        items=result["measures"][0]["items"] if measures else 0,
        whole=tuple(each for each in measures if not each.is_line),
        lines=tuple(sorted((each for each in lines if each.kappa is not None), key=lambda each: -each.apart)),
        settled=tuple(each for each in lines if each.kappa is None),
    )


def strength(kappa: float) -> str:
    """« forte » for .68."""
    return str(next((word for least, word in STRENGTHS if kappa > least), LESS_THAN_CHANCE))


def _measure(found: Mapping[str, Any], grid: Grid) -> ShownMeasure:
    code, kappa = found["code"], found["kappa"]
    low, high = found["interval"] or (None, None)
    reason = found["no_interval"]
    return ShownMeasure(
        code=code,
        label=subject_label(grid, code),
        alike=found["alike"],
        apart=found["apart"],
        kappa=kappa,
        low=low,
        high=high,
        no_interval=str(NO_INTERVAL[reason]) if reason else "",
        strength="" if kappa is None else strength(kappa),
        is_line=code in grid.indicators,
    )


def subject_label(grid: Grid, code: str) -> str:
    """« Criticité », « Dynamique », or the line's own words."""
    if code in grid.indicators:
        return grid.indicators[code].label
    return _("Severity") if code == LEVEL else _("Dynamics")


def answer_label(grid: Grid, subject: str, answer: str) -> str:
    """An answer in the grid's words."""
    if subject == LEVEL:
        level = grid.levels[None if answer == NOT_ASSESSABLE else int(answer)]
        return f"{answer} · {level.label}"
    if subject == DYNAMICS:
        return f"{grid.dynamics[answer].label} ({answer})"
    if answer == NOT_EXPLORED:
        return _("not explored")
    if answer == UNKNOWN:
        return pgettext("answer", "not known")
    value = grid.indicators[subject].scale.values.get(answer)
    return split(value.label)[0] if value else answer


@dataclass(frozen=True, slots=True)
class Said:
    """One answer, how many gave it, and whether it is one's own or that of the proposed reading."""

    label: str
    count: int
    is_mine: bool
    is_proposed: bool


@dataclass(frozen=True, slots=True)
class Spread:
    """What was said of one vignette on one subject, the most frequent first."""

    code: str
    label: str
    said: tuple[Said, ...]


def spreads_of(
    grid: Grid, counts: Mapping[str, Mapping[str, int]], mine: Reading | None, proposed: Reading | None
) -> list[Spread]:
    """The distributions of one vignette: level and type, then the lines that anybody answered, the least agreed first.

    Args:
        counts: subject to answer to how many.
        mine: one's own reading of it, if there is one.
        proposed: the one proposed with the vignette for this grid, if there is one.
    """
    spreads = []
    for subject in subjects_of(grid):
        found = counts.get(subject.code, {})
        own, theirs = (None if each is None else subject.said_in(each) for each in (mine, proposed))
        answers = set(found) | {each for each in (own, theirs) if each is not None}
        if answers <= {NOT_EXPLORED}:
            continue
        said = tuple(
            Said(answer_label(grid, subject.code, each), found.get(each, 0), each == own, each == theirs)
            for each in sorted(answers, key=lambda answer: -found.get(answer, 0))
        )
        spreads.append(Spread(subject.code, subject_label(grid, subject.code), said))
    whole = [each for each in spreads if each.code not in grid.indicators]
    lines = [each for each in spreads if each.code in grid.indicators]
    return whole + sorted(lines, key=lambda each: max(said.count for said in each.said))


def proposed_reading(sheet: Sheet) -> Reading | None:
    """The reading proposed with a vignette for this grid, in the form of a hand-in."""
    found = sheet.vignette.readings.get(sheet.grid.code)
    if found is None:
        return None
    answers = {code: answer.value for code, answer in found.answers.items()}
    return {"answers": answers, "dynamics": found.dynamics, "level": found.level}
