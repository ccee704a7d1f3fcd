"""What somebody must do."""

from datetime import datetime

from django.db import transaction
from django.utils import timezone

from cases.models import Case, Task
from cases.refusals import NotAMemberHere
from cases.services.drafts import drop_draft
from cases.services.writing import may_write, written
from pole.accounts.models import User
from pole.audit.models import Tag, record
from pole.tenancy.actor import Actor
from pole.tenancy.models import Membership
from pole.tenancy.permissions import Perm


@transaction.atomic
def add_task(
    *,
    actor: Actor,
    text: str,
    case: Case | None = None,
    due_at: datetime | None = None,
    assigned_to: User | None = None,
    is_urgent: bool = False,
    in_plan: bool = False,
) -> Task:
    """A thing to do, for somebody or for whoever comes first. Without a case it is the service's.

    Raises:
        NotAMemberHere: assigned to somebody who does not work here.
    """
    if case:
        may_write(actor, case)
    if (
        assigned_to
        and not Membership.objects.current().filter(user=assigned_to, service=actor.service).exists()
    ):
        raise NotAMemberHere
    task = Task.objects.create(
        service=actor.service,
        case=case,
        text=text,
        due_at=due_at,
        assigned_to=assigned_to,
        is_urgent=is_urgent,
        in_plan=in_plan,
    )
    if case:
        drop_draft(actor, case, "task")
        written(actor, case, what="task", subject_id=task.pk)
    else:
        record(actor=actor, tag=Tag.CASE_CHANGED, what="task", id=str(task.pk))
    return task


@transaction.atomic
def complete_task(*, actor: Actor, task: Task) -> Task:
    """Done, by the actor. Twice is once."""
    actor.require(Perm.CASE_READ)
    task = Task.objects.select_for_update(of=("self",)).get(pk=task.pk)
    if task.done_at:
        return task
    task.done_at, task.done_by_id = timezone.now(), actor.user_id
    task.save(update_fields=["done_at", "done_by"])
    record(actor=actor, tag=Tag.CASE_CHANGED, subject_id=task.case_id, what="task_done", id=str(task.pk))
    return task
