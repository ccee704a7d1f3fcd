"""What a reading comes to, with everything needed to explain it. Pure."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time
from functools import cached_property
from typing import Any

from assessment.compiled import CompiledGrid
from assessment.grid import Answer, Grid, Level
from assessment.placing import Question
from pole.calendar import BRUSSELS
from pole.conditions import Facts


@dataclass(frozen=True, slots=True)
class Ground:
    """Something that reached a level, and the indicators it rests on.

    `code` is a marker, a type, a rule of the grid, `previous` (the previous level is kept), `explored`
    (everything wanted was explored and nothing raises the level) or, set by those who store readings,
    `chosen`.
    """

    code: str
    level: int
    causes: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Result:
    """A reading, read. `severity` None is NE: beside the scale, not below it."""

    grid: Grid
    on: date
    dynamics: str | None
    severity: int | None
    markers: tuple[str, ...]
    active: frozenset[str]
    strong: frozenset[str]
    incomplete: bool
    not_known: tuple[str, ...]
    missing_details: tuple[str, ...]
    open: bool
    not_known_again: tuple[str, ...]
    carried: tuple[str, ...]
    first: bool
    previous_level: int | None
    new_markers: tuple[str, ...]
    newly_active: frozenset[str]
    due: date | None
    previous_due: date | None
    questions: tuple[Question, ...]
    caution_codes: tuple[str, ...]
    reached: tuple[tuple[str, int], ...]
    answers: Mapping[str, Answer] = field(repr=False, compare=False)
    again: Callable[[Mapping[str, Answer]], Result] = field(repr=False, compare=False)
    """Read again, with these answers in place of what was given or not."""
    facts: Facts = field(repr=False, compare=False)
    compiled: CompiledGrid = field(repr=False, compare=False)

    @property
    def due_is_new(self) -> bool:
        """Whether a date that approaches was not there, or was another, in the previous reading."""
        return self.due is not None and self.due != self.previous_due

    @property
    def level(self) -> Level:
        """The suggested level with its label and review clock."""
        return self.grid.levels[self.severity]

    @cached_property
    def grounds(self) -> tuple[Ground, ...]:
        """Everything that reached a level, the highest first."""
        found = [
            Ground(code, level, self.compiled.causes_of(code, level, self.facts))
            for code, level in self.reached
        ]
        return tuple(sorted(found, key=lambda ground: -ground.level))

    @property
    def decisive(self) -> tuple[Ground, ...]:
        """The grounds that reached the suggested level."""
        return tuple(ground for ground in self.grounds if ground.level == self.severity)

    def details(self) -> Mapping[str, Any]:
        """Details of active indicators as `code.detail`, those assumed included; free texts stay out."""
        return {
            f"{code}.{detail.code}": self.facts[f"{code}.{detail.code}"]
            for code, indicator in self.grid.indicators.items()
            if code in self.active or indicator.when_active is not None
            for detail in indicator.details.values()
            if detail.kind != "text" and f"{code}.{detail.code}" in self.facts
        }

    def value(self, code: str) -> str | None:
        """The value retained for an indicator; None when it is not known or not explored."""
        return self.facts.get(f"{code}.value")

    def review_due(self, at: datetime) -> datetime:
        """When the next full reading is due, for a reading finalised at `at`: the level's clock, or the
        start of the day of an approaching date when that comes first."""
        latest = at + self.level.full_within
        if self.due is None or self.due < self.on:
            return latest
        return min(latest, max(at, datetime.combine(self.due, time.min, BRUSSELS)))
