"""Counts of a simulation shown to the other parties: what they would see, and the showing."""

from collections.abc import Sequence

from django.db import transaction

from alerts.models import PublishedCounts, Simulation, SimulationEnd, SimulationKind
from alerts.simulating.refusals import NothingToShow, NotPublishable, PublishedAlready
from alerts.simulating.turns import protocol_played
from pole.alone import take_turns
from pole.audit.models import Tag, record
from pole.tenancy.actor import Actor
from pole.tenancy.models import Service
from pole.tenancy.permissions import Perm
from protocols import drafts
from protocols.counts import Found
from protocols.disclosure import Cell, Cells, shown
from protocols.models import DraftState
from protocols.orders import HOLD, SEND
from protocols.terms import Protocol


def may_publish(simulation: Simulation) -> bool:
    """Whether there is something to show, and it was not shown yet."""
    return _is_for_parties(simulation) and not _published(simulation)


def publishable(simulation: Simulation) -> Cells:
    """The cells that the other parties may be shown, with their counts: there is one at least.

    Raises:
        NotPublishable: not of own readings, not come to its end, or of another text than the one proposed.
        PublishedAlready: the service published on this text.
        NothingToShow
    """
    if not _is_for_parties(simulation):
        raise NotPublishable
    if _published(simulation):
        raise PublishedAlready
    told = Found.from_json(simulation.found).counts[0].by("recipient", "urgency", "action")
    mine = PublishedCounts.objects.filter(service=simulation.service).select_related("simulation")
    earlier = [(cells_of(each), cases_behind(each)) for each in mine.order_by("at")]
    possible = frame(protocol_played(simulation), simulation.party)
    cells = shown({cell: told[cell] for cell in possible}, cases_of(simulation), earlier)
    if not cells:
        raise NothingToShow
    return cells


def frame(protocol: Protocol, party: str) -> list[Cell]:
    """Every cell that the text makes possible for what this party reads, also the empty ones; gravest first."""
    urgencies = sorted(protocol.urgencies.values(), key=lambda urgency: -urgency.rank)
    return [
        Cell(recipient, urgency.code, action)
        for recipient in protocol.parties
        if recipient != party
        for urgency in urgencies
        for action in (SEND, HOLD)
    ]


@transaction.atomic
def publish(*, actor: Actor, simulation: Simulation) -> PublishedCounts:
    """Show the other parties, for good, what may be shown.

    Raises:
        RightLacking, NotPublishable, PublishedAlready, NothingToShow
    """
    actor.require(Perm.PROTOCOL_WRITE)
    take_turns(f"counts of {actor.service_id}")  # the second publication counts with the first
    cells = publishable(simulation)
    published = PublishedCounts.objects.create(
        service=actor.service,
        draft=simulation.draft,
        simulation=simulation,
        text_hash=simulation.text_hash,
        first=simulation.first,
        last=simulation.last,
        readers=[str(service.pk) for service in readers(simulation)],
        cells=[[*cell, count] for cell, count in cells.items()],
    )
    record(
        actor=actor,
        tag=Tag.PROTOCOL_COUNTED,
        subject_id=published.pk,
        protocol=str(simulation.draft),
        sha256=simulation.text_hash,
    )
    return published


def readers(simulation: Simulation) -> Sequence[Service]:
    """The other parties, who would see it."""
    parties = drafts.parties_of(simulation.draft).values()
    return [service for service in parties if service.pk != simulation.service_id]


def _is_for_parties(simulation: Simulation) -> bool:
    draft = simulation.draft
    return (
        simulation.kind == SimulationKind.PAST
        and simulation.end == SimulationEnd.DONE
        and draft.state == DraftState.PROPOSED
        and draft.text == simulation.document
    )


def _published(simulation: Simulation) -> bool:
    mine = PublishedCounts.objects.filter(service=simulation.service)
    return mine.filter(text_hash=simulation.text_hash).exists()


def cells_of(published: PublishedCounts) -> dict[Cell, int]:
    return {Cell(recipient, urgency, action): count for recipient, urgency, action, count in published.cells}


def cases_of(simulation: Simulation) -> dict[Cell, int]:
    """Of how many cases each count is."""
    counts = Found.from_json(simulation.found).counts[0]
    return {Cell(*cell): number for cell, number in counts.cases.items()}


def cases_behind(published: PublishedCounts) -> dict[Cell, int]:
    """Of how many cases each of one's own counts was; where it was not kept, as if each message were another's."""
    return cases_of(published.simulation) if published.simulation else cells_of(published)
