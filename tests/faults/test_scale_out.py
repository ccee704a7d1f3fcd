"""Two workers, two beats and a sweeper on one database: everything once, nobody told twice, nothing cut off."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.utils import timezone

from alerts import factories
from alerts.channels.email.sending import message_id
from alerts.models import Alert, Owed, OwedKind
from assessment.factories import LEVEL_2
from cases import services as cases
from cases.factories import case as make_case
from cases.models import MeasureKind
from pole.clock import database_now
from pole.runtime.processes import Process
from pole.runtime.stack import Stack
from pole.tenancy.context import inside
from protocols.models import Exchange, ExchangeKind
from tests.cast import Cast
from tests.faults.conftest import decide
from tests.running import eventually, mail_state, mailbox, mood, one_more

pytestmark = [pytest.mark.runtime, pytest.mark.stack, pytest.mark.timeout(240)]
ALERTS = 40
REMINDED_BEFORE = timedelta(days=4)


@pytest.fixture(scope="module")
def second_worker(stack: Stack) -> Iterator[Process]:
    with one_more(stack, "worker", "second-worker") as worker:
        yield worker


@pytest.fixture(scope="module")
def second_beat(stack: Stack) -> Iterator[Process]:
    with one_more(stack, "beat", "second-beat") as beat:
        yield beat


def notices_of(*alerts: Alert) -> list[Owed]:
    ids = [alert.exchange_id for alert in alerts]
    return list(Owed.objects.filter(kind=OwedKind.NOTICE, subject_id__in=ids, step=0))


def mails_that_wait() -> list[Owed]:
    return list(Owed.objects.filter(kind=OwedKind.NOTICE, done_at=None, due_at__lte=database_now()))


def all_done(*alerts: Alert) -> list[Owed]:
    """The notices of these alerts once each of them is done."""
    eventually(lambda: all(row.done_at for row in notices_of(*alerts)))
    return notices_of(*alerts)


def test_every_alert_is_sent_once(stack: Stack, crew: Cast, second_worker: Process, second_beat: Process):
    alerts = [decide(crew) for _ in range(ALERTS)]

    rows, state = all_done(*alerts), mailbox(stack)
    assert {state["offered"].get(message_id(row.pk)) for row in rows} == {1}
    assert {row.attempts for row in rows} == {1}
    assert len(rows) == ALERTS
    mine = {message_id(row.pk) for row in rows}
    told = {address for mail in state["messages"] if mail["message_id"] in mine for address in mail["to"]}
    assert told == {crew.victims.duty_email}


def test_with_both_beats_alone_every_alert_is_sent_once(
    stack: Stack, crew: Cast, second_worker: Process, second_beat: Process
):
    """No hint after the commit and no second sweeper: what both beats hint at, over and over, is sent once."""
    stack.sweeper.stop()
    mood(stack, "451", times=ALERTS)
    alerts = [decide(crew) for _ in range(ALERTS)]

    rows, state = all_done(*alerts), mailbox(stack)
    stack.sweeper.start()
    assert {state["taken"].get(message_id(row.pk)) for row in rows} == {1}


def test_a_reminder_is_sent_once(stack: Stack, crew: Cast, second_worker: Process, second_beat: Process):
    today = timezone.localdate(database_now())
    actor = crew.actor(crew.ana)
    with inside(crew.victims):
        case = make_case(crew.victims, team=[crew.ana], followed="Zoé Petit")
        factories.agreement(case, crew.police, by=crew.ana)
    factories.finalised(actor, LEVEL_2, at=database_now(), case=case)
    with inside(crew.victims):
        measure = cases.record_measure(
            actor=actor,
            case=case,
            kind=MeasureKind.RESIDENCE_BAN,
            starts_on=today - timedelta(days=10),
            ends_on=today + REMINDED_BEFORE,
        )
    owed = Owed.objects.filter(kind=OwedKind.REMINDER, subject_id=measure.pk).order_by("due_at")
    first = eventually(owed.first)
    now = database_now()
    owed.filter(pk=first.pk, done_at=None).update(due_at=now, next_try_at=now)  # before nine as after

    eventually(lambda: owed.filter(pk=first.pk).exclude(done_at=None).first())
    with inside(crew.police):
        reminders = Exchange.objects.received_by(crew.police.pk).filter(kind=ExchangeKind.REMINDER)
        assert reminders.count() == 1
    with inside(crew.elsewhere):
        assert not Exchange.objects.received_by(crew.elsewhere.pk).exists()


def test_a_worker_that_is_asked_to_stop_ends_the_mail_in_hand(
    stack: Stack, crew: Cast, second_worker: Process, second_beat: Process
):
    eventually(lambda: not mails_that_wait())  # or the server would be slow over another one
    # The mail is in the hands of the worker that is asked to stop, and of no other.
    for other in (second_worker, second_beat, stack.sweeper, stack.beat):
        other.stop()
    mood(stack, "slow", times=1)
    alert = decide(crew)
    [row] = notices_of(alert)
    eventually(lambda: mail_state(stack)["offered"].get(message_id(row.pk)))
    assert notices_of(alert)[0].done_at is None  # the server has not said yes yet
    stack.worker.stop()

    [row] = notices_of(alert)
    assert row.reply.startswith("250")
    assert row.attempts == 1
    assert mailbox(stack)["taken"][message_id(row.pk)] == 1
    for part in (stack.worker, stack.sweeper, stack.beat):
        part.start()
