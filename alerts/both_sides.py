"""What the page of one situation shows: our reading in full, of the partner's what crossed, and the two compared."""

from dataclasses import dataclass
from datetime import datetime

from django.conf import settings

from alerts.crossed import Crossed, History, history_of, ways_of
from alerts.models import Situation
from alerts.outlook import Closed, closed_among
from alerts.realities import Realities, Reality, applied_level, set_side_by_side
from assessment.grid import UNKNOWN, Grid, Level
from assessment.grids import load_grid
from assessment.models import Reading
from assessment.scale import common_level
from assessment.stored import answers_of, grid_of
from pole.tenancy.actor import Actor
from protocols.registry import standing_with


@dataclass(frozen=True, slots=True)
class BothSides:
    """`ways`: what the protocol lets cross of a reading, to us (True) and from us.

    `agreed`: what both took, in words. `closed`: the partner, when it is not there now.
    """

    own: Reading | None
    own_markers: tuple[str, ...]
    history: History
    compared: Realities | None
    applied: Level
    agreed: str
    ways: list[tuple[bool, str]]
    closed: list[Closed]


def both_sides(actor: Actor, situation: Situation, at: datetime) -> BothSides:
    """Gather it, in a number of queries that does not grow with what crossed."""
    own = (
        Reading.objects.filter(case=situation.case_id, service=actor.service)
        .finalised()
        .select_related("author")
        .latest_first()
        .first()
    )
    history, grid = history_of(actor, situation), load_grid(settings.READING_GRID)
    theirs, standing = history.theirs, standing_with(actor.service, situation.partner_id, at)
    levels = (
        own.in_force if own else None,
        theirs.reading.level.value if theirs and theirs.reading else None,
    )
    return BothSides(
        own=own,
        own_markers=tuple(_markers(own).values()) if own else (),
        history=history,
        compared=_compared(own, theirs, history) if own and theirs else None,
        applied=common_level(applied_level(levels, agreed=situation.agreed_level)),
        agreed=named_in(grid, situation.agreed_level, situation.agreed_dynamics),
        ways=ways_of(standing, situation),
        closed=closed_among([(standing, situation.partner_id)], at) if standing else [],
    )


def named_in(grid: Grid, level: int | None, dynamics: str) -> str:
    """ "3 – élevée, Domination contestée": what a conclusion names, "" when it names nothing."""
    named = [f"{level} – {grid.levels[level].label}"] if level in grid.levels and level is not None else []
    if dynamics in grid.dynamics:
        named.append(grid.dynamics[dynamics].label)
    return ", ".join(named)


def _compared(own: Reading, theirs: Crossed, history: History) -> Realities | None:
    carried, told = theirs.reading, history.ours
    if carried is None:
        return None
    grid = grid_of(own)
    return set_side_by_side(
        Reality(own.grid, own.in_force, own.chosen_dynamics or own.dynamics, _markers(own)),
        Reality(
            carried.grid,
            carried.level.value,
            carried.dynamics,
            {marker["code"]: marker["label"] for marker in carried.markers},
        ),
        grid=grid,
        known=[code for code, answer in answers_of(own).items() if answer.value != UNKNOWN],
        answered=history.answered(grid),
        told=[marker["code"] for marker in told.reading.markers] if told and told.reading else [],
    )


def _markers(reading: Reading) -> dict[str, str]:
    """Code to label, in the words of its own grid."""
    grid = grid_of(reading)
    return {code: grid.markers[code].label for code in reading.markers}
