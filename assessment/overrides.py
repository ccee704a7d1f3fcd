"""How often practitioners chose otherwise than the grid, and what second readers made of it, by version of the grid.

Counts within one service, for those who answer for its readings; they judge the grid as much as its readers.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field

from assessment.grid import Level
from assessment.grids import load_grid
from assessment.models import Reading


@dataclass(slots=True)
class Overrides:
    """One version of the grid. `chosen_for`: suggested level -> chosen level -> how many; None is NE."""

    grid: str
    readings: int = 0
    kept: int = 0
    raised: int = 0
    lowered: int = 0
    retyped: int = 0
    overdue: int = 0
    seconds: dict[str, int] = field(default_factory=dict)
    chosen_for: dict[int | None, dict[int | None, int]] = field(default_factory=dict)

    @property
    def title(self) -> str:
        grid = load_grid(self.grid)
        return f"{grid.title} ({self.grid})"

    @property
    def levels(self) -> list[Level]:
        """NE first, then the scale."""
        return sorted(load_grid(self.grid).levels.values(), key=lambda level: level.value or 0)

    @property
    def parts(self) -> list[tuple[str, int, float, float]]:
        """Kept, raised and lowered as (name, count, start and width in per cent) of one bar."""
        found, start = [], 0.0
        for name, count in (("kept", self.kept), ("raised", self.raised), ("lowered", self.lowered)):
            width = 100 * count / self.readings if self.readings else 0.0
            found.append((name, count, round(start, 2), round(width, 2)))
            start += width
        return found

    @property
    def rows(self) -> list[tuple[Level, list[int]]]:
        """Suggested level, and how often each level was chosen for it."""
        return [
            (
                suggested,
                [self.chosen_for.get(suggested.value, {}).get(chosen.value, 0) for chosen in self.levels],
            )
            for suggested in self.levels
        ]


def overrides(readings: Iterable[Reading]) -> list[Overrides]:
    """Finalised readings, counted by their grid; the grids in the order of their codes.

    A level counts as lowered when its author's choice needed a second reader (`assessment.deciding`), be it below
    the suggestion or below the level before; as raised above the suggestion.
    """
    found: dict[str, Overrides] = {}
    for reading in readings:
        counts = found.setdefault(reading.grid, Overrides(reading.grid))
        counts.readings += 1
        row = counts.chosen_for.setdefault(reading.suggested, {})
        row[reading.chosen] = row.get(reading.chosen, 0) + 1
        if reading.is_lowered:
            counts.lowered += 1
            counts.seconds[reading.second] = counts.seconds.get(reading.second, 0) + 1
            counts.overdue += reading.second_is_overdue
        elif (reading.chosen or 0) > (reading.suggested or 0):
            counts.raised += 1
        else:
            counts.kept += 1
        counts.retyped += bool(reading.chosen_dynamics)
    return [found[code] for code in sorted(found)]
