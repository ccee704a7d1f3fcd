"""The course of a case: its finalised readings in order, what changed from one to the next, and their picture.

What other instruments said stands in a row of its own beneath: on the same days, on no scale.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, time
from itertools import pairwise

from assessment.grid import Level
from assessment.models import Reading
from assessment.retained import Change, Retained, change
from assessment.stored import grid_of
from cases.models import ExternalRating
from pole.calendar import BRUSSELS

# The picture, in units of its own; it scales with the page.
WIDTH, LEFT, RIGHT, TOP, LANE, POINT, ROW = 720, 164, 28, 30, 40, 12, 26


@dataclass(frozen=True, slots=True)
class Step:
    """One finalised reading, and what changed in it since the previous one. `x`, `y`: its place in the picture.

    `type_from_here`: the code of its type, where the reading before had another or none.
    """

    retained: Retained
    since: Change | None
    x: int
    y: int
    type_from_here: str


@dataclass(frozen=True, slots=True)
class Mark:
    """What another instrument said, at `x` in the row of marks; `sign` leads from the picture to the table."""

    rating: ExternalRating
    sign: str
    x: int


@dataclass(frozen=True, slots=True)
class Course:
    """What `assessment/course.html` draws and tables. `path`: SVG path data of the level in force over time.

    `types_y`, `markers_y` and `marks_y` are the heights of the rows beneath the levels; the first two None where no
    grid has types, or markers. `begins` and `ends`: the first and the last moment drawn.
    """

    steps: tuple[Step, ...]
    lanes: tuple[tuple[int, Level], ...]
    path: str
    types_y: int | None
    markers_y: int | None
    marks: tuple[Mark, ...]
    marks_y: int
    begins: datetime | None
    ends: datetime | None
    left: int
    width: int
    height: int

    @property
    def names(self) -> int:
        """Width of the names of the rows; a point of the first day keeps its left half beside them."""
        return self.left - POINT - 4

    @property
    def room(self) -> int:
        """Width beside the names."""
        return self.width - self.names


def course_of(readings: Iterable[Reading], ratings: Iterable[ExternalRating] = ()) -> Course:
    """Finalised readings, the oldest first, each named in the words of its own grid.

    Args:
        ratings: of other instruments, in any order.
    """
    rows, rated = list(readings), sorted(ratings, key=lambda rating: (rating.rated_on, rating.recorded_at))
    levels = {code: level for row in rows for code, level in grid_of(row).levels.items()}
    scale = sorted((code for code in levels if code is not None), reverse=True)
    places: dict[int | None, int] = {code: TOP + LANE * row for row, code in enumerate([*scale, None])}
    moments = [row.finalised_at for row in rows if row.finalised_at] + [_noon(each) for each in rated]
    columns = _columns(moments)
    retained = [Retained.of(row) for row in rows]
    steps = tuple(
        Step(
            kept,
            change(before, kept) if before else None,
            x,
            places[kept.level.value],
            "" if before and _type(before) == _type(kept) else _type(kept),
        )
        for kept, before, x in zip(retained, [None, *retained], columns, strict=False)
    )
    below = TOP + LANE * len(places)
    types_y = below if any(grid_of(row).dynamics for row in rows) else None
    below += ROW if types_y else 0
    markers_y = below if any(grid_of(row).markers for row in rows) else None
    below += ROW if markers_y else 0
    return Course(
        steps=steps,
        lanes=tuple((place, levels[code]) for code, place in places.items() if code in levels),
        path=_path(steps),
        types_y=types_y,
        markers_y=markers_y,
        marks=tuple(
            Mark(rating, sign(n), x)
            for n, (rating, x) in enumerate(zip(rated, columns[len(rows) :], strict=True))
        ),
        marks_y=below,
        begins=min(moments, default=None),
        ends=max(moments, default=None),
        left=LEFT,
        width=WIDTH,
        height=below + (LANE if rated else 0) + LANE // 2,
    )


def _type(kept: Retained) -> str:
    return kept.dynamics.code if kept.dynamics else ""


def sign(number: int) -> str:
    """a, b … z, aa, ab …: no sign of the row looks like a level."""
    before, letter = divmod(number, 26)
    return (sign(before - 1) if before else "") + chr(ord("a") + letter)


def _noon(rating: ExternalRating) -> datetime:
    # A day without an hour stands in the middle of it.
    return datetime.combine(rating.rated_on, time(12), BRUSSELS)


def _columns(times: Sequence[datetime]) -> list[int]:
    """Places from left to right by date, in the order given; neighbouring days stand apart all the same."""
    if not times:
        return []
    order = sorted(range(len(times)), key=times.__getitem__)
    begins, ends = times[order[0]], times[order[-1]]
    span = (ends - begins).total_seconds()
    room = WIDTH - LEFT - RIGHT
    places: list[float] = []
    for index in order:
        # A course of one moment stands at the newest end, which a narrow screen shows first.
        share = (times[index] - begins).total_seconds() / span if span else 1
        place = LEFT + room * share
        places.append(max(place, places[-1] + 2 * POINT) if places else place)
    # What was pushed over the edge pushes back; a very long course shares the room evenly.
    if places[-1] > WIDTH - RIGHT:
        limit: float = WIDTH - RIGHT
        for index in range(len(places) - 1, -1, -1):
            places[index] = min(places[index], limit)
            limit = places[index] - 2 * POINT
    if places[0] < LEFT:
        places = [LEFT + room * index / (len(places) - 1) for index in range(len(places))]
    placed = dict(zip(order, places, strict=True))
    return [round(placed[index]) for index in range(len(times))]


def _path(steps: Sequence[Step]) -> str:
    """A level holds until the next reading; beside the scale there is no line."""
    parts = []
    for step, following in pairwise(steps):
        if step.retained.level.value is None:
            continue
        parts.append(f"M{step.x} {step.y}H{following.x}")
        if following.retained.level.value is not None:
            parts.append(f"V{following.y}")
    return "".join(parts)
