"""What must hold is asked of the database; a breach is told once, to those who can mend it, and to nobody else."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

import pytest
from django.db import connection

from alerts import handling, invariants, work
from alerts.factories import finalised
from alerts.models import Alert, Breach, Handling, Owed, OwedKind
from alerts.tasks import check_invariants
from assessment.factories import LEVEL_3, LEVEL_4
from cases.factories import case as make_case
from cases.models import CaseChange, ChangeKind, Task
from pole.alone import alone
from pole.audit.models import Tag, record
from pole.clock import database_now
from pole.runtime.processes import free_port
from pole.tenancy.actor import Actor
from pole.tenancy.context import inside
from protocols import exchange as door
from tests.cast import Cast

pytestmark = pytest.mark.django_db
LATER = timedelta(minutes=10)


@pytest.fixture
def red(cast: Cast, protocol) -> Alert:
    """A red alert from the victim service to the police, sent now; the one beside it is acknowledged."""
    alerts = finalised(cast.actor(cast.ana), LEVEL_4, at=database_now())
    beside = next(alert for alert in alerts if alert.recipient_id == cast.programme.pk)
    acknowledge(cast.actor(cast.bruno), beside)
    Owed.objects.filter(subject_id__in=[beside.pk, beside.exchange_id]).update(done_at=database_now())
    Owed.objects.filter(kind=OwedKind.NOTICE).update(done_at=database_now(), reply="250 ok")
    return next(alert for alert in alerts if alert.recipient_id == cast.police.pk)


def acknowledge(actor: Actor, alert: Alert) -> None:
    with inside(actor.service):
        handling.acknowledge(actor=actor, exchange=door.received(actor, alert.exchange_id))


@pytest.fixture
def held(cast: Cast, protocol) -> Alert:
    [alert] = finalised(cast.actor(cast.ana), LEVEL_3, at=database_now())
    Owed.objects.filter(kind=OwedKind.NOTICE).update(done_at=database_now(), reply="250 ok")
    return alert


def broken(service, *, after: timedelta = timedelta(0)) -> set[str]:
    with inside(service):
        return {
            invariant.code for invariant, _id in invariants.broken_in(service, now=database_now() + after)
        }


def test_a_new_alert_breaks_nothing_at_either_side(cast: Cast, red, held):
    for service in (cast.victims, cast.police, cast.programme, cast.elsewhere):
        assert broken(service) == set()


def test_a_journal_that_tells_of_an_alert_that_is_not_there(cast: Cast, red):
    with inside(cast.victims):
        record(actor=Actor.clockwork(cast.victims), tag=Tag.ALERT_DECIDED, subject_id=red.case_id)
    assert broken(cast.victims) == {"decided"}
    assert broken(cast.police) == set()


def test_an_alert_whose_notice_nobody_owes(cast: Cast, red):
    Owed.objects.filter(kind=OwedKind.NOTICE, subject_id=red.exchange_id).delete()
    assert broken(cast.victims) == {"announced"}


@pytest.mark.parametrize("step", [1, 2])
def test_a_ladder_that_lacks_a_rung(cast: Cast, red, step):
    Owed.objects.filter(kind=OwedKind.RUNG, subject_id=red.exchange_id, step=step).delete()
    assert broken(cast.police) == {"ladder"}
    assert broken(cast.victims) == set()


def test_something_due_that_nobody_tries(cast: Cast, red):
    notice = Owed.objects.filter(kind=OwedKind.NOTICE, subject_id=red.exchange_id)
    notice.update(done_at=None, next_try_at=red.created_at)
    assert broken(cast.police) == set()
    assert broken(cast.police, after=LATER) == {"living"}


@pytest.mark.parametrize("held_by", ["next_try_at", "leased_until"])
def test_something_due_that_is_in_hand_or_about_to_be_tried_lives(cast: Cast, red, held_by):
    notice = Owed.objects.filter(kind=OwedKind.NOTICE, subject_id=red.exchange_id)
    notice.update(done_at=None, **{held_by: database_now() + LATER})
    assert broken(cast.police, after=LATER) == set()


def pass_the_hour(red: Alert) -> None:
    """An hour on, with everything that was owed at its time marked as done by somebody who did nothing."""
    Owed.objects.filter(subject_id__in=[red.pk, red.exchange_id]).update(done_at=database_now())


def test_no_acknowledgement_and_nobody_was_told(cast: Cast, red):
    pass_the_hour(red)
    hour = timedelta(hours=1)
    assert broken(cast.victims, after=hour) == {"warned"}
    assert broken(cast.police, after=hour) == {"climbed"}


def test_an_acknowledged_alert_owes_nobody_anything(cast: Cast, red):
    acknowledge(cast.actor(cast.carla), red)
    pass_the_hour(red)
    assert broken(cast.victims, after=timedelta(hours=1)) == set()
    assert broken(cast.police, after=timedelta(hours=1)) == set()


def test_a_ladder_climbed_and_a_sender_warned_hold_without_an_acknowledgement(cast: Cast, red):
    past = database_now() - timedelta(minutes=20)
    rows = Owed.objects.filter(subject_id__in=[red.pk, red.exchange_id], done_at=None)
    rows.update(due_at=past, next_try_at=past)
    for row in rows.order_by("step"):
        assert work.work_off(row.pk)
    hour = timedelta(hours=1)
    assert "warned" not in broken(cast.victims, after=hour)
    assert "climbed" not in broken(cast.police, after=hour)
    with inside(cast.police):
        assert Handling.objects.get(exchange_id=red.exchange_id).rung == 2


def test_a_held_alert_without_its_clock(cast: Cast, held):
    Owed.objects.filter(kind=OwedKind.DECIDE, subject_id=held.pk).delete()
    assert broken(cast.victims) == {"asked"}


def test_a_held_alert_past_its_time(cast: Cast, held):
    Owed.objects.filter(kind=OwedKind.DECIDE, subject_id=held.pk).update(done_at=database_now())
    assert broken(cast.victims, after=timedelta(days=7)) == {"asked"}


def test_a_change_that_no_protocol_was_asked_about(cast: Cast):
    with inside(cast.victims):
        case = make_case(cast.victims, team=[cast.ana], followed="Nora Lien")
        CaseChange.objects.create(
            service=cast.victims, case=case, kind=ChangeKind.INCIDENT, subject_id=case.pk, at=database_now()
        )
    assert broken(cast.victims) == set()
    assert broken(cast.victims, after=LATER) == {"read"}
    assert broken(cast.programme, after=LATER) == set()


@pytest.fixture
def operator(settings) -> str:
    settings.OPERATOR_EMAIL = "operator@pole.example"
    return settings.OPERATOR_EMAIL


def tasks_of(service) -> list[str]:
    with inside(service):
        return [task.text for task in Task.objects.all()]


def test_a_breach_is_told_once_to_the_operator_and_to_the_coordination_without_a_case(
    cast: Cast, red, operator, mailoutbox
):
    Owed.objects.filter(kind=OwedKind.NOTICE, subject_id=red.exchange_id).delete()
    assert invariants.watch_over() == 1
    assert invariants.watch_over() == 1

    [message] = mailoutbox
    assert message.to == [operator]
    [told] = tasks_of(cast.coordination)
    assert cast.victims.name in told
    assert cast.victims.urgent_phone in told
    with inside(cast.victims):
        assert "Nora" not in message.body + told
        assert red.case.reference not in message.body + told
    for bystander in (cast.victims, cast.police, cast.programme, cast.elsewhere):
        assert tasks_of(bystander) == []


def test_the_coordination_is_told_also_while_no_mail_reaches_the_operator(
    cast: Cast, red, operator, settings, mailoutbox
):
    Owed.objects.filter(kind=OwedKind.NOTICE, subject_id=red.exchange_id).delete()
    settings.EMAIL_BACKEND, before = "pole.smtp.Backend", settings.EMAIL_BACKEND
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", free_port()  # nobody listens
    invariants.watch_over()
    assert len(tasks_of(cast.coordination)) == 1

    settings.EMAIL_BACKEND = before
    invariants.watch_over()
    assert [message.to for message in mailoutbox] == [[operator]]
    assert len(tasks_of(cast.coordination)) == 1
    for bystander in (cast.victims, cast.police, cast.programme, cast.elsewhere):
        assert tasks_of(bystander) == []


def test_a_breach_that_is_mended_ends_and_may_come_again(cast: Cast, red, operator, mailoutbox):
    notice = Owed.objects.get(kind=OwedKind.NOTICE, subject_id=red.exchange_id)
    notice.delete()
    invariants.watch_over()
    notice.save(force_insert=True)
    assert invariants.watch_over() == 0
    assert not Breach.objects.current().exists()
    notice.delete()
    assert invariants.watch_over() == 1
    assert Breach.objects.count() == 2


def test_asked_by_two_beats_at_once_it_is_looked_for_and_told_by_one(cast: Cast, red):
    Owed.objects.filter(kind=OwedKind.NOTICE, subject_id=red.exchange_id).delete()
    with held_by_another("alerts.check_invariants"):
        check_invariants()
        assert not Breach.objects.exists()
    check_invariants()
    assert [each.service for each in Breach.objects.current()] == [cast.victims]


@contextmanager
def held_by_another(job: str) -> Iterator[None]:
    """The job is in another worker's hands, on a connection of its own."""
    taken, given_back = threading.Event(), threading.Event()

    def hold() -> None:
        with alone(job) as mine:
            assert mine
            taken.set()
            given_back.wait(30)
        connection.close()

    thread = threading.Thread(target=hold)
    thread.start()
    assert taken.wait(30)
    try:
        yield
    finally:
        given_back.set()
        thread.join()
