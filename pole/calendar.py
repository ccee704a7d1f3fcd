"""Working hours, delays and periods. Pure: holidays and the clock are handed in.

Three kinds of time live here. A `Period` is counted in calendar days or months ("24 months"), bounds
included. A `Delay` runs while somebody is there: in minutes and hours of opening, or in working days.
`WorkingHours` say when that is.
"""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from typing import Any, Self
from zoneinfo import ZoneInfo

BRUSSELS = ZoneInfo("Europe/Brussels")
SEARCH_DAYS = 400  # a calendar that opens on no day of a year is a mistake, not a long wait


@dataclass(frozen=True, slots=True)
class Period:
    """A span of calendar days or calendar months."""

    days: int = 0
    months: int = 0

    @classmethod
    def parse(cls, text: Any) -> Self:
        """Read "7 days" or "24 months".

        Raises:
            ValueError: anything else.
        """
        found = re.fullmatch(r"([1-9]\d{0,3}) (day|month)s?", text) if isinstance(text, str) else None
        if found is None:
            raise ValueError(f"expected a period like '7 days' or '24 months', found {text!r}")
        number, unit = int(found[1]), found[2]
        return cls(days=number) if unit == "day" else cls(months=number)

    def after(self, day: date) -> date:
        """The last day of the period that begins on `day`; a month ends at the latest on its last day."""
        if self.months:
            years, month = divmod(day.month - 1 + self.months, 12)
            year = day.year + years
            day = date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))
        return day + timedelta(days=self.days)

    def reaches(self, day: date, on: date) -> bool:
        """Whether `on` still lies within the period that begins on `day`, the last day included."""
        return _after(self, day) >= on

    def __str__(self) -> str:
        return f"{self.months} months" if self.months else f"{self.days} days"


@lru_cache(maxsize=4096)
def _after(period: Period, day: date) -> date:
    return period.after(day)


@dataclass(frozen=True, slots=True)
class Delay:
    """An amount of minutes, hours or days; `working` when a protocol counts it in its working hours."""

    amount: int
    unit: str
    working: bool

    @classmethod
    def parse(cls, text: Any) -> Self:
        """Read "15 minutes", "2 hours", "4 working hours" or "2 working days".

        Raises:
            ValueError: anything else, and plain days, which would leave their hours unsaid.
        """
        found = (
            re.fullmatch(r"([1-9]\d{0,3}) (working )?(minute|hour|day)s?", text)
            if isinstance(text, str)
            else None
        )
        if found is None or (found[3] == "day" and not found[2]):
            raise ValueError(
                f"expected a delay like '15 minutes', '4 working hours' or '2 working days', found {text!r}"
            )
        return cls(int(found[1]), found[3] + "s", bool(found[2]))

    def __str__(self) -> str:
        unit = self.unit if self.amount > 1 else self.unit.removesuffix("s")
        return f"{self.amount} working {unit}" if self.working else f"{self.amount} {unit}"


Opening = tuple[tuple[time, time], ...]


@dataclass(frozen=True, slots=True)
class WorkingHours:
    """When somebody is there: a week of openings (Monday first) without the holidays; no week is day
    and night."""

    week: tuple[Opening, ...] | None = None
    holidays: frozenset[date] = frozenset()
    zone: ZoneInfo = BRUSSELS

    def __post_init__(self) -> None:
        if self.week is None:
            return
        if len(self.week) != 7 or not any(self.week):
            raise ValueError("a week has seven days, and at least one opening")
        for opening in self.week:
            ends = [time.min, *(end for _begin, end in opening)]
            if any(not last <= begin < end for last, (begin, end) in zip(ends, opening, strict=False)):
                raise ValueError("openings of a day follow one another, each ending after it begins")

    def is_open(self, at: datetime) -> bool:
        """Whether somebody is there at this instant; the closing time itself is closed."""
        if self.week is None:
            return True
        local = at.astimezone(self.zone)
        return any(begin <= local.time() < end for begin, end in self._openings(local.date()))

    def next_opening(self, at: datetime) -> datetime:
        """`at` itself when open, else the next opening."""
        if self.week is None:
            return at.astimezone(self.zone)
        return next(max(begin, at.astimezone(self.zone)) for begin, _ in self._spans(at))

    def works_on(self, day: date) -> bool:
        """Whether this is a working day."""
        return bool(self._openings(day))

    def openings_on(self, day: date) -> list[tuple[datetime, datetime]]:
        """The openings of a day as moments; day and night is from midnight to midnight, also on a day of 23 or 25
        hours."""
        if self.week is None:
            begins, ends = (
                datetime.combine(each, time.min, self.zone) for each in (day, day + timedelta(days=1))
            )
            return [(begins, ends)]
        return [
            (datetime.combine(day, opens, self.zone), datetime.combine(day, closes, self.zone))
            for opens, closes in self._openings(day)
        ]

    def _openings(self, day: date) -> Opening:
        if self.week is None:
            return ((time.min, time.max),)
        return () if day in self.holidays else self.week[day.weekday()]

    def _spans(self, at: datetime) -> Iterator[tuple[datetime, datetime]]:
        """Openings that end after `at`, in order."""
        day = at.astimezone(self.zone).date()
        for _ in range(SEARCH_DAYS):
            for begin, end in self._openings(day):
                opens, closes = (datetime.combine(day, bound, self.zone) for bound in (begin, end))
                if closes.astimezone(UTC) > at.astimezone(UTC):
                    yield opens, closes
            day += timedelta(days=1)
        raise ValueError(f"no opening within {SEARCH_DAYS} days of {at:%Y-%m-%d}")


ALWAYS = WorkingHours()


def due(start: datetime, delay: Delay, hours: WorkingHours) -> datetime:
    """When a delay that begins at `start` ends, counting only while `hours` are open.

    Minutes and hours are real time (a change of clock neither adds nor takes any). A day's delay ends at the
    same time of day on the last working day; what begins outside hours counts from the next opening.

    Raises:
        ValueError: `start` without a time zone, or hours that never open.
    """
    if start.tzinfo is None:
        raise ValueError("a delay begins at an instant: give `start` a time zone")
    if delay.unit == "days":
        return _due_in_days(hours.next_opening(start), delay.amount, hours)
    left = timedelta(**{delay.unit: delay.amount})
    if hours.week is None:
        return (start.astimezone(UTC) + left).astimezone(hours.zone)
    for opens, closes in hours._spans(start):
        begin, end = max(opens.astimezone(UTC), start.astimezone(UTC)), closes.astimezone(UTC)
        if begin + left <= end:
            return (begin + left).astimezone(hours.zone)
        left -= end - begin
    raise AssertionError("_spans() ends by raising")


def _due_in_days(begin: datetime, days: int, hours: WorkingHours) -> datetime:
    day = begin.date()
    for _ in range(days):
        day += timedelta(days=1)
        for _ in range(SEARCH_DAYS):
            if hours.works_on(day):
                break
            day += timedelta(days=1)
    wall = datetime.combine(day, begin.time(), hours.zone)
    closes = hours._openings(day)[-1][1]
    if wall.time() > closes:  # a shorter last day: its closing
        wall = datetime.combine(day, closes, hours.zone)
    return wall.astimezone(UTC).astimezone(
        hours.zone
    )  # a time that the clock change skips becomes a real one
