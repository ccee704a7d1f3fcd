"""What a grid may legally say and probably does not mean. Cheap checks, without reading anything."""

from collections.abc import Iterator
from itertools import pairwise

from assessment.grid import Grid
from pole.conditions import Condition, facts_in, names_in


def oddities(grid: Grid) -> Iterator[str]:
    """A sentence per oddity; none for a tidy grid."""
    conditions = _all(grid)
    used = frozenset().union(*(names_in(condition) for condition in conditions))
    for name in grid.conditions:
        if name not in used:
            yield f"the condition '{name}' is used nowhere"
    tested = frozenset().union(*(facts_in(condition) for condition in conditions))
    for indicator in grid.indicators.values():
        for detail in indicator.details.values():
            if detail.decides and f"{indicator.code}.{detail.code}" not in tested:
                yield f"'{indicator.code}.{detail.code}' leaves readings incomplete but decides nothing"
    reached = {floor.level for marker in grid.markers.values() for floor in marker.floors}
    reached |= {rule.level for rule in grid.rules} | {
        line.level for line in grid.dynamics.values() if line.level
    }
    for level in grid.levels:
        if level is not None and level not in {*reached, grid.lowest.value}:
            yield f"nothing reaches level {level}"
    clocks = [(level, item.full_within) for level, item in grid.levels.items() if level is not None]
    for (low, slow), (high, fast) in pairwise(clocks):
        if fast > slow:
            yield f"level {high} is reviewed later than level {low}"
    seen: dict[Condition, str] = {}
    for code, line in grid.dynamics.items():
        if line.when in seen:
            yield f"type {code} is never reached: it has the condition of {seen[line.when]}, above it"
        seen[line.when] = code


def _all(grid: Grid) -> list[Condition]:
    floors = [floor.when for marker in grid.markers.values() for floor in marker.floors]
    rules = [rule.when for rule in grid.rules]
    return [*grid.named.values(), *floors, *rules, *(caution.when for caution in grid.cautions)]
