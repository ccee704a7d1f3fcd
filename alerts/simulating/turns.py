"""A simulation carried on a turn at a time, by whichever worker is free.

Every turn is one short transaction, and what it counted is kept: a worker that dies, a broker that forgets or a page
that is left lose at most the turn under way. A turn is asked for by its number: asked for twice, it is done once.
"""

import logging
from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import OperationalError

from alerts import outbox
from alerts.models import Simulation, SimulationEnd, SimulationKind
from alerts.past import AT_ONCE, Seat, Span, cases_in, moments_of
from alerts.synthetic import synthetic
from pole.clock import database_now
from pole.holidays import holidays_around
from pole.tenancy.context import inside
from pole.tenancy.models import Service
from protocols.counts import Found
from protocols.documents import load_protocol
from protocols.registry import standing_under
from protocols.simulation import Moment, Played, simulate
from protocols.terms import Protocol

log = logging.getLogger("alerts.simulating")

TASK, QUEUE = "alerts.simulate", "simulation"
INVENTED_AT_ONCE = 1000
"""Readings; of one's own, `AT_ONCE` cases. Either is a second of work at most."""
KEPT = 200
"""Moments of one's own cases that are kept, so that they can be looked at."""


def ask_for_turn(service_id: UUID, simulation_id: UUID, turn: int, *, in_seconds: int = 0) -> bool:
    """Hint at a turn, with ids and its number; whether the broker took it. A sweep finds what was not hinted at."""
    given = (str(service_id), str(simulation_id), turn)
    return outbox.publish(TASK, *given, queue=QUEUE, in_seconds=in_seconds)


def take_turn(service_id: UUID, simulation_id: UUID, turn: int) -> bool:
    """Play the next cases, if it is this turn's time; whether more are left. What fails ends it, and is said."""
    service = Service.objects.get(pk=service_id)
    try:
        with inside(service):
            simulation = _under_way(simulation_id).filter(turns=turn).first()
            return simulation is not None and _play(simulation)
    except OperationalError:
        raise  # the database's trouble and not the text's: a sweep asks again
    except Exception:
        log.exception("simulation %s failed", simulation_id)
        with inside(service):
            if simulation := _under_way(simulation_id).first():
                ended(simulation, SimulationEnd.FAILED).save()
        return False


def still_waits(service_id: UUID, simulation_id: UUID) -> None:
    """Keep it from being taken for stalled: it asks for its turn, and another's is on."""
    with inside(Service.objects.get(pk=service_id)):
        Simulation.objects.filter(pk=simulation_id, ended_at=None).update(moved_at=database_now())


def stalled(service: Service) -> tuple[UUID, int] | None:
    """The one of the service that nobody moved or asked for as long as a worker is given for a row; its next turn."""
    since = database_now() - settings.OUTBOX_LEASE
    found = Simulation.objects.filter(service=service, ended_at=None, moved_at__lt=since)
    return found.values_list("pk", "turns").first()


def ended(simulation: Simulation, end: SimulationEnd) -> Simulation:
    """The same, over now; not saved."""
    simulation.end, simulation.ended_at = end, database_now()
    return simulation


def seats_of(simulation: Simulation) -> list[Seat]:
    """The draft as it was, then the version that it is compared with."""
    codes = {UUID(pk): code for code, pk in simulation.parties.items()}
    seats = [Seat(protocol_played(simulation), simulation.party, codes)]
    if simulation.against:
        standing = standing_under(simulation.against, simulation.service)
        theirs = {other.pk: code for code, other in standing.services.items()}
        seats.append(Seat(standing.protocol, standing.code, theirs))
    return seats


def protocol_played(simulation: Simulation) -> Protocol:
    """The draft as it was when the simulation began."""
    return _loaded(simulation.document)


@lru_cache(maxsize=8)
def _loaded(document: str) -> Protocol:
    return load_protocol(document)


def _under_way(simulation_id: UUID) -> Any:
    """Locked: who stops it waits for the turn."""
    rows = Simulation.objects.select_related("service", "against").select_for_update(of=("self",))
    return rows.filter(pk=simulation_id, ended_at=None)


def _play(simulation: Simulation) -> bool:
    seats, found = seats_of(simulation), Found.from_json(simulation.found)
    moments, is_last = _next(simulation, seats, found.asked)
    is_past = simulation.kind == SimulationKind.PAST
    protocols = [seat.protocol for seat in seats]
    for played in simulate(protocols, moments, holidays=holidays_around, found=found):
        if is_past and len(simulation.concerned) < KEPT and (kept := _kept(played)):
            simulation.concerned.append(kept)
    simulation.found = found.to_json()
    simulation.turns += 1
    simulation.moved_at = database_now()
    if is_last:
        ended(simulation, SimulationEnd.DONE)
    simulation.save()
    return not is_last


def _next(simulation: Simulation, seats: Sequence[Seat], asked: int) -> tuple[Iterator[Moment], bool]:
    """The moments of the next turn, and whether it is the last."""
    span = Span(simulation.first, simulation.last)
    if simulation.kind == SimulationKind.PAST:
        cases = cases_in(simulation.service, span, after=simulation.after)
        simulation.after = cases[-1] if cases else simulation.after
        return moments_of(simulation.service, seats, span, cases), len(cases) < AT_ONCE
    number = min(INVENTED_AT_ONCE, simulation.total - asked)
    # Each turn throws dice of its own, the same in every simulation: two drafts meet the same readings.
    made = synthetic(
        [seat.protocol for seat in seats],
        number=number,
        seed=simulation.turns,
        first=span.first,
        last=span.last,
    )
    return made, asked + number >= simulation.total


def _kept(played: Played) -> dict[str, Any] | None:
    """A moment at which something would be told, or told otherwise than by the version in force.

    Orders are [recipient, action, urgency, article]; `before` is None where nothing is compared.
    """
    now, *before = (
        [[order.recipient, order.action, order.urgency, order.article] for order in orders]
        for orders in played.orders
    )
    if not (played.differs if before else now):
        return None
    return {
        "case": str(played.moment.case),
        "at": played.moment.at.isoformat(),
        "now": now,
        "before": before[0] if before else None,
    }
