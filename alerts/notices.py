"""Tell people of one service: a notice to everybody of a role or to one person, a task where no machine can do more."""

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext as _

from alerts import outbox
from alerts.models import Alert, OwedKind
from cases.models import Case, CaseGrant, Task
from pole.clock import database_now
from pole.tenancy.actor import Actor
from pole.tenancy.models import Membership, MembershipQuerySet, Service


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
    members = [member for member in _here(service.pk).filter(role=role) if member.user_id not in but]
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


def sees(user_id: UUID, case: Case) -> bool:
    """Whether somebody works for the case's service today and sees it: others can't act on what they are told."""
    member = _here(case.service_id).filter(user=user_id).first()
    return member is not None and _sees(member, case)


def _sees(member: Membership, case: Case) -> bool:
    actor = Actor(member.service, member.user_id, member.role)
    return Case.objects.visible_to(actor).filter(pk=case.pk).exists()


def ask_a_human(
    service: Service, text: str, alert: Alert | None = None, *, assigned_to: UUID | None = None
) -> None:
    """An urgent task: what no machine can do further. In the service's space.

    About a case it goes to somebody who sees it: the author of the alert's reading, or else the case's team. Where
    nobody of these is left, it is the service's own, and names the case for whoever decides on alerts.

    Args:
        assigned_to: a current member whose matter it is.
    """
    case = alert.case if alert else None
    if alert and alert.reading and case and _is_read_by(alert.reading.author_id, case):
        assigned_to = assigned_to or alert.reading.author_id
    elif case and not (case.is_open and _has_team(case)):
        text = _("Case %(reference)s: %(text)s") % {"reference": case.reference, "text": text}
        case = None
    Task.objects.create(
        service=service,
        case=case,
        text=text,
        due_at=database_now(),
        is_urgent=True,
        assigned_to_id=assigned_to,
    )


def _here(service_id: UUID) -> MembershipQuerySet:
    return Membership.objects.current().filter(service=service_id, user__is_active=True)


def _is_read_by(user_id: UUID, case: Case) -> bool:
    """Whether somebody works for the service today and sees the case."""
    member = _here(case.service_id).select_related("service").filter(user=user_id).first()
    return member is not None and _sees(member, case)


def _has_team(case: Case) -> bool:
    """Whether somebody of the case's team works for the service today."""
    here = _here(case.service_id).values("user")
    return bool(CaseGrant.objects.running().filter(content_object=case, user__in=here).exists())
