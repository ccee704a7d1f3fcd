"""Yellow alerts on real parts: two workers and a sweeper that come at once send one e-mail, which lost no alert."""

from collections.abc import Iterable

import pytest

from alerts.channels.email.sending import message_id
from alerts.models import Alert, Owed, OwedKind
from pole.clock import database_now
from pole.runtime.stack import Stack
from tests.alerts.gathered import yellow
from tests.alerts.notices import notice_of
from tests.cast import Cast
from tests.faults.conftest import decide
from tests.running import eventually, mailbox, mood, one_more

pytestmark = [pytest.mark.runtime, pytest.mark.stack, pytest.mark.timeout(240)]
AT_ONCE = 12


def its_hour_comes(alerts: Iterable[Alert]) -> list[Owed]:
    """For all of them at the same moment; whoever sweeps first finds them."""
    now = database_now()
    ids = [alert.exchange_id for alert in alerts]
    rows = Owed.objects.filter(kind=OwedKind.NOTICE, subject_id__in=ids, step=0, done_at=None)
    rows.update(due_at=now, next_try_at=now)
    return list(Owed.objects.filter(kind=OwedKind.NOTICE, subject_id__in=ids, step=0))


def all_settled(rows: Iterable[Owed]) -> list[Owed]:
    mine = Owed.objects.filter(pk__in=[row.pk for row in rows])
    eventually(lambda: not mine.filter(done_at=None).exists())
    return list(mine)


def mails_to(stack: Stack, address: str) -> list[str]:
    return [mail["message_id"] for mail in mailbox(stack)["messages"] if address in mail["to"]]


def test_who_comes_at_once_sends_one_mail_and_red_does_not_wait_for_it(stack: Stack, crew: Cast):
    first = yellow(crew)
    [alone] = all_settled([notice_of(first)])
    others = [yellow(crew) for _ in range(AT_ONCE)]
    before, elsewhere = mails_to(stack, crew.programme.duty_email), mails_to(stack, crew.police.duty_email)
    assert before.count(message_id(alone.pk)) == 1
    assert not Owed.objects.filter(subject_id=others[0].exchange_id, kind=OwedKind.NOTICE, attempts__gt=0)

    with one_more(stack, "worker", "second-for-digests"):
        its_hour_comes(others)
        urgent = decide(crew)
        [red] = all_settled([notice_of(urgent)])
        rows = all_settled(notice_of(alert) for alert in others)

    heads = {row.gathered_in_id for row in rows}
    assert len(heads) == 1
    assert all(row.reply.startswith("250") for row in rows)
    assert mails_to(stack, crew.programme.duty_email) == [*before, message_id(heads.pop() or alone.pk)]
    assert message_id(red.pk) in mails_to(stack, crew.victims.duty_email)
    assert mails_to(stack, crew.police.duty_email) == elsewhere


def test_a_worker_killed_while_it_sends_loses_none_of_them(stack: Stack, crew: Cast):
    waiting = [yellow(crew) for _ in range(3)]
    stack.sweeper.stop()
    mood(stack, "take-then-hang", times=1)
    rows = its_hour_comes(waiting)
    names = {message_id(row.pk) for row in rows}
    eventually(lambda: [name for name in mails_to(stack, crew.programme.duty_email) if name in names])
    stack.worker.kill()
    stack.sweeper.start()
    stack.worker.start()

    [head] = {row.gathered_in_id or row.pk for row in all_settled(rows)}
    ours = [name for name in mails_to(stack, crew.programme.duty_email) if name in names]
    assert ours == [message_id(head)] * 2  # once more, under the same name


@pytest.mark.parametrize("answer", ["451", "greylist", "take-then-drop"])
def test_a_mail_server_in_a_bad_mood_gets_the_same_mail_again(stack: Stack, crew: Cast, answer: str):
    waiting = [yellow(crew) for _ in range(3)]
    mood(stack, answer, times=None if answer == "greylist" else 2)
    rows = all_settled(its_hour_comes(waiting))
    mood(stack, "accept")

    [head] = {row.gathered_in_id or row.pk for row in rows}
    names = {message_id(row.pk) for row in rows}
    assert {name for name in mails_to(stack, crew.programme.duty_email) if name in names} == {
        message_id(head)
    }
    assert all(row.reply.startswith("250") for row in rows)


def test_a_duty_address_refused_for_good_climbs_the_ladder_for_each(stack: Stack, crew: Cast):
    waiting = [yellow(crew) for _ in range(3)]
    mood(stack, "550", times=1)
    rows = its_hour_comes(waiting)

    subjects = [row.subject_id for row in rows]
    climbed = Owed.objects.filter(kind=OwedKind.RUNG, subject_id__in=subjects, step=1).exclude(done_at=None)
    eventually(lambda: climbed.count() == len(rows))
    all_settled(rows)
    eventually(lambda: len(mails_to(stack, crew.remy.email)) == len(rows))
    assert not mails_to(stack, crew.dora.email)
    assert "all hold" in stack.manage("check_invariants")
