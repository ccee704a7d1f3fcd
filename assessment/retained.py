"""What a finalised reading retained, in the words of its own grid, and what changed from one to another."""

from dataclasses import dataclass
from typing import Self

from assessment.grid import Dynamics, Level
from assessment.models import Reading
from assessment.stored import grid_of


@dataclass(frozen=True, slots=True)
class Retained:
    """What counts of one reading. `markers` are labels, in the grid's order."""

    reading: Reading
    level: Level
    dynamics: Dynamics | None
    markers: tuple[str, ...]

    @classmethod
    def of(cls, reading: Reading) -> Self:
        grid, code = grid_of(reading), reading.chosen_dynamics or reading.dynamics
        return cls(
            reading=reading,
            level=grid.levels[reading.in_force],
            dynamics=grid.dynamics[code] if code else None,
            markers=tuple(grid.markers[marker].label for marker in reading.markers),
        )


@dataclass(frozen=True, slots=True)
class Change:
    """What a later reading retains that an earlier one did not, or no longer.

    `gone` are markers that the earlier had and the later has not: not seen again, or not known any more.
    `moved`: by how many levels; 0 also where one of the two is not assessable. `assessable`: the later one is.
    """

    moved: int
    level_changed: bool
    assessable: bool
    dynamics_changed: bool
    new: tuple[str, ...]
    gone: tuple[str, ...]

    @property
    def is_none(self) -> bool:
        return not (self.level_changed or self.dynamics_changed or self.new or self.gone)


def change(before: Retained, after: Retained) -> Change:
    """From one to the other. Where their grids differ, only what both have a word for can come, go or change."""
    then, now = before.level.value, after.level.value
    known_then, known_now = _words(before.reading), _words(after.reading)
    types = {kept.dynamics.label if kept.dynamics else "" for kept in (before, after)}
    return Change(
        moved=now - then if now is not None and then is not None else 0,
        level_changed=now != then,
        assessable=now is not None,
        dynamics_changed=len(types) > 1 and types <= known_then & known_now,
        new=tuple(each for each in after.markers if each not in before.markers and each in known_then),
        gone=tuple(each for each in before.markers if each not in after.markers and each in known_now),
    )


def _words(reading: Reading) -> set[str]:
    """Everything that its grid can retain; to have no type is something that every grid can say."""
    grid = grid_of(reading)
    types = {line.label for line in grid.dynamics.values()}
    return {"", *types, *(marker.label for marker in grid.markers.values())}
