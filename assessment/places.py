"""Where each condition of a grid stands in its file."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, TypeAlias

from assessment.grid import Grid
from pole.conditions import Condition, Not, parts

Path: TypeAlias = "tuple[str | int, ...]"


@dataclass(frozen=True, slots=True)
class Placed:
    """A condition, where it stands, and what it is the condition of."""

    path: Path
    condition: Condition
    what: str


def conditions_of(grid: Grid) -> Iterator[Placed]:
    """Every whole condition of the grid, in the order in which they are thought of."""
    for name, condition in grid.conditions.items():
        yield Placed(("conditions", name, "when"), condition, f"the condition '{name}'")
    for code, line in grid.dynamics.items():
        yield Placed(("dynamics", code, "when"), line.when, f"type {code}")
    for code, marker in grid.markers.items():
        yield Placed(("markers", code, "when"), marker.when, f"marker {code}")
        for n, floor in enumerate(marker.floors):
            yield Placed(
                ("markers", code, "floors", n, "when"), floor.when, f"floor {floor.level} of marker {code}"
            )
    for n, rule in enumerate(grid.rules):
        yield Placed(("suggestion", "rules", n, "when"), rule.when, f"rule '{rule.code}'")
    for n, caution in enumerate(grid.cautions):
        yield Placed(("cautions", n, "when"), caution.when, f"caution '{caution.code}'")


def below(condition: Condition, data: Any, path: Path) -> Iterator[tuple[Path, Condition]]:
    """The parts of a condition, at any depth, with the path at which each is written.

    Args:
        data: the plain data that the condition was parsed from. Parts that come from a named list stand at
            the place that names it.
    """
    if not isinstance(data, dict):
        return
    if isinstance(condition, Not):  # `none` is written as one word and parsed as two
        key = "none" if "none" in data else "not"
        inner = parts(condition.of) if key == "none" else (condition.of,)
    else:
        key = "of" if "of" in data else next(iter(data))
        inner = parts(condition)
    if key not in data or key not in {"all", "any", "none", "not", "of"}:
        return
    for n, part in enumerate(inner):
        at, written = (*path, key), data[key]
        if isinstance(written, list):
            at, written = (*at, n), written[n]
        yield at, part
        yield from below(part, written, at)
