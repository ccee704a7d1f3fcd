"""The review clock: whoever read last is told that a reading is due, the référent that a grave one is late.

Where whoever read last is gone, or no longer sees the case, those who would be told that it is late are told at
once, whatever the level.

When a reading is due is the grid's to say (`assessment.finalising.review_due`); whom it is told to, and how late,
stands in `reviews.yaml` beside this file. What is owed is looked at again on its day: a reading made meanwhile
makes it void.
"""

from datetime import date, datetime, time, timedelta
from functools import cache
from pathlib import Path

from django.utils import timezone
from django.utils.translation import gettext as _

from alerts import outbox
from alerts.models import Owed, OwedKind
from alerts.notices import ask_a_human, notify_person, notify_role, sees
from assessment.models import Reading
from cases.models import Case, Measure, MeasureStatus
from pole.audit.models import Tag, record
from pole.calendar import BRUSSELS, Delay, due
from pole.clock import database_now
from pole.opening import office_hours
from pole.tenancy.actor import Actor
from pole.tenancy.context import inside
from pole.tenancy.permissions import Role
from pole.yamlfile import load

DAY_ONE = date(2000, 1, 1)
"""Steps are days counted from here: a review that is due another day is owed anew."""


def owe_review(case: Case) -> None:
    """Owe what follows if nobody reads the case again by the day its review is due; brought forward if it was."""
    at = case.review_due_at
    if at is None:
        return
    outbox.owe(service=case.service, kind=OwedKind.REVIEW, subject_id=case.pk, step=day_number(at), due_at=at)
    later = Owed.objects.filter(kind=OwedKind.REVIEW, subject_id=case.pk, step=day_number(at), due_at__gt=at)
    later.filter(done_at=None).update(due_at=at, next_try_at=at)


def review_now(case: Case, now: datetime) -> None:
    """Something happened: the next reading is due at once."""
    if case.has_reading and (case.review_due_at is None or case.review_due_at > now):
        case.review_due_at = now
        case.save(update_fields=["review_due_at"])
        owe_review(case)


def remind(row: Owed) -> str:
    """On its day: whoever read the case last is told; a grave level owes the référent's telling too."""
    with inside(row.service):
        case = _still_due(row)
        return _tell_it_is_due(case, row.due_at) if case else "read meanwhile"


def review_missed(case: Case, now: datetime) -> None:
    """A case that is open again: a reading that came due while it was closed is due now, and nobody was told.

    What was owed then is done, so it is told here, and the delay for a grave level begins anew.
    """
    if case.review_due_at is None or case.review_due_at > now:
        return
    case.review_due_at = now
    case.save(update_fields=["review_due_at"])
    _tell_it_is_due(case, now)


def _tell_it_is_due(case: Case, since: datetime) -> str:
    service, step = case.service, day_number(since)
    last = last_reading(case)
    if last and sees(last.author_id, case):
        notify_person(service=service, user_id=last.author_id, subject_id=case.pk, step=step)
        told = "told the author"
    else:
        told = _tell_who_answers(case, step)
    if delay := _delays().get(case.level or 0):
        outbox.owe(
            service=service,
            kind=OwedKind.REVIEW_LATE,
            subject_id=case.pk,
            step=step,
            due_at=due(since, delay, office_hours(since)),
        )
    return told


def escalate(row: Owed) -> str:
    """A grave level that is still not read again: the référent of the case, else those of the service."""
    with inside(row.service) as service:
        case = _still_due(row)
        if case is None:
            return "read meanwhile"
        record(actor=Actor.clockwork(service), tag=Tag.READING_OVERDUE, subject_id=case.pk, level=case.level)
        return _tell_who_answers(case, day_number(row.due_at))


def _tell_who_answers(case: Case, step: int) -> str:
    """The référent of the case, else those of the service, else its direction; with nobody left, a task."""
    service = case.service
    if case.referent_id and sees(case.referent_id, case):
        notify_person(service=service, user_id=case.referent_id, subject_id=case.pk, step=step)
        return "told the référent of the case"
    for role in (Role.REFERENT, Role.DIRECTION):
        if told := notify_role(
            service=service,
            role=role,
            subject_id=case.pk,
            step=step,
            urgency="",
            deadline_at=None,
            case=case,
        ):
            return f"told {told} {role.value}"
    ask_a_human(service, _("A reading is overdue, and nobody of the service can be told."))
    return "a task for the service"


def owe_end(measure: Measure) -> None:
    """Owe a look at the case on the day after a measure's last."""
    if measure.ends_on and measure.status != MeasureStatus.ENDED:
        day_after = measure.ends_on + timedelta(days=1)
        outbox.owe(
            service=measure.service,
            kind=OwedKind.MEASURE_OVER,
            subject_id=measure.pk,
            step=(day_after - DAY_ONE).days,
            due_at=datetime.combine(day_after, time.min, BRUSSELS),
        )


def measure_over(row: Owed) -> str:
    """A measure ended by itself: the case is read again at once. One prolonged or ended before owes nothing."""
    with inside(row.service) as service:
        measure = Measure.objects.filter(pk=row.subject_id, service=service).select_related("case").first()
        now = database_now()
        over = (
            measure
            and measure.status != MeasureStatus.ENDED
            and measure.ends_on
            and measure.ends_on < timezone.localdate(now)
        )
        if measure is None or not over or not measure.case.is_open:
            return "the measure changed"
        review_now(measure.case, now)
        return "the reading is due"


def _still_due(row: Owed) -> Case | None:
    """The case, if its review is due by now as it was when this was owed."""
    case = Case.objects.filter(pk=row.subject_id, service=row.service, closed_on=None).first()
    if case is None or case.review_due_at is None or case.review_due_at > database_now():
        return None
    return case


def last_reading(case: Case) -> Reading | None:
    """The finalised reading made last, in the service's space."""
    return Reading.objects.filter(case=case, service=case.service_id).finalised().latest_first().first()


def day_number(at: datetime) -> int:
    """The step of what is owed once a day."""
    return (timezone.localdate(at) - DAY_ONE).days


@cache
def _delays() -> dict[int, Delay]:
    plain: dict[str, dict[int, str]] = load(Path(__file__).with_suffix(".yaml")).plain()
    return {int(level): Delay.parse(text) for level, text in plain["referent"].items()}
