"""One situation, two readings: what they agree on, what differs, and what one side alone has looked at. Pure.

Of the partner's reading nothing is known but what crossed: its level, type and markers, as the exchange said them.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from assessment.grid import Grid, Marker
from pole.conditions import Condition, facts_in, names_in


@dataclass(frozen=True, slots=True)
class Reality:
    """One side's reading as far as it is known. `level` None: not assessable. Markers: code to label."""

    grid: str
    level: int | None
    dynamics: str
    markers: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class BlindSpot:
    """A marker that one side alone retains. `to_explore`: our lines behind it that are not known yet."""

    label: str
    ours: bool
    to_explore: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Realities:
    """`same_level`, `same_dynamics` None: one side does not say."""

    same_level: bool | None
    same_dynamics: bool | None
    shared: tuple[str, ...]
    blind: tuple[BlindSpot, ...]
    grids_differ: bool


def set_side_by_side(own: Reality, theirs: Reality, *, grid: Grid, known: frozenset[str]) -> Realities:
    """Compare what crossed with our own reading.

    Args:
        grid: that of our own reading.
        known: codes of our indicators that are answered and known.
    """
    differ = own.grid != theirs.grid
    comparable = None not in (own.level, theirs.level)
    only_theirs = (
        {} if differ else {code: label for code, label in theirs.markers.items() if code not in own.markers}
    )
    only_ours = (
        {} if differ else {code: label for code, label in own.markers.items() if code not in theirs.markers}
    )
    blind = [
        BlindSpot(label, ours=False, to_explore=_unexplored(grid, grid.markers[code], known))
        for code, label in only_theirs.items()
        if code in grid.markers
    ]
    blind += [BlindSpot(label, ours=True) for label in only_ours.values()]
    return Realities(
        same_level=own.level == theirs.level if comparable else None,
        same_dynamics=own.dynamics == theirs.dynamics
        if own.dynamics and theirs.dynamics and not differ
        else None,
        shared=()
        if differ
        else tuple(label for code, label in own.markers.items() if code in theirs.markers),
        blind=tuple(blind),
        grids_differ=differ,
    )


def _unexplored(grid: Grid, marker: Marker, known: frozenset[str]) -> tuple[str, ...]:
    """Lines of ours that could raise this marker, and of which nothing is known here."""
    codes = _indicators_behind(grid, marker.when) - known
    return tuple(indicator.label for code, indicator in grid.indicators.items() if code in codes)


def _indicators_behind(grid: Grid, condition: Condition) -> frozenset[str]:
    """Those that a condition looks at, through the names it uses."""
    named = grid.named
    codes = {fact.partition(".")[0] for fact in facts_in(condition)}
    for name in names_in(condition):
        codes |= _indicators_behind(grid, named[name])
    return frozenset(codes & grid.indicators.keys())
