"""Who works on a case: need-to-know inside the service."""

from datetime import date

from django.db import transaction
from guardian.shortcuts import remove_perm

from cases.models import Case, CaseGrant
from cases.models.case import WORK_ON
from cases.refusals import GlassChangesNoTeam, LastOfTeam, NotAMemberHere
from cases.services.places import by_glass_only, give
from cases.services.writing import written
from pole.accounts.models import User
from pole.audit.models import Tag
from pole.tenancy.actor import Actor
from pole.tenancy.models import Membership
from pole.tenancy.permissions import Perm


@transaction.atomic
def assign(*, actor: Actor, case: Case, user: User, until: date | None = None) -> CaseGrant:
    """Put somebody in the team; with `until`, the last day of a substitute. Said again, it replaces the day.

    Raises:
        NotAMemberHere: does not work for the service, or in a role that reads no case.
        GlassChangesNoTeam: see `_may_change`.
    """
    _may_change(actor, case)
    membership = Membership.objects.current().filter(user=user, service=actor.service).first()
    if membership is None or not Actor(actor.service, user.pk, membership.role).can(Perm.CASE_READ):
        raise NotAMemberHere
    grant = give(case, user, until=until)
    _one_stays(case)
    written(
        actor,
        case,
        what="team_added",
        tag=Tag.TEAM_CHANGED,
        user=str(user.pk),
        until=until.isoformat() if until else None,
    )
    return grant


@transaction.atomic
def remove(*, actor: Actor, case: Case, user: User) -> None:
    """Take somebody out of the team.

    Raises:
        LastOfTeam: nobody would stay without an end date.
    """
    _may_change(actor, case)
    remove_perm(WORK_ON, user, case)
    _one_stays(case)
    written(actor, case, what="team_removed", tag=Tag.TEAM_CHANGED, user=str(user.pk))


@transaction.atomic
def restrict(*, actor: Actor, case: Case, restricted: bool) -> Case:
    """Leave the case to its team alone (a colleague's relative, say), or open it to référents again."""
    _may_change(actor, case)
    case.is_restricted = restricted
    case.save(update_fields=["is_restricted"])
    written(actor, case, what="restricted" if restricted else "unrestricted", tag=Tag.TEAM_CHANGED)
    return case


def _may_change(actor: Actor, case: Case) -> None:
    """Raises:
    GlassChangesNoTeam: a glass broken for a day must not become a place for good before anybody reviewed it.
    """
    actor.require(Perm.CASE_WRITE)
    if by_glass_only(actor, case):
        raise GlassChangesNoTeam


def _one_stays(case: Case) -> None:
    # Somebody with an end date in the past is out already; a future end leaves the case to nobody one day.
    if not CaseGrant.objects.filter(content_object=case, until=None).exists():
        raise LastOfTeam


def current(case: Case) -> list[CaseGrant]:
    """The team of today, those without an end first."""
    grants = CaseGrant.objects.running().filter(content_object=case).select_related("user")
    return sorted(grants, key=lambda grant: (grant.until is not None, grant.user.name))
