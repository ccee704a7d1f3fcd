"""Where each condition of a grid stands in its file."""

from __future__ import annotations

from collections.abc import Iterator

from assessment.grid import Grid
from pole.conditions.places import Placed


def conditions_of(grid: Grid) -> Iterator[Placed]:
    """Every whole condition of the grid, in the order in which they are thought of."""
    for name, condition in grid.conditions.items():
        yield Placed(("conditions", name, "when"), condition, name)
    for code, line in grid.dynamics.items():
        yield Placed(("dynamics", code, "when"), line.when, code)
    for code, marker in grid.markers.items():
        yield Placed(("markers", code, "when"), marker.when, code)
        for n, floor in enumerate(marker.floors):
            yield Placed(("markers", code, "floors", n, "when"), floor.when, code)
    for n, rule in enumerate(grid.rules):
        yield Placed(("suggestion", "rules", n, "when"), rule.when, rule.code)
    for n, caution in enumerate(grid.cautions):
        yield Placed(("cautions", n, "when"), caution.when, caution.code)
