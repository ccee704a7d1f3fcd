"""Facts over a case's history: how often something happened within a period. Pure.

A protocol says what it counts, in its own words; what is counted never leaves, and neither do its dates.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from pole.calendar import Period

INCIDENT, READING, ALERT = "incident", "reading", "alert"
KINDS = (INCIDENT, READING, ALERT)


@dataclass(frozen=True, slots=True)
class Event:
    """Something of the same service's past in a case.

    `code` is the kind of an incident, the urgency of an alert sent; `level` the level in force of a reading.
    """

    kind: str
    on: date
    code: str = ""
    level: int | None = None


@dataclass(frozen=True, slots=True)
class Count:
    """What a fact over history counts.

    Args:
        kind: one of `KINDS`.
        within: how far back, the last day included.
        of: codes that count; empty counts all.
        least_level: readings that count.
        since_last: urgency of an alert; only what came on a later day than the latest one counts (what
            led to it is not a repeat of it), and without such an alert within the period the fact is missing.
    """

    label: str
    kind: str
    within: Period
    of: frozenset[str] = frozenset()
    least_level: int | None = None
    since_last: str | None = None

    def among(self, events: Iterable[Event], day: date) -> int | None:
        """How many of the events count on this day; None when there is nothing to count from."""
        past = [event for event in events if event.on <= day and self.within.reaches(event.on, day)]
        after = date.min
        if self.since_last is not None:
            alerts = [event.on for event in past if event.kind == ALERT and event.code == self.since_last]
            if not alerts:
                return None
            after = max(alerts)
        return sum(event.on > after and self._counts(event) for event in past)

    def _counts(self, event: Event) -> bool:
        if event.kind != self.kind or (self.of and event.code not in self.of):
            return False
        return self.least_level is None or (event.level is not None and event.level >= self.least_level)
