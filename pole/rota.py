"""Who holds which part of a duty rota, and where nobody does. Pure: turns, members' days and openings are handed in.

Moments are compared as instants: two times of one zone would otherwise compare as the clock on the wall shows them,
which is an hour wrong in the nights when clocks change.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from uuid import UUID
from zoneinfo import ZoneInfo

from pole.calendar import BRUSSELS

Span = tuple[datetime, datetime]
"""From the first instant to the one after the last."""


class NoSuchTime(ValueError):
    """A time of day that the clocks skip in that night."""

    def __init__(self, day: date, at: time) -> None:
        self.day, self.at = day, at
        super().__init__(f"{day} has no {at}")


@dataclass(frozen=True, slots=True)
class Turn:
    """One person on duty, from a moment to a moment; `replaces` is the turn it takes a part of, if it does."""

    id: UUID
    person: UUID
    begins: datetime
    ends: datetime
    replaces: UUID | None = None


@dataclass(frozen=True, slots=True)
class Stretch:
    """A part of a turn that its person holds."""

    turn: Turn
    begins: datetime
    ends: datetime


def moment(day: date, at: time, *, last: bool = False, zone: ZoneInfo = BRUSSELS) -> datetime:
    """The instant of a time on the wall, in UTC. Of one that comes twice, the first or the `last`.

    Raises:
        NoSuchTime: the clocks skip it.
        OverflowError: on the first or the last day there is, in hours that UTC does not have.
    """
    found = datetime.combine(day, at, zone).replace(fold=int(last))
    instant = found.astimezone(UTC)
    if instant.astimezone(zone).replace(tzinfo=None) != found.replace(tzinfo=None):
        raise NoSuchTime(day, at)
    return instant


def held(turns: Iterable[Turn]) -> list[Stretch]:
    """What each holds of their turn: all of it but what somebody replaces. In order of time."""
    listed = list(turns)
    stretches = []
    for turn in listed:
        taken = [(each.begins, each.ends) for each in listed if each.replaces == turn.id]
        stretches += [Stretch(turn, *left) for left in without([(turn.begins, turn.ends)], taken)]
    return sorted(stretches, key=lambda each: (_instant(each.begins), _instant(each.ends)))


def gaps(promised: Sequence[Span], stretches: Iterable[Stretch]) -> list[Span]:
    """The parts of the promised hours that nobody holds, in order."""
    return without(promised, [(each.begins, each.ends) for each in stretches])


def without(spans: Sequence[Span], taken: Iterable[Span]) -> list[Span]:
    """What is left of spans once others are taken out, in order; those that touch or overlap come as one."""
    left = _joined(spans)
    for start, end in taken:
        kept = []
        for begins, ends in left:
            if _instant(end) <= _instant(begins) or _instant(start) >= _instant(ends):
                kept.append((begins, ends))
                continue
            if _instant(begins) < _instant(start):
                kept.append((begins, start))
            if _instant(end) < _instant(ends):
                kept.append((end, ends))
        left = kept
    return left


def _joined(spans: Iterable[Span]) -> list[Span]:
    joined: list[Span] = []
    for begins, ends in sorted(spans, key=lambda span: _instant(span[0])):
        if _instant(begins) >= _instant(ends):
            continue
        if joined and _instant(begins) <= _instant(joined[-1][1]):
            joined[-1] = (joined[-1][0], max(joined[-1][1], ends, key=_instant))
        else:
            joined.append((begins, ends))
    return joined


def _instant(at: datetime) -> datetime:
    return at.astimezone(UTC)
