"""What a service received, as its people triage it: exchanges left-joined to its own handling."""

from django.db.models import Case, F, IntegerField, Q, QuerySet, Value, When
from django.db.models.functions import Coalesce

from pole.tenancy.actor import Actor
from protocols.models import Exchange, ExchangeKind

SHOWN = (
    ExchangeKind.ALERT,
    ExchangeKind.UPDATE,
    ExchangeKind.REMINDER,
    ExchangeKind.LINK_PROPOSAL,
    ExchangeKind.ADVICE,
)
RANK = {"red": 0, "orange": 1, "concerted": 2, "yellow": 3}
TO_ACKNOWLEDGE = Q(acknowledge_by__isnull=False, handling__acknowledged_at=None)
NEW = Q(handling__opened_at=None)


def received(actor: Actor) -> QuerySet[Exchange]:
    """To be acknowledged first, the most urgent on top; then what nobody opened; then the rest.

    Each row brings what our side did with it: `opened_at`, `acknowledged_at`, `acknowledged_by`, `outcome`.
    """
    urgency = Case(
        *(When(urgency=code, then=Value(rank)) for code, rank in RANK.items()),
        default=Value(len(RANK)),
        output_field=IntegerField(),
    )
    turn = Case(
        When(TO_ACKNOWLEDGE, then=Value(0)),
        When(NEW, then=Value(1)),
        default=Value(2),
        output_field=IntegerField(),
    )
    return (
        Exchange.objects.received_by(actor.service_id)
        .filter(kind__in=SHOWN)
        .select_related("sender")
        .defer("content")
        .annotate(
            turn=turn,
            opened_at=F("handling__opened_at"),
            acknowledged_at=F("handling__acknowledged_at"),
            acknowledged_by=Coalesce("handling__acknowledged_by__name", "handling__by_system__system"),
            outcome=F("handling__outcome"),
        )
        .order_by("turn", Case(When(turn=0, then=urgency), default=Value(0)), "-sent_at")
    )


def waiting(actor: Actor) -> int:
    """How many wait for a human: to be acknowledged, or not even opened."""
    return Exchange.objects.received_by(actor.service_id).filter(TO_ACKNOWLEDGE | NEW, kind__in=SHOWN).count()
