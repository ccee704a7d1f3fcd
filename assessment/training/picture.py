"""Dots and intervals: where the picture of the measures draws what. It scales with the page."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import floor

from assessment.training.shown import ShownMeasure

WIDTH, LEFT, RIGHT, TOP, LANE, FOOT = 720, 300, 24, 14, 30, 30
STEP = 0.2


@dataclass(frozen=True, slots=True)
class Row:
    """One measure: `x` of its dot, `low` and `high` of its interval (None without one)."""

    measure: ShownMeasure
    label: str
    y: int
    x: int
    low: int | None
    high: int | None


@dataclass(frozen=True, slots=True)
class Picture:
    """What `training/_picture.html` draws. `ticks`: place and value of each mark on the axis."""

    rows: tuple[Row, ...]
    ticks: tuple[tuple[int, float], ...]
    left: int
    right: int
    foot: int
    width: int
    height: int


def picture_of(measures: Sequence[ShownMeasure]) -> Picture:
    """Measures from top to bottom; the axis runs to 1 from 0, or from lower down where a measure does."""
    lowest = min((0.0, *(each.low if each.low is not None else each.kappa or 0.0 for each in measures)))
    marks = round((1 - max(-1.0, floor(lowest / STEP) * STEP)) / STEP)
    start = 1 - marks * STEP

    def place(value: float) -> int:
        inside = max(start, min(1.0, value))
        return round(LEFT + (WIDTH - LEFT - RIGHT) * (inside - start) / (1 - start))

    rows = tuple(
        Row(
            measure=each,
            label=_short(each.label),
            y=TOP + LANE * n + LANE // 2,
            x=place(each.kappa or 0.0),
            low=None if each.low is None else place(each.low),
            high=None if each.high is None else place(each.high),
        )
        for n, each in enumerate(measures)
    )
    foot = TOP + LANE * len(rows)
    ticks = tuple((place(start + STEP * n), round(start + STEP * n, 1)) for n in range(marks + 1))
    return Picture(rows, ticks, LEFT, WIDTH - RIGHT, foot, WIDTH, foot + FOOT)


def _short(label: str) -> str:
    """What fits left of the axis; the table has the whole."""
    return label if len(label) <= 38 else f"{label[:37].rstrip(' ,/(')}…"
