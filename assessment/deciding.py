"""What a practitioner's choice does beside the grid's suggestion: shown before finalising, applied by it.

Source: grid pdc-1, "Suggested, chosen, in force".
"""

from dataclasses import dataclass

from assessment.grid import Grid
from assessment.refusals import NotInScale
from assessment.result import Result


@dataclass(frozen=True, slots=True)
class Decision:
    """`lowered`: a motive, and somebody else reads it too. `in_force`: what counts until they have agreed."""

    chosen: int | None
    dynamics: str
    lowered: bool
    retyped: bool
    in_force: int | None

    @property
    def waits(self) -> bool:
        """Whether the choice counts only once a second reader agrees. One below the level before that the grid
        does not exceed counts at once, and is read a second time all the same."""
        return self.lowered and self.in_force != self.chosen

    @property
    def needs_motive(self) -> bool:
        return self.lowered or self.retyped


def decide(result: Result, *, chosen: int | None = None, chosen_dynamics: str = "") -> Decision:
    """Weigh what a practitioner chose against what the grid suggests.

    Raising is free. Lowered is a level below the suggestion, or below the level in force of the previous
    reading, even where the grid itself suggests so; the higher of suggestion and choice counts until a second
    reader agrees. NE is beside the scale: from it 2 to 4 may be chosen freely, but 1 says "low" where the
    grid says that too little is known, so it counts as lowered. Where a level is suggested NE is no choice.
    A chosen type changes no level.

    Args:
        chosen: None keeps what is suggested, NE included.
        chosen_dynamics: empty keeps the grid's type.

    Raises:
        NotInScale: a level or type that the grid does not have.
    """
    grid, suggested = result.grid, result.severity
    if chosen is None:
        chosen = suggested
    elif chosen not in grid.levels:
        raise NotInScale
    if chosen_dynamics and chosen_dynamics not in grid.dynamics:
        raise NotInScale
    return Decision(
        chosen=chosen,
        dynamics=chosen_dynamics,
        lowered=_is_lowered(grid, chosen, suggested, result.previous_level),
        retyped=bool(chosen_dynamics) and chosen_dynamics != result.dynamics,
        in_force=_in_force(grid, chosen, suggested, result.previous_level),
    )


def _is_lowered(grid: Grid, chosen: int | None, suggested: int | None, previous: int | None) -> bool:
    if chosen is None:
        return False
    if suggested is None:
        return chosen == grid.lowest.value or chosen < (previous or 0)
    return chosen < suggested or chosen < (previous or 0)


def _in_force(grid: Grid, chosen: int | None, suggested: int | None, previous: int | None) -> int | None:
    if not _is_lowered(grid, chosen, suggested, previous):
        return chosen
    if suggested is None:
        return None if chosen == grid.lowest.value else chosen
    return max(chosen or 0, suggested)
