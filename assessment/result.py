"""What a reading comes to, with everything needed to explain it and to show it again. Pure."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time
from functools import cached_property
from typing import Any

from assessment.asking import WhatIf, what_if
from assessment.compiled import CompiledGrid
from assessment.grid import Answer, Grid, Level
from assessment.placing import Question
from assessment.wording import GridWording
from pole.calendar import BRUSSELS
from pole.conditions import Facts, explain, trace


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

    def explain(self) -> list[str]:
        """Why, in French sentences."""
        return self._wording.explain(self)

    def what_if(self) -> tuple[WhatIf, ...]:
        """What asking could change, the highest level first: each answer not known yet that would, alone,
        lead to another level. Worked out when called: some hundreds of readings."""
        return tuple(sorted(what_if(self), key=lambda found: -(found.level or 0)))

    def explain_asking(self) -> list[str]:
        """What asking could change, in French clauses, as `what_if()` orders it."""
        return [self._wording.what_if(found) for found in self.what_if()]

    def to_json(self) -> dict[str, Any]:
        """Everything needed to show the reading again without its grid, as plain data."""
        grid, wording = self.grid, self._wording
        return {
            "grid": grid.code,
            "version": grid.version,
            "on": self.on.isoformat(),
            "dynamics": self.dynamics,
            "dynamics_label": grid.dynamics[self.dynamics].label if self.dynamics else "",
            "severity": self.severity,
            "severity_label": self.level.label,
            "markers": [{"code": code, "label": grid.markers[code].label} for code in self.markers],
            "new_markers": list(self.new_markers),
            "active": sorted(self.active),
            "newly_active": sorted(self.newly_active),
            "strong": sorted(self.strong),
            "incomplete": self.incomplete,
            "not_known": list(self.not_known),
            "missing_details": list(self.missing_details),
            "open": self.open,
            "not_known_again": list(self.not_known_again),
            "carried": list(self.carried),
            "first": self.first,
            "previous_level": self.previous_level,
            "due": self.due.isoformat() if self.due else None,
            "due_is_new": self.due_is_new,
            "details": {
                name: value.isoformat() if isinstance(value, date) else value
                for name, value in self.details().items()
            },
            "grounds": [
                {
                    "code": ground.code,
                    "level": ground.level,
                    "label": wording.ground(ground.code),
                    "causes": sorted(ground.causes),
                    "why": self.why(ground.code, ground.level),
                }
                for ground in self.grounds
            ],
            "questions": [
                {"code": asked.code, "kind": asked.kind, "text": wording.question(asked)}
                for asked in self.questions
            ],
            "cautions": [
                {"code": caution.code, "text": caution.text}
                for caution in grid.cautions
                if caution.code in self.caution_codes
            ],
            "explanation": self.explain(),
        }

    def why(self, code: str, level: int) -> str:
        """Why this ground reached this level, as a French clause."""
        if code == "previous":
            return self._wording.kept(self)
        clauses, told = [], frozenset[str]()
        for condition in reversed(self.compiled.conditions_of(code, level)):
            traced = trace(condition, self.compiled.program, self.facts)
            behind = self.compiled.causes(condition, self.facts)
            if not behind or not behind <= told:  # a floor that tells what the marker rests on tells it once
                clauses.append(explain(traced, self._wording))
            told = behind
        return " ; ".join(reversed(clauses))

    @cached_property
    def _wording(self) -> GridWording:
        return GridWording(self.grid)
