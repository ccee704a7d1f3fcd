"""Tell people of one service: a notice to everybody of a role or to one person, a task where no machine can do more."""

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from alerts import outbox
from alerts.models import Alert, OwedKind
from cases.models import Case, Task
from pole.clock import database_now
from pole.tenancy.actor import Actor
from pole.tenancy.models import Membership, Service


def notify_role(
    *,
    service: Service,
    role: str,
    subject_id: UUID,
    step: int,
    urgency: str,
    deadline_at: datetime | None,
    but: Collection[UUID | None] = (),
    case: Case | None = None,
) -> int:
    """Owe a notice to each member who has the role; how many there are.

    Args:
        but: who is not to be asked.
        case: what it is about, when only those who see it can act: a restricted case is its team's.
    """
    current = Membership.objects.current().filter(service=service, role=role, user__is_active=True)
    members = [member for member in current if member.user_id not in but]
    if case and case.is_restricted:
        members = [member for member in members if _sees(member, case)]
    for member in members:
        notify_person(
            service=service,
            user_id=member.user_id,
            subject_id=subject_id,
            step=step,
            urgency=urgency,
            deadline_at=deadline_at,
        )
    return len(members)


def notify_person(
    *,
    service: Service,
    user_id: UUID,
    subject_id: UUID,
    step: int,
    urgency: str = "",
    deadline_at: datetime | None = None,
) -> None:
    """Owe a notice to one person; once per subject and step."""
    outbox.owe(
        service=service,
        kind=OwedKind.NOTICE,
        subject_id=subject_id,
        step=step,
        addressee_id=user_id,
        urgency=urgency,
        due_at=database_now(),
        deadline_at=deadline_at,
    )


def _sees(member: Membership, case: Case) -> bool:
    actor = Actor(member.service, member.user_id, member.role)
    return Case.objects.visible_to(actor).filter(pk=case.pk).exists()


def ask_a_human(
    service: Service, text: str, alert: Alert | None = None, *, assigned_to: UUID | None = None
) -> None:
    """An urgent task: what no machine can do further. In the service's space.

    Args:
        assigned_to: a current member whose matter it is; without one, the author of the alert's reading.
    """
    author = alert.reading.author_id if alert and alert.reading else None
    is_here = author and Membership.objects.current().filter(service=service, user_id=author).exists()
    Task.objects.create(
        service=service,
        case=alert.case if alert else None,
        text=text,
        due_at=database_now(),
        is_urgent=True,
        # Whoever left reads no task: then it is anybody's of the case.
        assigned_to_id=assigned_to or (author if is_here else None),
    )
