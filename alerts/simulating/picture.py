"""Bars of messages a week: where the picture draws what. It scales with the page."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

WIDTH, LEFT, RIGHT, TOP, HIGH, FOOT = 720, 40, 8, 12, 160, 26
WEEK = timedelta(days=7)
LABEL = 50
"""Width that the name of a month needs."""


@dataclass(frozen=True, slots=True)
class Bar:
    """One week: how many were sent and held, and how high each part stands; the held ones on top."""

    week: date
    sent: int
    held: int
    x: int
    sent_y: int
    held_y: int

    @property
    def sent_height(self) -> int:
        return TOP + HIGH - self.sent_y

    @property
    def held_height(self) -> int:
        return self.sent_y - self.held_y


@dataclass(frozen=True, slots=True)
class Picture:
    """What `alerts/simulation/_picture.html` draws. `ticks`: height and number of lines; `months`: place and day."""

    bars: tuple[Bar, ...]
    ticks: tuple[tuple[int, int], ...]
    months: tuple[tuple[int, date], ...]
    bar_width: int
    left: int = LEFT
    foot: int = TOP + HIGH
    width: int = WIDTH
    height: int = TOP + HIGH + FOOT


def picture_of(first: date, last: date, sent: Mapping[date, int], held: Mapping[date, int]) -> Picture:
    """Every week from the first day's to the last's, also those without any.

    Args:
        sent, held: Monday -> how many.
    """
    weeks = _weeks(first, last)
    most = max([sent.get(week, 0) + held.get(week, 0) for week in weeks], default=0)
    step = _step(most)
    top = max(step, -(-most // step) * step)
    room = WIDTH - LEFT - RIGHT

    def place(count: int) -> int:
        return round(TOP + HIGH - HIGH * count / top)

    bars = tuple(
        Bar(
            week,
            sent.get(week, 0),
            held.get(week, 0),
            x=round(LEFT + room * number / len(weeks)),
            sent_y=place(sent.get(week, 0)),
            held_y=place(sent.get(week, 0) + held.get(week, 0)),
        )
        for number, week in enumerate(weeks)
    )
    return Picture(
        bars=bars,
        ticks=tuple((place(count), count) for count in range(0, top + 1, step)),
        months=_months(bars),
        bar_width=min(40, max(2, round(room / len(weeks)) - 2)),
    )


def _weeks(first: date, last: date) -> list[date]:
    monday = first - timedelta(days=first.weekday())
    return [monday + WEEK * number for number in range((last - monday).days // 7 + 1)]


def _step(most: int) -> int:
    """Between two lines: 1, 2 or 5, ten times that, and so on, for five lines at most."""
    step = 1
    while most > 4 * step:
        step = step * 5 // 2 if str(step)[0] == "2" else step * 2
    return step


def _months(bars: Sequence[Bar]) -> tuple[tuple[int, date], ...]:
    """The first week of each month, as many as there is room for."""
    named: list[tuple[int, date]] = []
    for bar in bars:
        is_new = not named or (bar.week.year, bar.week.month) != (named[-1][1].year, named[-1][1].month)
        if is_new and bar.x <= WIDTH - LABEL and (not named or bar.x - named[-1][0] >= LABEL):
            named.append((bar.x, bar.week))
    return tuple(named)
