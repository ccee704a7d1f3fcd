"""From when to when a version is in force, from its days and what was decided since: rows are handed in."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from enum import StrEnum
from uuid import UUID

from protocols.models import LifeEvent, LifeKind
from protocols.terms import Protocol

ENDS = (LifeKind.AMENDED, LifeKind.WITHDRAWN)


class State(StrEnum):
    """Where a version stands at a moment; in one of them something may cross."""

    LATER = "later"
    NOW = "now"
    SUSPENDED = "suspended"
    OVER = "over"


@dataclass(frozen=True, slots=True)
class Lifetime:
    """A version's life. `begins` is the first instant of its first day, `expires` the one after its last."""

    begins: datetime
    expires: datetime
    events: tuple[LifeEvent, ...] = ()

    @property
    def ended_by(self) -> LifeEvent | None:
        """The decision that ends it before its days do, if one does; it may lie ahead."""
        ends = [event for event in self.events if event.kind in ENDS and event.effective_at < self.expires]
        return min(ends, key=lambda event: event.effective_at, default=None)

    @property
    def ends(self) -> datetime:
        """The first instant at which it is over, as far as is decided."""
        return self.ended_by.effective_at if self.ended_by else self.expires

    def state(self, at: datetime) -> State:
        """Where it stands at this moment, by what counts then."""
        if at >= self.ends:
            return State.OVER
        if any(event.effective_at <= at for event in self.suspensions(at)):
            return State.SUSPENDED
        return State.NOW if at >= self.begins else State.LATER

    def in_force(self, at: datetime) -> bool:
        """Whether something may cross under it at this moment."""
        return self.state(at) is State.NOW

    def suspensions(self, at: datetime) -> list[LifeEvent]:
        """Decided by this moment, in effect or still to come, and not resumed by whoever decided them."""
        standing: dict[UUID, LifeEvent] = {}
        for event in sorted(self.events, key=lambda event: event.decided_at):
            if event.decided_at > at:
                break
            if event.kind == LifeKind.SUSPENDED:
                standing.setdefault(event.service_id, event)
            elif event.kind == LifeKind.RESUMED:
                standing.pop(event.service_id, None)
        return list(standing.values())


def lifetime(protocol: Protocol, events: Iterable[LifeEvent] = ()) -> Lifetime:
    """The life of a document with these days, in its own time zone."""
    first, last = protocol.in_force_from, protocol.in_force_until + timedelta(days=1)
    begins, expires = (datetime.combine(day, time.min, protocol.zone) for day in (first, last))
    return Lifetime(begins, expires, tuple(events))
