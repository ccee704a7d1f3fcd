"""What somebody has to do in one service."""

from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import F, Q, QuerySet

from cases.models import Case, Task
from pole.tenancy.actor import Actor
from pole.tenancy.permissions import Perm

SOON = timedelta(days=3)
ORDER = ("-is_urgent", F("due_at").asc(nulls_last=True), "created_at", "pk")


def tasks_of(actor: Actor, *, until: datetime) -> QuerySet[Task]:
    """Open ones due until then, or some day: given to me, or to nobody in a case of mine.

    Those of the service itself go to whoever decides on alerts.
    """
    visible = Case.objects.visible_to(actor)
    to_me = Q(assigned_to=actor.user_id) & (Q(case=None) | Q(case__in=visible))
    to_anyone = Q(assigned_to=None, case__in=visible.of_team(actor).open())
    if actor.can(Perm.ALERT_DECIDE):
        to_anyone |= Q(assigned_to=None, case=None)
    due = Q(due_at=None) | Q(due_at__lte=until)
    found = Task.objects.filter(to_me | to_anyone, due, done_at=None)
    return found.select_related("case").order_by(*ORDER)


def place_of(task: Task) -> tuple[bool, bool, datetime, datetime, UUID]:
    """`ORDER` for tasks at hand, where no query can order them: those of several services."""
    return not task.is_urgent, task.due_at is None, task.due_at or task.created_at, task.created_at, task.pk
