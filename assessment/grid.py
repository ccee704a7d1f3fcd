"""What a reading grid is made of, once its file has been checked. Pure data, no interpretation.

A grid is a versioned file (`assessment/grids/`): everything that a profession may want to argue about, from
the indicators to the floors, stands there and not in code.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from types import MappingProxyType
from typing import Any

from pole.calendar import Period
from pole.conditions import Condition, Vocabulary

UNKNOWN = "unknown"
"""Asked, and not known: the one answer that every indicator accepts besides the values of its scale."""


class InvalidAnswer(ValueError):
    """An answer that the grid cannot take. `reason` is a stable word, for the sentence that a form shows."""

    def __init__(self, code: str, reason: str, message: str) -> None:
        super().__init__(f"{code}: {message}")
        self.code = code
        self.reason = reason


class UnknownIndicator(InvalidAnswer):
    """A code that the grid does not define."""

    def __init__(self, code: str) -> None:
        super().__init__(code, "unknown_indicator", "this grid has no such indicator")


@dataclass(frozen=True, slots=True)
class Answer:
    """What was answered to one indicator. A note written beside it never enters the core."""

    value: str
    seen: date | None = None
    source: str | None = None
    details: Mapping[str, Any] = field(default_factory=lambda: MappingProxyType({}))


@dataclass(frozen=True, slots=True)
class Value:
    """One value of a scale. Values of a scale are listed from the least to the most worrying.

    `within` ties it to the date last seen, `older` says that it is what lies before all of those;
    `same_day_as` names the value it refines ("worsening" is "current", and more).
    """

    code: str
    label: str
    rank: int
    active: bool = False
    within: Period | None = None
    older: bool = False
    same_day_as: str | None = None


@dataclass(frozen=True, slots=True)
class Scale:
    """The values that an indicator may take, or, with `number`, the whole number that it asks for and, as
    `label`, what that counts."""

    code: str
    values: Mapping[str, Value]
    number: str | None = None
    label: str = ""


@dataclass(frozen=True, slots=True)
class Detail:
    """What an answer may add. `assume` is what a missing one counts as; `decides`: missing, it leaves
    the reading incomplete."""

    code: str
    label: str
    kind: str
    values: Mapping[str, str] = field(default_factory=dict)
    assume: str | None = None
    decides: bool = False
    asked: bool = False


@dataclass(frozen=True, slots=True)
class Lasting:
    """A value that stays active for a time after it was last seen, and without a date."""

    value: str
    period: Period


@dataclass(frozen=True, slots=True)
class Indicator:
    """One thing to look at. `meaning`, `weight` and `basis` inform people; they compute nothing."""

    code: str
    axis: str
    label: str
    plain: str
    gloss: str
    meaning: str
    weight: str
    basis: str
    scale: Scale
    details: Mapping[str, Detail]
    when_active: frozenset[str] | None
    lasting: Lasting | None = None


@dataclass(frozen=True, slots=True)
class Dynamics:
    """A type of dynamics: the first of the grid's lines that holds names the reading."""

    code: str
    label: str
    plain: str
    when: Condition
    level: int | None


@dataclass(frozen=True, slots=True)
class Floor:
    """A level that a marker sets, when its condition (if any) holds too."""

    level: int
    when: Condition


@dataclass(frozen=True, slots=True)
class Marker:
    """A critical sign with the level under which no reading that shows it may be suggested."""

    code: str
    label: str
    when: Condition
    floors: tuple[Floor, ...]
    whom_first: str


@dataclass(frozen=True, slots=True)
class Rule:
    """A level that other conditions reach."""

    code: str
    label: str
    level: int
    when: Condition


@dataclass(frozen=True, slots=True)
class Level:
    """One level, and its review clock. `value` None is beside the scale: it could not be assessed."""

    value: int | None
    label: str
    plain: str
    full_within: timedelta
    contact_every: timedelta | None = None


@dataclass(frozen=True, slots=True)
class Caution:
    """Something to say whatever the type."""

    code: str
    when: Condition
    text: str


@dataclass(frozen=True, slots=True)
class Axis:
    """A family of indicators."""

    code: str
    label: str
    plain: str


@dataclass(frozen=True, slots=True)
class Retention:
    """When the previous level is kept: from which level on (None: never), and for lack of which answers."""

    from_level: int | None
    incomplete: frozenset[str]
    open: frozenset[str]
    open_markers: bool
    open_strong: bool
    carried: bool


@dataclass(frozen=True, eq=False)
class Grid:
    """A reading grid, checked. Compared by identity; load it once (`assessment.grids.load_grid`)."""

    code: str
    version: str
    title: str
    notice: str
    references: tuple[str, ...]
    sources: Mapping[str, str]
    axes: Mapping[str, Axis]
    scales: Mapping[str, Scale]
    indicators: Mapping[str, Indicator]
    vocabulary: Vocabulary
    conditions: Mapping[str, Condition]
    condition_labels: Mapping[str, str]
    dynamics: Mapping[str, Dynamics]
    markers: Mapping[str, Marker]
    strong: frozenset[str]
    rules: tuple[Rule, ...]
    lowest: Level
    lowest_wants: frozenset[str]
    levels: Mapping[int | None, Level]
    retention: Retention
    cautions: tuple[Caution, ...]
    due: str | None

    @property
    def origin(self) -> str:
        """The first sentence of the notice: what the grid is, and where it comes from."""
        first, stop, _rest = self.notice.partition(". ")
        return first + stop.strip()

    @property
    def named(self) -> dict[str, Condition]:
        """Every condition that another may refer to: the named ones, the types and the markers."""
        return {
            **self.conditions,
            **{code: line.when for code, line in self.dynamics.items()},
            **{code: marker.when for code, marker in self.markers.items()},
        }
