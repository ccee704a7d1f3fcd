"""A place in a case's team: given through guardian, and who has one for the day alone."""

from datetime import date

from django.db.models import Q
from django.utils import timezone
from guardian.shortcuts import assign_perm

from cases.models import Case, CaseGrant, GlassBreak
from cases.models.case import WORK_ON
from pole.accounts.models import User
from pole.tenancy.actor import Actor


def give(case: Case, user: User, *, until: date | None) -> CaseGrant:
    """The grant itself, with its last day."""
    assign_perm(WORK_ON, user, case)
    grant: CaseGrant = CaseGrant.objects.get(user=user, content_object=case)
    if grant.until != until:
        grant.until = until
        grant.save(update_fields=["until"])
    return grant


def by_glass_only(actor: Actor, case: Case) -> bool:
    """Whether the actor sees the case today through a broken glass and nothing else."""
    user_id, day = actor.person_id, timezone.localdate()
    broken_today = GlassBreak.objects.filter(case=case, user_id=user_id, at__date=day)
    if actor.sees_all_cases or not broken_today.exists():
        return False
    stays = Q(until=None) | Q(until__gt=day)
    return not CaseGrant.objects.filter(stays, content_object=case, user_id=user_id).exists()
