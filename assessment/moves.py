"""What was counted under another grid, in the words of both: for a page."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.utils.translation import pgettext

from assessment.grid import Dynamics, Grid, Level
from assessment.transitions import Transitions


@dataclass(frozen=True, slots=True)
class Moves:
    """`levels`: each level then, with how many it is now at each of `now`. `types`: only those that changed."""

    now: tuple[Level, ...]
    levels: tuple[tuple[Level, tuple[tuple[Level, int], ...]], ...]
    types: tuple[tuple[str, str, int], ...]
    markers_new: tuple[tuple[str, int], ...]
    markers_gone: tuple[tuple[str, int], ...]


def moves_of(found: Transitions, made_with: Grid, grid: Grid) -> Moves:
    """The counts with names, NE first and the most frequent changes on top."""
    then, now = _in_order(made_with), _in_order(grid)
    types = [
        (_type(made_with.dynamics, before), _type(grid.dynamics, after), count)
        for (before, after), count in found.types.most_common()
        if before != after
    ]
    return Moves(
        now=now,
        levels=tuple(
            (level, tuple((each, found.levels[level.value, each.value]) for each in now)) for level in then
        ),
        types=tuple(types),
        markers_new=tuple(
            (f"{grid.markers[code].label} ({code})", n) for code, n in found.markers_new.most_common()
        ),
        markers_gone=tuple(
            (f"{made_with.markers[code].label} ({code})", n) for code, n in found.markers_gone.most_common()
        ),
    )


def _in_order(grid: Grid) -> tuple[Level, ...]:
    return tuple(sorted(grid.levels.values(), key=lambda level: level.value or 0))


def _type(types: Mapping[str, Dynamics], code: str) -> str:
    return f"{types[code].label} ({code})" if code else pgettext("dynamics", "none")
