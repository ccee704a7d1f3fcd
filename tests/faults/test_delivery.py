"""Parts die while an alert is under way: it arrives all the same, and nobody else is told."""

import pytest
from django.db import transaction

from alerts.channels.email.sending import message_id
from alerts.models import Alert, Owed, OwedKind
from pole.runtime.stack import Stack
from tests.cast import Cast
from tests.faults.conftest import decide
from tests.running import eventually, mailbox, mood

pytestmark = [pytest.mark.stack, pytest.mark.timeout(240)]


def notice_of(alert: Alert) -> Owed:
    return Owed.objects.get(kind=OwedKind.NOTICE, subject_id=alert.exchange_id, step=0)


def settled(alert: Alert) -> Owed:
    """The notice's row once it is done."""
    return eventually(lambda: Owed.objects.filter(pk=notice_of(alert).pk).exclude(done_at=None).first())


def arrived(stack: Stack, crew: Cast, alert: Alert) -> int:
    """How often the e-mail of an alert was taken in; only the victim service's duty address ever got it."""
    state = mailbox(stack)
    name = message_id(notice_of(alert).pk)
    mails = [mail for mail in state["messages"] if mail["message_id"] == name]
    assert {address for mail in mails for address in mail["to"]} <= {crew.victims.duty_email}
    assert not [mail for mail in state["messages"] if crew.programme.duty_email in mail["to"]]
    return state["taken"].get(name, 0)


def test_the_mail_servers_reply_is_kept(stack: Stack, crew: Cast):
    alert = decide(crew)

    assert settled(alert).reply.startswith("250")
    assert arrived(stack, crew, alert) == 1


def test_broker_killed_between_commit_and_hint(stack: Stack, crew: Cast):
    with transaction.atomic():
        transaction.on_commit(stack.broker.kill)  # runs before the hint, registered after it
        alert = decide(crew)
    assert not stack.broker.running

    settled(alert)
    assert arrived(stack, crew, alert) == 1
    stack.broker.start()


def test_worker_killed_mid_send(stack: Stack, crew: Cast):
    mood(stack, "take-then-hang", times=1)
    stack.sweeper.stop()
    alert = decide(crew)
    eventually(lambda: arrived(stack, crew, alert))
    stack.worker.kill()
    stack.sweeper.start()
    stack.worker.start()

    row = settled(alert)
    assert row.attempts == 2
    assert arrived(stack, crew, alert) == 2  # once more, with the same Message-ID


def test_mail_server_accepts_and_then_times_out(stack: Stack, crew: Cast):
    mood(stack, "take-then-hang", times=1)
    alert = decide(crew)

    settled(alert)
    assert arrived(stack, crew, alert) == 2


def test_mail_server_takes_it_and_the_line_goes_dead(stack: Stack, crew: Cast):
    mood(stack, "take-then-drop", times=1)
    alert = decide(crew)

    settled(alert)
    assert arrived(stack, crew, alert) == 2


@pytest.mark.parametrize("answer", ["451", "hang"])
def test_mail_server_that_does_not_take_it(stack: Stack, crew: Cast, answer: str):
    mood(stack, answer, times=2)
    alert = decide(crew)

    assert settled(alert).attempts == 3
    assert arrived(stack, crew, alert) == 1


def test_duty_address_refused_for_good_climbs_the_ladder_at_once(stack: Stack, crew: Cast):
    mood(stack, "550", times=1)
    alert = decide(crew)

    rung = eventually(
        lambda: (
            Owed.objects.filter(kind=OwedKind.RUNG, subject_id=alert.exchange_id, step=1)
            .exclude(done_at=None)
            .first()
        )
    )
    assert rung.reply == "told referent"
    told = eventually(lambda: [mail for mail in mailbox(stack)["messages"] if crew.rita.email in mail["to"]])
    assert told
    assert not [mail for mail in mailbox(stack)["messages"] if crew.remy.email in mail["to"]]
