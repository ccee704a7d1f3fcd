"""Which row a worker takes, and what it does with the rest of its turn: red first, until something goes wrong."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import transaction

from alerts import outbox, work
from alerts.models import Owed, OwedKind
from pole.clock import database_now
from pole.runtime.mailcatcher.smtp import Mood
from pole.tenancy.models import Service
from tests.alerts.sealed import Server, mail_server
from tests.cast import Cast

pytestmark = pytest.mark.django_db
__all__ = ["mail_server"]
MINUTE = timedelta(minutes=1)


@pytest.fixture(autouse=True)
def one_transaction(monkeypatch: pytest.MonkeyPatch) -> None:
    """Django drops a connection that is inside a transaction, which here is the test's own. Time is no matter here."""
    monkeypatch.setattr(work, "close_old_connections", lambda: None)
    monkeypatch.setattr(work, "A_TURN", 600.0)


def owed(
    service: Service,
    *,
    waited: timedelta = MINUTE,
    urgency: str = "orange",
    kind: OwedKind = OwedKind.NOTICE,
    **left: object,
) -> Owed:
    """A row that has waited so long; with what is `left` of earlier attempts."""
    due_at, subject = database_now() - waited, uuid4()
    with transaction.atomic():
        outbox.owe(service=service, kind=kind, subject_id=subject, due_at=due_at, urgency=urgency)
    Owed.objects.filter(subject_id=subject).update(**left)
    return Owed.objects.get(subject_id=subject)


def done() -> list[Owed]:
    return list(Owed.objects.exclude(done_at=None).order_by("done_at"))


# ---- One row ----------------------------------------------------------------------------------------------------


def test_red_goes_before_what_has_waited_longer(cast: Cast):
    old, older = owed(cast.victims), owed(cast.victims, waited=9 * MINUTE)
    red = owed(cast.police, waited=MINUTE / 60, urgency="red")
    assert [outbox.claim_next().pk for _time in range(3)] == [red.pk, older.pk, old.pk]
    assert outbox.claim_next() is None


@pytest.mark.parametrize("column", ["due_at", "next_try_at", "leased_until", "done_at"])
def test_what_is_to_come_leased_or_done_is_left(cast: Cast, column: str):
    row = owed(cast.victims, **{column: database_now() + MINUTE})
    assert outbox.claim_next() is None
    assert outbox.claim(row.pk) is None


def test_a_lease_that_ran_out_is_taken_over(cast: Cast):
    row = owed(cast.victims, attempts=1, leased_until=database_now() - MINUTE)
    again = outbox.claim_next()
    assert (again.pk, again.attempts) == (row.pk, 2)
    assert again.leased_until > database_now()


def test_nothing_waits_for_a_partners_system(cast: Cast):
    call = owed(cast.police, kind=OwedKind.WEBHOOK, urgency="red")
    assert outbox.claim_next() is None
    assert outbox.claim(call.pk)


# ---- A turn -----------------------------------------------------------------------------------------------------


def test_a_turn_does_its_row_and_then_the_others_red_first(cast: Cast, mail_server: Server):
    hinted = owed(cast.victims)
    other, red = owed(cast.programme), owed(cast.police, urgency="red")
    later = owed(cast.police, next_try_at=database_now() + MINUTE)
    assert work.work_on(hinted.pk) == 3
    assert [row.pk for row in done()] == [hinted.pk, red.pk, other.pk]
    assert [mail.recipients for mail in mail_server.mailbox.all()] == [
        [cast.victims.duty_email],
        [cast.police.duty_email],
        [cast.programme.duty_email],
    ]
    later.refresh_from_db()
    assert later.attempts == 0


def test_a_row_that_is_done_leaves_its_turn_to_another(cast: Cast, mail_server: Server):
    settled = owed(cast.victims, done_at=database_now())
    waits = owed(cast.police)
    assert work.work_on(settled.pk) == 1
    waits.refresh_from_db()
    assert waits.done_at
    assert len(mail_server.mailbox.all()) == 1


def test_what_fails_ends_the_turn_and_all_of_it_stays_owed(cast: Cast, mail_server: Server):
    mail_server.temper.set(Mood.REFUSE_FOR_NOW)
    hinted, waits = owed(cast.victims), owed(cast.police, urgency="red")
    assert work.work_on(hinted.pk) == 0
    hinted.refresh_from_db()
    waits.refresh_from_db()
    assert (hinted.attempts, hinted.done_at, hinted.leased_until) == (1, None, None)
    assert hinted.reply.startswith("451")
    assert hinted.next_try_at > database_now()
    assert (waits.attempts, waits.reply) == (0, "")

    mail_server.temper.set(Mood.ACCEPT)
    assert work.work_on(waits.pk) == 1
    Owed.objects.filter(pk=hinted.pk).update(next_try_at=database_now())
    assert work.work_on(hinted.pk) == 1


def test_a_turn_ends(cast: Cast, mail_server: Server, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(work, "A_TURN", 0.0)
    hinted, waits = owed(cast.victims), owed(cast.police, urgency="red")
    assert work.work_on(hinted.pk) == 1
    waits.refresh_from_db()
    assert waits.attempts == 0
