"""The few values that protocols may look at: the boundary between a case and what a protocol knows of
it. Pure.

No name, no text, no date but the one that approaches and those that are counted: codes, levels and agreements.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from types import MappingProxyType
from typing import Any

from pole.conditions import Facts as Values
from protocols.history import Event


@dataclass(frozen=True, slots=True)
class Cause:
    """Something that reached a level, and the indicators behind it."""

    code: str
    level: int
    causes: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Agreement:
    """What the person agreed may be told to one party: categories and purposes, until a day included."""

    recipient: str
    categories: frozenset[str]
    purposes: frozenset[str]
    until: date | None = None


@dataclass(frozen=True, slots=True)
class Facts:
    """What a protocol may look at.

    Args:
        service: the party whose reading it is.
        severity: the level in force; None when it could not be assessed.
        previous: the level in force at the same service's previous reading; None: not assessable, or none.
        first: there is no previous reading.
        grounds: everything that reached a level; those below the level in force do not count.
        details: `indicator.detail` -> value, for the details that the protocol lists.
        due_new: an approaching date is new.
        events: the case's past, for the facts over history that a protocol counts.
        awaiting_second_reader: the level in force rests on a suggestion that the practitioner lowered,
        or on a
            change of the case without a reading: nothing leaves by itself, everything ordered is held.
    """

    service: str
    severity: int | None
    previous: int | None = None
    first: bool = True
    dynamics: str | None = None
    grounds: tuple[Cause, ...] = ()
    markers: frozenset[str] = frozenset()
    new_markers: frozenset[str] = frozenset()
    active: frozenset[str] = frozenset()
    newly_active: frozenset[str] = frozenset()
    details: Mapping[str, Any] = field(default_factory=lambda: MappingProxyType({}))
    due_new: bool = False
    agreements: tuple[Agreement, ...] = ()
    awaiting_second_reader: bool = False
    events: tuple[Event, ...] = ()

    @property
    def risen(self) -> bool:
        """Whether the level rose since the previous reading. What could not be assessed is beside the
        scale."""
        return self.severity is not None and self.previous is not None and self.severity > self.previous

    def values(self) -> Values:
        """As the flat facts that conditions are put to."""
        reached = [ground for ground in self.grounds if ground.level >= (self.severity or 0)]
        values: Values = {
            "first": self.first,
            "risen": self.risen,
            "due_new": self.due_new,
            "markers": self.markers,
            "new_markers": self.new_markers,
            "active": self.active,
            "newly_active": self.newly_active,
            "grounds": {ground.code for ground in reached},
            "causes": frozenset().union(*(ground.causes for ground in reached)),
            **self.details,
        }
        for name, value in (
            ("severity", self.severity),
            ("previous", self.previous),
            ("dynamics", self.dynamics),
        ):
            if value is not None:
                values[name] = value
        return values

    def agreed(
        self, recipient: str, purposes: tuple[str, ...], on: date
    ) -> tuple[frozenset[str], tuple[str, ...]]:
        """Categories agreed to for this recipient and at least one of the purposes, and the purposes
        covered."""
        valid = [
            agreement
            for agreement in self.agreements
            if agreement.recipient == recipient and (agreement.until is None or agreement.until >= on)
        ]
        covered = tuple(purpose for purpose in purposes if any(purpose in item.purposes for item in valid))
        categories = frozenset().union(
            *(item.categories for item in valid if not item.purposes.isdisjoint(purposes))
        )
        return categories, covered
