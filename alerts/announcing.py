"""Tell a service, by every channel it uses, that something waits: owed in the caller's transaction."""

from datetime import datetime
from uuid import UUID

from alerts import outbox
from alerts.models import ChannelUse, OwedKind
from pole.tenancy.models import Service


def announce(
    *,
    service: Service,
    subject_id: UUID,
    due_at: datetime,
    urgency: str = "",
    deadline_at: datetime | None = None,
) -> None:
    """Owe the duty address its notice, and each other channel of the service its own row beside it."""
    others = ChannelUse.objects.filter(service=service).values_list("kind", flat=True)
    for kind in (OwedKind.NOTICE, *(OwedKind(each) for each in others)):
        outbox.owe(
            service=service,
            kind=kind,
            subject_id=subject_id,
            due_at=due_at,
            urgency=urgency,
            deadline_at=deadline_at,
        )
