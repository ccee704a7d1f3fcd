"""Whom a lowered level waits for, told when it is asked and once more when it is overdue."""

from django.utils.translation import gettext as _

from alerts import outbox
from alerts.models import Owed, OwedKind
from alerts.notices import ask_a_human, notify_person, notify_role
from assessment.models import Reading
from pole.audit.models import Tag, record
from pole.tenancy.actor import Actor
from pole.tenancy.context import inside
from pole.tenancy.models import Service
from pole.tenancy.permissions import Role

# Notices of a reading, round after round: each is owed once.
STEPS_A_ROUND = 10
ASKED, ASKED_DIRECTION, BACK, OVERDUE, OVERDUE_DIRECTION, OVERDUE_AUTHOR = range(1, 7)


def ask_second_reader(*, service: Service, reading: Reading) -> None:
    """Every référent but the author; the direction where there is no other. What is overdue is owed with it."""
    if not _tell(service, reading, Role.REFERENT, ASKED):
        _tell(service, reading, Role.DIRECTION, ASKED_DIRECTION)
    _owe_overdue(service, reading)


def ask_author_back(*, service: Service, reading: Reading) -> None:
    """The author, who has a working day."""
    _tell_author(service, reading, BACK)
    _owe_overdue(service, reading)


def remind(row: Owed) -> str:
    """Nobody said a word in time: référents and direction are told, and the author whose turn it is."""
    with inside(row.service) as service:
        reading = Reading.objects.filter(pk=row.subject_id, service=service).select_related("case").first()
        if reading is None or reading.second_due_at != row.due_at:
            return "answered"
        record(actor=Actor.clockwork(service), tag=Tag.READING_OVERDUE, subject_id=reading.pk)
        told = _tell(service, reading, Role.REFERENT, OVERDUE) + _tell(
            service, reading, Role.DIRECTION, OVERDUE_DIRECTION
        )
        if reading.is_sent_back:
            _tell_author(service, reading, OVERDUE_AUTHOR)
        if not told:
            ask_a_human(
                service, _("A lowered level waits for a second reader, and nobody of the service can be one.")
            )
        return f"{told} told"


def _owe_overdue(service: Service, reading: Reading) -> None:
    if reading.second_due_at:
        outbox.owe(
            service=service,
            kind=OwedKind.SECOND,
            subject_id=reading.pk,
            step=_step(reading, OVERDUE) + int(reading.is_sent_back),
            due_at=reading.second_due_at,
        )


def _tell(service: Service, reading: Reading, role: Role, step: int) -> int:
    return notify_role(
        service=service,
        role=role,
        subject_id=reading.pk,
        step=_step(reading, step),
        urgency="",
        deadline_at=reading.second_due_at,
        but=[reading.author_id],
        case=reading.case,
    )


def _tell_author(service: Service, reading: Reading, step: int) -> None:
    notify_person(
        service=service,
        user_id=reading.author_id,
        subject_id=reading.pk,
        step=_step(reading, step),
        deadline_at=reading.second_due_at,
    )


def _step(reading: Reading, step: int) -> int:
    return STEPS_A_ROUND * reading.rounds.count() + step
