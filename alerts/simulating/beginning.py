"""A simulation is begun, on one's own past readings or on invented ones, and stopped."""

from datetime import date, timedelta
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils import timezone

from alerts.models import Simulation, SimulationEnd, SimulationKind
from alerts.past import Span, readings_in
from alerts.simulating.refusals import (
    BackToFront,
    BadNumber,
    InTheFuture,
    NotAParty,
    NothingRead,
    NotInWork,
    NotReadable,
    OrdersNothing,
    SpanTooLong,
    UnderWay,
)
from alerts.simulating.turns import ask_for_turn, ended
from alerts.synthetic import senders
from pole.audit.models import Tag, record
from pole.clock import database_now
from pole.tenancy.actor import Actor
from pole.tenancy.models import Service
from pole.tenancy.permissions import Perm
from protocols import drafts
from protocols.documents import ProtocolError, load_protocol
from protocols.models import ProtocolDraft
from protocols.registry import Standing, standings
from protocols.terms import Protocol

LONGEST = timedelta(days=731)
MOST_INVENTED = 100_000
RECENT = 10


def begin(
    *, actor: Actor, draft: ProtocolDraft, kind: str, first: date, last: date, number: int = 0
) -> Simulation:
    """Begin to play the draft as it stands.

    Args:
        first, last: days of the readings, both included.
        number: how many readings are invented; of the past, all are played.

    Raises:
        RightLacking
        ProtocolDraft.DoesNotExist: not visible to the service.
        NotInWork, NotReadable, OrdersNothing: the draft can't be played.
        BackToFront, InTheFuture, SpanTooLong, BadNumber
        NotAParty, NothingRead: of the service's past there is nothing to play.
        UnderWay: one at a time.
    """
    actor.require(Perm.PROTOCOL_WRITE)
    draft = ProtocolDraft.objects.visible_to(actor.service_id).select_related("amends").get(pk=draft.pk)
    protocol = _playable(draft)
    span = _span(first, last)
    standing = in_force(actor.service, draft, protocol)
    parties = {code: service.pk for code, service in drafts.parties_of(draft).items()}
    if not parties and standing:
        parties = {code: service.pk for code, service in standing.services.items()}
    party = next((c for c, pk in parties.items() if pk == actor.service_id and c in protocol.parties), "")
    simulation = Simulation(
        service=actor.service,
        draft=draft,
        begun_by_id=actor.person_id,
        document=draft.text,
        text_hash=protocol.text_hash(),
        parties={code: str(pk) for code, pk in parties.items()},
        party=party,
        against=standing.version if standing else None,
        kind=kind,
        first=first,
        last=last,
        total=_readings(actor.service, party, span) if kind == SimulationKind.PAST else _invented(number),
    )
    _save(simulation)
    record(
        actor=actor,
        tag=Tag.PROTOCOL_SIMULATED,
        subject_id=simulation.pk,
        protocol=str(draft),
        sha256=simulation.text_hash,
        kind=kind,
        readings=simulation.total,
    )
    # A lambda: with functools.partial, Django 5.2's robust hooks raise exactly when the broker is down.
    transaction.on_commit(lambda: ask_for_turn(actor.service_id, simulation.pk, 0), robust=True)
    return simulation


def stop(*, actor: Actor, simulation_id: UUID) -> Simulation:
    """End it where it is, after the turn under way; what was counted stays. Nothing where it has ended.

    Raises:
        RightLacking
        Simulation.DoesNotExist: none of this service.
    """
    actor.require(Perm.PROTOCOL_WRITE)
    simulation = Simulation.objects.select_for_update().get(service=actor.service, pk=simulation_id)
    if simulation.ended_at is None:
        ended(simulation, SimulationEnd.STOPPED).save()
    return simulation


def under_way(service: Service) -> Simulation | None:
    """The one of the service that has not ended."""
    return Simulation.objects.filter(service=service, ended_at=None).first()


def recent(service: Service, draft: ProtocolDraft) -> list[Simulation]:
    """Those of the service of this draft, the latest first."""
    rows = Simulation.objects.filter(service=service, draft=draft).select_related("begun_by")
    return list(rows.defer("document", "found", "concerned").order_by("-begun_at")[:RECENT])


def in_force(service: Service, draft: ProtocolDraft, protocol: Protocol) -> Standing | None:
    """The version of the same protocol that binds the service today, if readings can be put to both."""
    names = {protocol.identifier} | ({draft.amends.identifier} if draft.amends else set())
    for standing in standings(service, database_now()):
        is_shared = any(code in standing.protocol.parties for code in senders(protocol))
        if standing.protocol.identifier in names and is_shared:
            return standing
    return None


def _playable(draft: ProtocolDraft) -> Protocol:
    if not draft.is_in_work:
        raise NotInWork
    try:
        protocol = load_protocol(draft.text)
    except ProtocolError as problem:
        raise NotReadable from problem
    if not senders(protocol):
        raise OrdersNothing
    return protocol


def _span(first: date, last: date) -> Span:
    if last > timezone.localdate():
        raise InTheFuture
    if last < first:
        raise BackToFront
    if last - first > LONGEST:
        raise SpanTooLong
    return Span(first, last)


def _readings(service: Service, party: str, span: Span) -> int:
    if not party:
        raise NotAParty
    if not (number := readings_in(service, span).count()):
        raise NothingRead
    return number


def _invented(number: int) -> int:
    if not 1 <= number <= MOST_INVENTED:
        raise BadNumber
    return number


def _save(simulation: Simulation) -> None:
    try:
        with transaction.atomic():
            simulation.save(force_insert=True)
    except IntegrityError:
        if (other := under_way(simulation.service)) is None:
            raise
        raise UnderWay(other) from None
