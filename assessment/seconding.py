"""The second reader of a lowered level: another person, with the right to it."""

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from assessment.finalising import review_due, show_in_case
from assessment.models import Reading, SecondReading
from assessment.refusals import MotiveMissing, NotLowered, OwnReading
from assessment.stored import last_finalised, result_of
from cases.models import Case
from pole.audit.models import Tag, record
from pole.tenancy.actor import Actor
from pole.tenancy.permissions import Perm


@transaction.atomic
def second(
    *, actor: Actor, reading_id: UUID, agrees: bool, motive: str = "", at: datetime | None = None
) -> Reading:
    """Agree with a lowered level, which then counts; or disagree, with a motive: what counted still counts.

    Where a newer reading was finalised meanwhile, the answer is recorded and changes nothing in the case.

    Raises:
        RightLacking: the actor's role reads no second time.
        OwnReading: the author is somebody else.
        NotLowered: no second reader is wanted, or one has answered.
        MotiveMissing: a disagreement without a word.
        Reading.DoesNotExist: no such reading for this actor.
    """
    actor.require(Perm.READING_SECOND)
    at = at or timezone.now()
    reading = Reading.objects.visible_to(actor).select_for_update(of=("self",)).get(pk=reading_id)
    if not reading.awaits_second:
        raise NotLowered
    if reading.author_id == actor.user_id:
        raise OwnReading
    if not agrees and not motive.strip():
        raise MotiveMissing
    reading.second = SecondReading.AGREED if agrees else SecondReading.DISAGREED
    reading.second_by_id = actor.user_id
    reading.second_at = at
    reading.second_motive = motive.strip()
    if agrees and reading.finalised_at:
        reading.in_force = reading.chosen
        reading.review_due_at = review_due(result_of(reading), reading.in_force, reading.finalised_at)
    reading.save()
    case = Case.objects.select_for_update(of=("self",)).get(pk=reading.case_id)
    if last_finalised(reading) == reading:
        show_in_case(reading, case, at=at)
    record(
        actor=actor,
        tag=Tag.READING_SECONDED,
        subject_id=reading.pk,
        case=str(case.pk),
        agrees=agrees,
        in_force=reading.in_force,
    )
    return reading
