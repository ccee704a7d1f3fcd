"""Freezing a draft. Only `alerts.services` does it: no reading is final without the protocols being asked."""

from dataclasses import replace
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from assessment.deciding import decide
from assessment.models import Reading, SecondReading
from assessment.plain import as_plain_data
from assessment.refusals import ClosedMeanwhile, MotiveMissing, NothingAnswered
from assessment.result import Result
from assessment.services import own_draft
from assessment.stored import last_finalised, result_of
from cases.models import Case
from pole.audit.models import Tag, record
from pole.calendar import Delay, due
from pole.opening import office_hours
from pole.tenancy.actor import Actor

SECOND_READER_WITHIN = Delay.parse("1 working day")


@transaction.atomic
def freeze(
    *,
    actor: Actor,
    reading_id: UUID,
    at: datetime,
    chosen: int | None = None,
    chosen_dynamics: str = "",
    motive: str = "",
) -> Reading:
    """Make the actor's draft a reading: what the grid says, what its author chose, what counts from now on.

    Args:
        at: the moment of finalising; its day in Brussels is the day of the reading.
        chosen: the level chosen; None keeps the suggested one, NE included (`assessment.deciding.decide`).
        chosen_dynamics: another type than the grid's; empty keeps the grid's.
        motive: why the level was lowered or the type changed.

    Raises:
        FinalisedAlready: twice is refused.
        NotTheAuthor, NothingAnswered, NotInScale
        ClosedMeanwhile: the draft is kept. A level in a closed case would be reviewed by nobody.
        MotiveMissing: lowered or retyped without a word.
        InvalidAnswer: a stored answer that the grid no longer takes on that day.
        Reading.DoesNotExist: no such reading for this actor.
    """
    reading = own_draft(actor, reading_id)
    # One finalisation at a time in a case: each must see the one before it.
    case = Case.objects.select_for_update(of=("self",)).get(pk=reading.case_id)
    if not case.is_open:
        raise ClosedMeanwhile
    if not reading.answers.exists():
        raise NothingAnswered
    reading.previous = last_finalised(reading)
    result = result_of(reading, on=timezone.localdate(at))
    decision = decide(result, chosen=chosen, chosen_dynamics=chosen_dynamics)
    if decision.needs_motive and not motive.strip():
        raise MotiveMissing

    reading.finalised_at = at
    reading.previous_level = reading.previous.in_force if reading.previous else None
    reading.result = as_plain_data(result)
    reading.dynamics = result.dynamics or ""
    reading.suggested = result.severity
    reading.markers = list(result.markers)
    reading.incomplete = result.incomplete
    reading.chosen = decision.chosen
    reading.chosen_dynamics = decision.dynamics if decision.retyped else ""
    reading.motive = motive.strip()
    reading.in_force = decision.in_force
    reading.review_due_at = review_due(result, reading.in_force, at)
    if decision.lowered:
        reading.second = SecondReading.WANTED
        reading.second_due_at = second_due(at)
    reading.save()
    show_in_case(reading, case, at=at)
    record(
        actor=actor,
        tag=Tag.READING_FINALISED,
        subject_id=reading.pk,
        case=str(case.pk),
        grid=reading.grid,
        suggested=reading.suggested,
        chosen=reading.chosen,
        second=reading.second,
    )
    return reading


def second_due(at: datetime) -> datetime:
    """By when somebody's word on a lowered level is expected, asked for at this moment."""
    return due(at, SECOND_READER_WITHIN, office_hours(at))


def review_due(result: Result, level: int | None, at: datetime) -> datetime:
    """When the next reading is due, by the clock of the level in force, for one finalised at `at`."""
    return replace(result, severity=level).review_due(at)


def show_in_case(reading: Reading, case: Case, *, at: datetime) -> None:
    """Copy what lists sort by to the case."""
    case.level = reading.in_force
    case.has_reading = True
    case.review_due_at = reading.review_due_at
    case.active_at = max(case.active_at, at)
    case.save(update_fields=["level", "has_reading", "review_due_at", "active_at"])
