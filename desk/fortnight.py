"""Two weeks of a duty rota as they are drawn: a column a day, who holds which hours, and where nobody does."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from uuid import UUID

from django.utils import timezone

from pole.rota import Span, Stretch, gaps
from pole.tenancy.duty import midnight, rota_between
from pole.tenancy.models import Membership, Service
from protocols.promised import promised_hours

DAYS = 14
WIDTH = 240
"""Of a day's strip, in units of its own; it scales with the column."""


@dataclass(frozen=True, slots=True)
class Line:
    """Some hours of a day and who holds them; a line without turn is a gap. `x`, `width`: its place on the strip."""

    begins: str
    ends: str
    x: int
    width: int
    turn_id: UUID | None = None
    name: str = ""
    replaces: bool = False

    @property
    def is_gap(self) -> bool:
        return self.turn_id is None


@dataclass(frozen=True, slots=True)
class Day:
    """One column. `promised`: the strip's parts that a protocol promises, as (x, width)."""

    day: date
    is_past: bool
    is_today: bool
    lines: list[Line]
    promised: list[tuple[int, int]]

    @property
    def width(self) -> int:
        """Of its strip."""
        return WIDTH


@dataclass(frozen=True, slots=True)
class Fortnight:
    """Two weeks, Monday first. `gaps`: how many stretches of promised hours nobody holds, from today on."""

    weeks: list[list[Day]]
    first: date
    last: date
    is_planned: bool
    is_promised: bool

    @property
    def gaps(self) -> int:
        days = (day for week in self.weeks for day in week if not day.is_past)
        return sum(line.is_gap for day in days for line in day.lines)

    @property
    def before(self) -> date:
        return self.first - timedelta(days=DAYS)

    @property
    def after(self) -> date:
        return self.last + timedelta(days=1)


def fortnight_of(service: Service, around: date) -> Fortnight:
    """The two weeks that begin with the Monday of a day's week. In the service's space."""
    first = around - timedelta(days=around.weekday())
    days = [first + timedelta(days=n) for n in range(DAYS)]
    promised = promised_hours(service, days)
    stretches, members = rota_between(service, midnight(days[0]), midnight(days[-1] + timedelta(days=1)))
    drawn = [_day(day, promised[day], stretches, members) for day in days]
    return Fortnight(
        weeks=[drawn[:7], drawn[7:]],
        first=days[0],
        last=days[-1],
        is_planned=bool(stretches),
        is_promised=any(promised.values()),
    )


def _day(
    day: date, promised: list[Span], stretches: Iterable[Stretch], members: dict[UUID, Membership]
) -> Day:
    whole = (midnight(day), midnight(day + timedelta(days=1)))
    today = [
        (span, each)
        for each in stretches
        if (span := (max(each.begins, whole[0]), min(each.ends, whole[1]))) and span[0] < span[1]
    ]
    lines = [(span[0], _line(span, whole, each, members[each.turn.person].user.name)) for span, each in today]
    lines += [(gap[0], _line(gap, whole)) for gap in gaps(promised, [each for _span, each in today])]
    lines.sort(key=lambda pair: pair[0].astimezone(UTC))
    now = timezone.localdate()
    return Day(
        day=day,
        is_past=day < now,
        is_today=day == now,
        lines=[line for _begins, line in lines],
        promised=[_place(span, whole) for span in promised],
    )


def _line(span: Span, whole: Span, stretch: Stretch | None = None, name: str = "") -> Line:
    x, width = _place(span, whole)
    turn = stretch.turn if stretch else None
    return Line(
        begins=_clock(span[0]),
        ends="24:00" if span[1].astimezone(UTC) == whole[1].astimezone(UTC) else _clock(span[1]),
        x=x,
        width=width,
        turn_id=turn.id if turn else None,
        name=name,
        replaces=bool(turn and turn.replaces),
    )


def _clock(at: datetime) -> str:
    return f"{timezone.localtime(at):%H:%M}"


def _place(span: Span, whole: Span) -> tuple[int, int]:
    """Where hours stand on the strip of a day, which has 23, 24 or 25 of them; the shortest stays wide enough to
    be seen."""
    begins, lasts = (_hours(whole[0], at) for at in (span[0], whole[1]))
    x = round(WIDTH * begins / lasts)
    return x, max(round(WIDTH * _hours(span[0], span[1]) / lasts), 2)


def _hours(begins: datetime, ends: datetime) -> float:
    return (ends.astimezone(UTC) - begins.astimezone(UTC)) / timedelta(hours=1)
