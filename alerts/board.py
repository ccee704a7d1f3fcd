"""What a service received, as its people triage it: exchanges left-joined to its own handling."""

from django.db.models import Case, IntegerField, QuerySet, Value, When
from django.db.models import Q

from pole.tenancy.actor import Actor
from protocols.models import Exchange, ExchangeKind

SHOWN = (ExchangeKind.ALERT, ExchangeKind.UPDATE, ExchangeKind.REMINDER, ExchangeKind.LINK_PROPOSAL)
RANK = {"red": 0, "orange": 1, "concerted": 2, "yellow": 3}
TO_ACKNOWLEDGE = Q(acknowledge_by__isnull=False, handling__acknowledged_at=None)


def received(actor: Actor) -> QuerySet[Exchange]:
    """Unacknowledged first, the most urgent on top; then what is done, the latest first."""
    urgency = Case(
        *(When(urgency=code, then=Value(rank)) for code, rank in RANK.items()),
        default=Value(len(RANK)),
        output_field=IntegerField(),
    )
    done = Case(When(TO_ACKNOWLEDGE, then=Value(0)), default=Value(1), output_field=IntegerField())
    return (
        Exchange.objects.received_by(actor.service_id)
        .filter(kind__in=SHOWN)
        .select_related("sender", "handling", "handling__acknowledged_by")
        .annotate(urgency_rank=urgency, is_done=done)
        .order_by("is_done", Case(When(is_done=0, then="urgency_rank"), default=Value(0)), "-sent_at")
    )


def unacknowledged(actor: Actor) -> int:
    """How many wait for a human."""
    return Exchange.objects.received_by(actor.service_id).filter(TO_ACKNOWLEDGE, kind__in=SHOWN).count()
