"""Breaking the glass: opening a colleague's case for a day, with a motive that somebody reviews."""

from django.db import transaction
from django.utils import timezone

from cases.models import Case, GlassBreak
from cases.refusals import GlassStaysShut, MotiveMissing, OwnGlass
from cases.services.places import by_glass_only, give
from cases.services.writing import person_acting
from pole.accounts.models import User
from pole.audit.models import Tag, record
from pole.calendar import Delay, due
from pole.opening import office_hours
from pole.tenancy.actor import Actor
from pole.tenancy.permissions import Perm

__all__ = ["REVIEW_WITHIN", "break_glass", "by_glass_only", "review_glass"]

REVIEW_WITHIN = Delay.parse("2 working days")


@transaction.atomic
def break_glass(*, actor: Actor, reference: str, motive: str) -> Case:
    """Open a case of the service for today, by its reference number; reviewed in two working days.

    A case one already sees is simply returned. Restricted cases stay with their team.

    Raises:
        MotiveMissing: nothing was said.
        GlassStaysShut: no such case, or none that may be opened so; which of the two is not told.
    """
    actor.require(Perm.CASE_READ)
    user_id = person_acting(actor)
    if not motive.strip():
        raise MotiveMissing
    seen = Case.objects.visible_to(actor).filter(reference=reference).first()
    if seen:
        return seen
    case = Case.objects.filter(service=actor.service, reference=reference, is_restricted=False).first()
    if case is None:
        raise GlassStaysShut
    now = timezone.now()
    give(case, User.objects.get(pk=user_id), until=timezone.localdate(now))
    broken = GlassBreak.objects.create(
        service=actor.service,
        case=case,
        user_id=user_id,
        motive=motive,
        at=now,
        review_due_at=due(now, REVIEW_WITHIN, office_hours(now)),
    )
    record(actor=actor, tag=Tag.GLASS_BROKEN, subject_id=case.pk, id=str(broken.pk))
    return case


@transaction.atomic
def review_glass(*, actor: Actor, broken: GlassBreak) -> GlassBreak:
    """Seen by somebody who reads all cases, and not by who broke it.

    Raises:
        RightLacking: neither référent nor direction.
        OwnGlass: one's own.
    """
    actor.require(Perm.READING_SECOND)
    broken = GlassBreak.objects.select_for_update(of=("self",)).get(pk=broken.pk)
    if broken.user_id == actor.user_id:
        raise OwnGlass
    if broken.reviewed_at is None:
        broken.reviewed_at, broken.reviewed_by_id = timezone.now(), actor.user_id
        broken.save(update_fields=["reviewed_at", "reviewed_by"])
        record(actor=actor, tag=Tag.GLASS_BROKEN, subject_id=broken.case_id, id=str(broken.pk), reviewed=True)
    return broken
