"""What a service received, as its people triage it: exchanges left-joined to its own handling."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Case, Exists, F, IntegerField, OuterRef, Q, QuerySet, Value, When
from django.db.models.functions import Coalesce

from alerts.models import Handling
from pole.clock import database_now
from pole.tenancy.actor import Actor
from pole.tenancy.models import Service
from protocols.models import Exchange, ExchangeKind
from protocols.terms import URGENCIES

SHOWN = (
    ExchangeKind.ALERT,
    ExchangeKind.UPDATE,
    ExchangeKind.REMINDER,
    ExchangeKind.LINK_PROPOSAL,
    ExchangeKind.ADVICE,
    ExchangeKind.UNHEARD,
)
RANK = {code: place for place, code in enumerate(URGENCIES)}
TO_ACKNOWLEDGE = Q(acknowledge_by__isnull=False, handling__acknowledged_at=None)
NEW = Q(handling__opened_at=None)
PAGE = 25
OWN_SHOWN = 500
TIED_SHOWN = 100
"""Of the blocks of one page, how many more alerts are brought in; each has its own place further on anyway."""


@dataclass(frozen=True, slots=True)
class Chosen:
    """What the person asked to see; empty: all that is on the board."""

    urgency: str = ""
    state: str = ""
    partner: str = ""  # slug of the sender
    owner: str = ""  # "me", "none", or a person's id
    since: datetime | None = None
    until: datetime | None = None


@dataclass(slots=True)
class Block:
    """Alerts of one situation, shown as one: `rows[0]` has its place in the order, the others follow it."""

    rows: list[Any] = field(default_factory=list)

    @property
    def is_tied(self) -> bool:
        return len(self.rows) > 1


@dataclass(frozen=True, slots=True)
class Page:
    """One page of the board. It is never counted: what lies beyond the next row is not looked at."""

    blocks: list[Block]
    number: int
    has_next: bool

    @property
    def rows(self) -> list[Any]:
        return [row for block in self.blocks for row in block.rows]


def received(actor: Actor) -> QuerySet[Exchange]:
    """All that the board may show, with what our side did, the most urgent first: for an extract."""
    return _of(actor).order_by(_rank(), "-sent_at")


def page_of(actor: Actor, chosen: Chosen, number: int) -> Page:
    """To be acknowledged first, the most urgent on top; then what nobody opened; then mine; then the rest.

    Each row brings what our side did with it: `opened_at`, `acknowledged_at`, `acknowledged_by`, `outcome`,
    `owner_id`, `owner_name`, `snoozed_until`, `snoozed_because`, `block`, `about`. What is put off is left out until
    it wakes; a red one, and one overdue, never is. What is tied to an alert of the page is brought beside it.
    """
    number = max(number, 1)
    start = (number - 1) * PAGE
    ids = _ids(actor, chosen, start, start + PAGE + 1)
    found = _of(actor).in_bulk(ids[:PAGE])
    return Page(_blocks(actor, [found[each] for each in ids[:PAGE]]), number, len(ids) > PAGE)


def _ids(actor: Actor, chosen: Chosen, start: int, end: int) -> list[UUID]:
    """Part after part, each only as far as needed: the long rest stops after a page of its index."""
    now = database_now()
    asked = Exchange.objects.received_by(actor.service_id).filter(_asked(chosen, actor), kind__in=SHOWN)
    put_off = _put_off(actor, now)
    if chosen.state == "snoozed":
        asked = asked.filter(pk__in=put_off)
    elif put_off:
        asked = asked.exclude(pk__in=put_off)
    mine = Handling.objects.filter(service=actor.service, owner=actor.user_id, answered_at=None)
    own = list(mine.values_list("exchange", flat=True)[:OWN_SHOWN]) if actor.user_id else []
    unacknowledged, unopened = _unacknowledged(actor), _unopened(actor)
    pressing = unacknowledged | unopened
    parts = [
        asked.filter(unacknowledged).order_by(_rank(), "-sent_at", "pk"),
        asked.filter(unopened).exclude(unacknowledged).order_by("-sent_at", "pk"),
        asked.filter(pk__in=own).exclude(pressing).order_by("-sent_at", "pk"),
        asked.exclude(pressing).exclude(pk__in=own).order_by("-sent_at", "pk"),
    ]
    ids: list[UUID] = []
    for part in parts:
        if len(ids) < end:
            ids += part.values_list("pk", flat=True)[: end - len(ids)]
    return ids[start:]


def _rank() -> Case:
    """How pressing an urgency is, 0 first. An alert that nobody has is as pressing as any."""
    return Case(
        When(kind=ExchangeKind.UNHEARD, then=Value(0)),
        *(When(urgency=code, then=Value(rank)) for code, rank in RANK.items()),
        default=Value(len(RANK)),
        output_field=IntegerField(),
    )


def _unacknowledged(actor: Actor) -> Q:
    """The same as TO_ACKNOWLEDGE, asked from our own few open rows instead of all that ever came."""
    open_ones = Handling.objects.filter(service=actor.service, acknowledged_at=None)
    return Q(pk__in=open_ones.values("exchange"), acknowledge_by__isnull=False)


def _unopened(actor: Actor) -> Q:
    return Q(pk__in=Handling.objects.filter(service=actor.service, opened_at=None).values("exchange"))


def calling(actor: Actor, most: int, now: datetime) -> list[Exchange]:
    """The first `most` that call for somebody: to be acknowledged, not opened, or the actor's own and not answered.

    In the board's order, and without what is put off; each row is one of the board's, with its `place` (0 first).
    """
    open_ones = Handling.objects.filter(service=actor.service).filter(
        Q(acknowledged_at=None) | Q(opened_at=None) | Q(owner=actor.user_id, answered_at=None)
    )
    mine = Q(handling__owner=actor.user_id, handling__answered_at=None)
    place = Case(
        When(TO_ACKNOWLEDGE, then=_rank()),
        When(NEW, then=Value(len(RANK) + 1)),
        default=Value(len(RANK) + 2),
        output_field=IntegerField(),
    )
    asked = _of(actor).filter(TO_ACKNOWLEDGE | NEW | mine, pk__in=open_ones.values("exchange"))
    awake = asked.exclude(pk__in=_asleep(actor, now).values("exchange"))
    return list(awake.annotate(place=place).order_by("place", "-sent_at", "pk")[:most])


def waiting(actor: Actor) -> int:
    """How many wait for a human: to be acknowledged, or not even opened; what is put off does not."""
    unacknowledged = Q(acknowledged_at=None, exchange__acknowledge_by__isnull=False)
    ours = Handling.objects.filter(service=actor.service, exchange__kind__in=SHOWN)
    waits = ours.filter(Q(acknowledged_at=None) | Q(opened_at=None)).filter(
        unacknowledged | Q(opened_at=None)
    )
    return waits.exclude(exchange__in=_put_off(actor, database_now())).count()


def partners(actor: Actor) -> QuerySet[Service]:
    """Those who wrote to us at least once."""
    wrote = Exchange.objects.received_by(actor.service_id).filter(sender=OuterRef("pk"), kind__in=SHOWN)
    return Service.objects.filter(Exists(wrote)).order_by("name")


def ticked(actor: Actor, ids: Iterable[UUID]) -> list[Exchange]:
    """Those of the ids that our service received and that the board shows, most pressing first."""
    asked = Exchange.objects.received_by(actor.service_id).filter(kind__in=SHOWN, pk__in=list(ids))
    return list(asked.select_related("sender", "protocol").order_by("sent_at", "pk"))


def _of(actor: Actor) -> QuerySet[Exchange]:
    return (
        Exchange.objects.received_by(actor.service_id)
        .filter(kind__in=SHOWN)
        .select_related("sender", "handling")
        .defer("content")
        .annotate(
            opened_at=F("handling__opened_at"),
            acknowledged_at=F("handling__acknowledged_at"),
            acknowledged_by=Coalesce("handling__acknowledged_by__name", "handling__by_system__system"),
            outcome=F("handling__outcome"),
            owner_id=F("handling__owner"),
            owner_name=F("handling__owner__name"),
            snoozed_until=F("handling__snoozed_until"),
            block=F("handling__block"),
            about=F("handling__case"),
        )
    )


def _put_off(actor: Actor, now: datetime) -> list[UUID]:
    """Few, and found by an index: joined to every row they would cost the whole board."""
    return list(_asleep(actor, now).values_list("exchange", flat=True))


def _asleep(actor: Actor, now: datetime) -> QuerySet[Handling]:
    """What is off the board, and neither red nor overdue: only this is ever left out."""
    asleep = Handling.objects.filter(service=actor.service, snoozed_until__gt=now)
    overdue = Q(acknowledged_at=None, exchange__acknowledge_by__lte=now)
    return asleep.exclude(exchange__urgency="red").exclude(overdue)


def _asked(chosen: Chosen, actor: Actor) -> Q:
    states = {
        "": Q(),
        "acknowledge": TO_ACKNOWLEDGE,
        "new": NEW,
        "answer": Q(handling__acknowledged_at__isnull=False, handling__answered_at=None),
        "answered": Q(handling__answered_at__isnull=False),
        "snoozed": Q(),
    }
    owners = {"": Q(), "me": Q(handling__owner=actor.user_id), "none": Q(handling__owner=None)}
    asked = states[chosen.state] & (
        owners[chosen.owner] if chosen.owner in owners else Q(handling__owner=chosen.owner)
    )
    if chosen.urgency:
        asked &= Q(urgency=chosen.urgency)
    if chosen.partner:
        asked &= Q(sender__slug=chosen.partner)
    if chosen.since:
        asked &= Q(sent_at__gte=chosen.since)
    if chosen.until:
        asked &= Q(sent_at__lt=chosen.until)
    return asked


def _blocks(actor: Actor, rows: list[Any]) -> list[Block]:
    """Rows in their order; those tied by hand, or attached to one case of ours, under the first of them."""
    tied, cases = {row.block for row in rows if row.block}, {row.about for row in rows if row.about}
    here = {row.pk for row in rows}
    more: list[Any] = []
    if tied or cases:
        same = Q(handling__block__in=tied) | Q(handling__case__in=cases)
        more = list(_of(actor).filter(same).exclude(pk__in=here).order_by("-sent_at")[:TIED_SHOWN])
    blocks: dict[Any, Block] = {}
    for row in [*rows, *more]:
        # Sealed, so no annotation: read where somebody wrote it.
        row.snoozed_because = row.handling.snoozed_because if row.snoozed_until else ""
        blocks.setdefault(row.block or row.about or row.pk, Block()).rows.append(row)
    return list(blocks.values())
