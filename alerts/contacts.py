"""A level that asks for a contact every day: on a day without one, those who follow the case are told.

From which level, and at what time of the day it is looked at, stands in `reviews.yaml`. Looked at again each day
until the case is read lower or closed.
"""

from collections.abc import Iterable
from datetime import datetime, time, timedelta
from functools import cache
from pathlib import Path

from django.utils import timezone

from alerts import outbox
from alerts.models import Owed, OwedKind
from alerts.notices import notify_person, notify_role, sees
from alerts.reviews import day_number, last_reading
from cases.models import Case, Note, NoteKind
from pole.calendar import BRUSSELS
from pole.clock import database_now
from pole.tenancy.context import inside
from pole.tenancy.permissions import Role
from pole.yamlfile import load

A_DAY = timedelta(days=1)
NO_CONTACT = {NoteKind.NO_ANSWER, NoteKind.NETWORK}
"""An attempt reached nobody, and the network is not the person."""


def owe_contact(case: Case, since: datetime) -> None:
    """Owe a look at the next day's contacts; once a day, however often it is asked."""
    asked_at = _asked_at().get(case.level or 0)
    if asked_at is None:
        return
    tomorrow = timezone.localdate(since) + timedelta(days=1)
    due_at = datetime.combine(tomorrow, asked_at, BRUSSELS)
    outbox.owe(
        service=case.service,
        kind=OwedKind.CONTACT,
        subject_id=case.pk,
        step=day_number(due_at),
        due_at=due_at,
    )


def remind(row: Owed) -> str:
    """At the hour: without a contact since yesterday's, whoever read last and the référent are told."""
    with inside(row.service) as service:
        case = Case.objects.filter(pk=row.subject_id, service=service, closed_on=None).first()
        if case is None or case.level not in _asked_at():
            return "no longer asked"
        owe_contact(case, row.due_at)
        if last_contact_of(case, since=row.due_at - A_DAY):
            return "a contact was logged"
        last = last_reading(case)
        told = {last.author_id if last else None, case.referent_id}
        here = {person for person in told if person and sees(person, case)}
        for person in here:
            notify_person(service=service, user_id=person, subject_id=case.pk, step=row.step)
        if not here:
            notify_role(
                service=service,
                role=Role.REFERENT,
                subject_id=case.pk,
                step=row.step,
                urgency="",
                deadline_at=None,
                case=case,
            )
        return "told of a day without a contact"


def last_contact_of(case: Case, since: datetime | None = None) -> datetime | None:
    """The latest contact in a case's notes of the last day, or since a moment. In the service's space."""
    notes = Note.objects.filter(case=case, happened_at__gt=since or database_now() - A_DAY)
    return last_contact(notes)


def last_contact(notes: Iterable[Note]) -> datetime | None:
    """The latest moment at which somebody reached the person, or wrote to them."""
    return max((note.happened_at for note in notes if note.kind not in NO_CONTACT), default=None)


def is_missed(case: Case, last: datetime | None) -> bool:
    """Whether a contact is asked for every day and the last is more than a day old."""
    is_asked = case.is_open and case.level in _asked_at()
    return is_asked and (last is None or last < database_now() - A_DAY)


@cache
def _asked_at() -> dict[int, time]:
    plain: dict[str, dict[int, str]] = load(Path(__file__).with_name("reviews.yaml")).plain()
    return {int(level): time.fromisoformat(text) for level, text in plain["contact_every_day"].items()}
