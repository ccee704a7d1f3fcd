"""Two finalised readings of one case side by side: what the grid retained, and every answer that differs."""

from collections.abc import Mapping
from dataclasses import dataclass

from assessment.grid import Answer, Dynamics, Grid, Level
from assessment.lines import said
from assessment.models import Reading
from assessment.stored import answers_of, grid_of


@dataclass(frozen=True, slots=True)
class Side:
    """One of the two, in the words of its own grid."""

    reading: Reading
    level: Level
    dynamics: Dynamics | None
    markers: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Difference:
    """One line of the grid, answered otherwise. Empty words: not explored on that side."""

    code: str
    label: str
    earlier: str
    later: str


@dataclass(frozen=True, slots=True)
class Comparison:
    """What `assessment/_comparison.html` shows. `left_out`: lines that only one of the two grids has."""

    earlier: Side
    later: Side
    new_markers: tuple[str, ...]
    gone_markers: tuple[str, ...]
    differences: tuple[Difference, ...]
    same: int
    left_out: int

    @property
    def sides(self) -> tuple[Side, Side]:
        return self.earlier, self.later

    @property
    def grids_differ(self) -> bool:
        return self.earlier.reading.grid != self.later.reading.grid


def compare(one: Reading, other: Reading) -> Comparison:
    """The earlier against the later, whichever is given first. Two queries: the answers of each."""
    earlier, later = sorted((one, other), key=lambda reading: (reading.finalised_at, reading.pk))
    before, after = grid_of(earlier), grid_of(later)
    common = [code for code in after.indicators if _is_same_line(before, after, code)]
    then, now = answers_of(earlier), answers_of(later)
    differences = [
        Difference(code, after.indicators[code].label, *words)
        for code in common
        if (words := (_said(before, code, then), _said(after, code, now)))[0] != words[1]
    ]
    sides = _side(earlier), _side(later)
    return Comparison(
        earlier=sides[0],
        later=sides[1],
        new_markers=tuple(label for label in sides[1].markers if label not in sides[0].markers),
        gone_markers=tuple(label for label in sides[0].markers if label not in sides[1].markers),
        differences=tuple(differences),
        same=len([code for code in common if code in now]) - len([d for d in differences if d.later]),
        left_out=len({*before.indicators, *after.indicators} - set(common)),
    )


def _is_same_line(before: Grid, after: Grid, code: str) -> bool:
    """A code says the same in two grids where its words are the same; another version may have reused it."""
    return code in before.indicators and before.indicators[code].label == after.indicators[code].label


def _said(grid: Grid, code: str, answers: Mapping[str, Answer]) -> str:
    return said(grid, grid.indicators[code], answers[code]) if code in answers else ""


def _side(reading: Reading) -> Side:
    grid, code = grid_of(reading), reading.chosen_dynamics or reading.dynamics
    return Side(
        reading=reading,
        level=grid.levels[reading.in_force],
        dynamics=grid.dynamics[code] if code else None,
        markers=tuple(grid.markers[marker].label for marker in reading.markers),
    )
