"""One situation, two readings: what they agree on, what differs, and what one side alone has looked at. Pure.

Of the partner's reading nothing is known but what crossed: its level, type and markers, as an exchange said them, and
the answers that other categories carried.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from assessment.grid import Grid
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
    """A marker that one side alone retains.

    `to_explore`: our lines behind a marker of theirs that are not known yet. `told`: a marker of ours crossed to them.
    """

    label: str
    ours: bool
    to_explore: tuple[str, ...] = ()
    told: bool = False


@dataclass(frozen=True, slots=True)
class Realities:
    """Two readings compared.

    `same_level`, `same_dynamics` None: one side does not say. `behind_their_type`: where the types differ, our lines
    behind theirs that are not known yet. `only_they_answered`: lines whose answer crossed and that we do not know.
    """

    same_level: bool | None
    same_dynamics: bool | None
    shared: tuple[str, ...]
    blind: tuple[BlindSpot, ...]
    behind_their_type: tuple[str, ...]
    only_they_answered: tuple[str, ...]
    grids_differ: bool

    @property
    def has_blind_spots(self) -> bool:
        """Whether one side has seen what the other has not."""
        return bool(self.blind or self.behind_their_type or self.only_they_answered)


def applied_level(levels: Iterable[int | None], *, agreed: int | None = None) -> int | None:
    """The level that applies in a situation: what both services agreed on, else the highest that is known."""
    return agreed if agreed is not None else max((each for each in levels if each is not None), default=None)


def set_side_by_side(
    own: Reality,
    theirs: Reality,
    *,
    grid: Grid,
    known: Collection[str],
    answered: Collection[str] = (),
    told: Collection[str] = (),
) -> Realities:
    """Compare what crossed with our own reading. Codes of two grids mean nothing to each other: only levels compare.

    Args:
        grid: that of our own reading.
        known: codes of our indicators that are answered and known.
        answered: codes of the indicators whose answers crossed to us.
        told: codes of our markers that crossed to them.
    """
    differ = own.grid != theirs.grid
    comparable = None not in (own.level, theirs.level)
    same_level = own.level == theirs.level if comparable else None
    if differ:
        return Realities(same_level, None, (), (), (), (), grids_differ=True)
    same_dynamics = own.dynamics == theirs.dynamics if own.dynamics and theirs.dynamics else None
    their_type = grid.dynamics.get(theirs.dynamics) if same_dynamics is False else None
    return Realities(
        same_level=same_level,
        same_dynamics=same_dynamics,
        shared=tuple(label for code, label in own.markers.items() if code in theirs.markers),
        blind=(
            *(
                BlindSpot(label, ours=False, to_explore=_unexplored(grid, grid.markers[code].when, known))
                for code, label in theirs.markers.items()
                if code not in own.markers and code in grid.markers
            ),
            *(
                BlindSpot(label, ours=True, told=code in told)
                for code, label in own.markers.items()
                if code not in theirs.markers
            ),
        ),
        behind_their_type=_unexplored(grid, their_type.when, known) if their_type else (),
        only_they_answered=_labels(grid, set(answered) - set(known)),
        grids_differ=False,
    )


def _unexplored(grid: Grid, condition: Condition, known: Collection[str]) -> tuple[str, ...]:
    """Lines of ours that this condition looks at, and of which nothing is known here."""
    return _labels(grid, _indicators_behind(grid, condition) - set(known))


def _labels(grid: Grid, codes: Collection[str]) -> tuple[str, ...]:
    """In the grid's own order."""
    return tuple(indicator.label for code, indicator in grid.indicators.items() if code in codes)


def _indicators_behind(grid: Grid, condition: Condition) -> frozenset[str]:
    """Those that a condition looks at, through the names it uses."""
    named = grid.named
    codes = {fact.partition(".")[0] for fact in facts_in(condition)}
    for name in names_in(condition):
        codes |= _indicators_behind(grid, named[name])
    return frozenset(codes & grid.indicators.keys())
