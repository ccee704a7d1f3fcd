"""Put something before a service, and tell it by every channel it uses: in the caller's transaction."""

from datetime import datetime
from uuid import UUID

from alerts import digests, outbox
from alerts.models import ChannelUse, Handling, OwedKind
from pole.clock import database_now
from pole.tenancy.context import tenant
from pole.tenancy.duty import on_duty
from pole.tenancy.models import Service
from protocols.models import Exchange
from protocols.registry import Standing


def announce(
    *,
    service: Service,
    subject_id: UUID,
    due_at: datetime,
    urgency: str = "",
    deadline_at: datetime | None = None,
    standing: Standing | None = None,
) -> None:
    """Owe the duty address its notice, each other channel of the service its own row beside it, and whoever is on duty
    a notice at their own address. What is gathered with others leaves to the duty address alone.

    Args:
        standing: under which protocol; without one its e-mail is never gathered with others.
    """
    leaves_at = due_at
    if standing:
        leaves_at = digests.leaves_at(
            service=service, standing=standing, urgency=urgency, at=due_at, deadline_at=deadline_at
        )
    others = ChannelUse.objects.filter(service=service).values_list("kind", flat=True)
    for kind in (OwedKind.NOTICE, *(OwedKind(each) for each in others)):
        outbox.owe(
            service=service,
            kind=kind,
            subject_id=subject_id,
            due_at=leaves_at if kind == OwedKind.NOTICE else due_at,
            urgency=urgency,
            deadline_at=deadline_at,
        )
    if leaves_at > due_at:
        return
    with tenant(service.pk):
        named = on_duty(service, database_now())
    for member in named:
        outbox.owe(
            service=service,
            kind=OwedKind.NOTICE,
            subject_id=subject_id,
            addressee_id=member.user_id,
            due_at=due_at,
            urgency=urgency,
            deadline_at=deadline_at,
        )


def lay_down(exchange: Exchange) -> None:
    """The recipient's own row for what it received, laid in its space by the transaction that sends.

    Its board goes by these rows alone, so that it costs what is open and not what ever came; with the exchange or
    not at all, none can miss. The row is empty: nothing of the sender's stands in it.
    """
    with tenant(exchange.recipient_id):
        Handling.objects.create(service_id=exchange.recipient_id, exchange=exchange)
