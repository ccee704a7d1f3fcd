"""Parts die while an alert is under way: it arrives all the same, and nobody else is told."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from uuid import uuid4

import pytest
from django.db import transaction

from alerts.channels.email.sending import message_id
from alerts.models import Alert, Owed, OwedKind
from cases.models import Task
from pole.accounts.models import User
from pole.runtime.stack import Stack
from pole.tenancy.context import inside
from pole.tenancy.models import Service
from tests.alerts.returned import report
from tests.cast import Cast
from tests.faults.conftest import RETURNED, decide
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


@contextmanager
def duty_address(service: Service, address: str) -> Iterator[None]:
    """Another one, past every form, for a while."""
    Service.objects.filter(pk=service.pk).update(duty_email=address)
    try:
        yield
    finally:
        Service.objects.filter(pk=service.pk).update(duty_email=service.duty_email)


def tasks_of(service: Service) -> list[str]:
    with inside(service):
        return [task.text for task in Task.objects.filter(service=service)]


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


def test_mail_server_that_greylists(stack: Stack, crew: Cast):
    mood(stack, "greylist")
    alert = decide(crew)

    row = settled(alert)
    assert row.attempts >= 2
    assert row.reply.startswith("250")
    assert arrived(stack, crew, alert) == 1
    mood(stack, "accept")


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


def test_a_bounce_that_comes_after_the_250_climbs_the_ladder(stack: Stack, crew: Cast):
    alert = decide(crew)
    row = settled(alert)
    maildir = stack.data_dir / RETURNED / "new"
    (maildir / "forged.mx").write_bytes(report(uuid4()))
    (maildir / "bounce.mx").write_bytes(report(row.pk))

    eventually(lambda: [mail for mail in mailbox(stack)["messages"] if told_of(mail, alert, crew.rita)])
    assert not [mail for mail in mailbox(stack)["messages"] if told_of(mail, alert, crew.remy)]
    assert "1 report(s), 1 on no message of ours, 0 other mail(s)" in stack.manage("bounces")


def told_of(mail: dict[str, Any], alert: Alert, person: User) -> bool:
    return person.email in mail["to"] and str(alert.exchange_id) in mail["text"]


def test_a_duty_address_with_a_line_break_climbs_the_ladder_and_is_somebodys_task(stack: Stack, crew: Cast):
    offered = sum(mailbox(stack)["offered"].values())
    with duty_address(crew.victims, f"{crew.victims.duty_email}\nBcc: {crew.dora.email}"):
        alert = decide(crew)
        told = eventually(
            lambda: (
                Owed.objects.filter(
                    kind=OwedKind.NOTICE, subject_id=alert.exchange_id, addressee_id=crew.rita.pk
                )
                .exclude(done_at=None)
                .first()
            )
        )
        assert told.reply.startswith("250")
        eventually(lambda: any("est refusée" in text for text in tasks_of(crew.victims)))
        assert not arrived(stack, crew, alert)
    assert settled(alert).reply.startswith("250")  # corrected, it leaves
    state = mailbox(stack)
    assert sum(state["offered"].values()) > offered
    assert not [mail for mail in state["messages"] if crew.dora.email in mail["to"]]


def test_a_recipient_suspended_meanwhile_is_told_to_the_sender(stack: Stack, crew: Cast):
    with transaction.atomic():
        alert = decide(crew)
        Service.objects.filter(pk=crew.victims.pk).update(is_active=False)
    try:
        eventually(lambda: any("suspendu" in text for text in tasks_of(crew.police)))
        assert settled(alert).reply == "suspended: the sender is told"
        assert not arrived(stack, crew, alert)
        assert not [text for text in tasks_of(crew.programme) if "suspendu" in text]
    finally:
        Service.objects.filter(pk=crew.victims.pk).update(is_active=True)
