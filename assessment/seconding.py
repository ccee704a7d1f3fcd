"""The second reader of a lowered level: another person, with the right to it, who may ask its author back."""

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from assessment.finalising import review_due, second_due, show_in_case
from assessment.models import Reading, SecondReading, SentBack
from assessment.refusals import (
    MotiveMissing,
    NothingHigherSuggested,
    NotLowered,
    NotSentBack,
    NotTheAuthor,
    OwnReading,
)
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
    reading = _to_second(actor, reading_id)
    at = at or timezone.now()
    if not agrees and not motive.strip():
        raise MotiveMissing
    reading.second = SecondReading.AGREED if agrees else SecondReading.DISAGREED
    reading.second_by_id = actor.user_id
    reading.second_at = at
    reading.second_motive = motive.strip()
    was_due = reading.review_due_at
    if agrees and reading.finalised_at:
        reading.in_force = reading.chosen
        reading.review_due_at = review_due(result_of(reading), reading.in_force, reading.finalised_at)
    reading.save()
    case = Case.objects.select_for_update(of=("self",)).get(pk=reading.case_id)
    if last_finalised(reading) == reading:
        brought_forward = case.review_due_at if case.review_due_at != was_due else None
        show_in_case(reading, case, at=at)
        if brought_forward and case.review_due_at and brought_forward < case.review_due_at:
            # What happened in the case since does not become less urgent by a lower level.
            case.review_due_at = brought_forward
            case.save(update_fields=["review_due_at"])
    _record(actor, reading, Tag.READING_SECONDED, agrees=agrees, in_force=reading.in_force)
    return reading


@transaction.atomic
def send_back(*, actor: Actor, reading_id: UUID, question: str, at: datetime) -> Reading:
    """Ask the author back before agreeing or not. What counted still counts, and the author has a working day.

    Raises:
        RightLacking, OwnReading, NotLowered, Reading.DoesNotExist: see `second`.
        MotiveMissing: nothing is asked.
    """
    reading = _to_second(actor, reading_id)
    if not question.strip():
        raise MotiveMissing
    SentBack.objects.create(
        service=actor.service,
        reading=reading,
        by_id=actor.person_id,
        at=at,
        question=question.strip(),
        motive=reading.motive,
    )
    reading.second, reading.second_due_at = SecondReading.SENT_BACK, second_due(at)
    reading.save(update_fields=["second", "second_due_at"])
    _record(actor, reading, Tag.READING_SENT_BACK)
    return reading


@transaction.atomic
def answer_sent_back(
    *, actor: Actor, reading_id: UUID, motive: str, takes_suggestion: bool, at: datetime
) -> Reading:
    """The author's answer: the lower level with a motive written anew, which asks for a second reader again; or
    the suggested level, which then needs none.

    Raises:
        NotTheAuthor, NotSentBack
        NothingHigherSuggested: the level is lower than the one before only, and the suggestion is no way round the
            second reader.
        MotiveMissing: the lower level without a word.
        Reading.DoesNotExist: no such reading for this actor.
    """
    actor.require(Perm.READING_WRITE)
    reading = _locked(actor, reading_id)
    if reading.author_id != actor.user_id:
        raise NotTheAuthor
    if not reading.is_sent_back:
        raise NotSentBack
    if takes_suggestion and not reading.choice_waits:
        raise NothingHigherSuggested
    if takes_suggestion:
        reading.second, reading.second_due_at = SecondReading.SUGGESTION, None
    elif motive.strip():
        reading.second, reading.second_due_at = SecondReading.WANTED, second_due(at)
    else:
        raise MotiveMissing
    reading.motive = motive.strip() or reading.motive
    reading.save(update_fields=["second", "second_due_at", "motive"])
    _record(actor, reading, Tag.READING_ANSWERED, takes_suggestion=takes_suggestion)
    return reading


def _to_second(actor: Actor, reading_id: UUID) -> Reading:
    actor.require(Perm.READING_SECOND)
    reading = _locked(actor, reading_id)
    if not reading.awaits_second:
        raise NotLowered
    if reading.author_id == actor.user_id:
        raise OwnReading
    return reading


def _locked(actor: Actor, reading_id: UUID) -> Reading:
    return Reading.objects.visible_to(actor).select_for_update(of=("self",)).get(pk=reading_id)


def _record(actor: Actor, reading: Reading, tag: Tag, **detail: object) -> None:
    record(actor=actor, tag=tag, subject_id=reading.pk, case=str(reading.case_id), **detail)
