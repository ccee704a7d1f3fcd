"""Several yellow notices to one duty address are one e-mail, which is each one's own: told or failed for each."""

from datetime import datetime, timedelta
from uuid import uuid4
from zoneinfo import ZoneInfo

import pytest
from django.db import transaction
from django.test import Client
from django.urls import reverse

from alerts import digests, outbox, thread, work
from alerts.channels.email.became import latest_notices
from alerts.channels.email.bounces import Report, Unknown
from alerts.channels.email.reports import apply
from alerts.channels.email.sending import message_id
from alerts.invariants import INVARIANTS, broken_in
from alerts.models import Alert, MailReport, Owed, OwedKind
from alerts.transitions import transitions_of
from pole.clock import database_now
from pole.runtime.mailcatcher.smtp import Mood
from pole.tenancy.context import inside
from pole.tenancy.models import Service
from protocols.models import Exchange
from protocols.registry import standing_under
from tests.alerts.gathered import red, yellow
from tests.alerts.notices import due_again, notice_of
from tests.alerts.screens import get, in_force, text_of, undefined_variables_fail
from tests.alerts.sealed import Server, mail_server
from tests.cast import Cast, signed_in

__all__ = ["in_force", "mail_server", "undefined_variables_fail"]
pytestmark = pytest.mark.django_db
BRUSSELS = ZoneInfo("Europe/Brussels")


def hour(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=BRUSSELS)


def gathered(cast: Cast, number: int = 3) -> list[Owed]:
    """Notices whose common hour has come; the one before them has left."""
    first = yellow(cast)
    assert work.work_off(notice_of(first).pk)
    rows = [notice_of(yellow(cast)) for _ in range(number)]
    for row in rows:
        due_again(row)
    return rows


def states(rows: list[Owed]) -> list[Owed]:
    return list(Owed.objects.filter(pk__in=[row.pk for row in rows]).order_by("created_at", "pk"))


# ---- When -------------------------------------------------------------------------------------------------------


def test_the_first_leaves_at_once_and_the_next_together_at_the_end_of_the_hour(cast: Cast, in_force):
    now = database_now()
    first, second, third = (notice_of(yellow(cast, now + timedelta(minutes=n))) for n in (0, 5, 10))

    assert first.due_at == now
    assert second.due_at == third.due_at > now + timedelta(minutes=59)
    assert second.deadline_at
    assert second.due_at < second.deadline_at


@pytest.mark.parametrize(
    ("first", "second", "leaves"),
    [
        pytest.param("2026-09-15 10:00", "2026-09-15 10:59", "2026-09-15 11:00", id="within the hour"),
        pytest.param("2026-09-15 10:00", "2026-09-15 11:00", "2026-09-15 11:00", id="at its end"),
        pytest.param("2026-09-15 10:00", "2026-09-15 11:30", "2026-09-15 11:30", id="after it, at once"),
        pytest.param("2026-09-18 16:30", "2026-09-18 18:00", "2026-09-21 09:30", id="over a week-end"),
    ],
)
def test_the_hour_is_counted_while_the_recipient_is_there(cast: Cast, protocol, first, second, leaves):
    yellow(cast, hour(first))
    assert notice_of(yellow(cast, hour(second))).due_at == hour(leaves)


def test_after_a_gathered_one_the_next_is_gathered_again(cast: Cast, protocol):
    moments = ("10:00", "10:20", "11:20", "11:40", "12:30")
    rows = [notice_of(yellow(cast, hour(f"2026-09-15 {moment}"))) for moment in moments]
    leave = [row.due_at.astimezone(BRUSSELS).strftime("%H:%M") for row in rows]
    assert leave == ["10:00", "11:00", "12:00", "12:00", "13:00"]


def test_what_must_be_acknowledged_before_the_end_does_not_wait(cast: Cast, protocol):
    at = hour("2026-09-15 10:00")
    yellow(cast, at)
    with inside(cast.victims):
        standing = standing_under(protocol, cast.victims)
        asked = {"service": cast.programme, "standing": standing, "urgency": "yellow", "at": at}
        assert digests.leaves_at(**asked, deadline_at=at + timedelta(minutes=60)) == at
        assert digests.leaves_at(**asked, deadline_at=at + timedelta(minutes=61)) > at


def test_red_and_orange_never_wait_and_no_file_can_make_them(cast: Cast, in_force, monkeypatch):
    now = database_now()
    assert [notice_of(red(cast, now)).due_at for _ in range(3)] == [now] * 3
    assert not digests.NEVER & digests._delays().keys()

    class Written:
        @staticmethod
        def plain() -> dict[str, str]:
            return {"orange": "60 minutes", "yellow": "60 minutes"}

    monkeypatch.setattr(digests, "load", lambda path: Written)
    with pytest.raises(ValueError, match="orange must never wait"):
        digests._delays.__wrapped__()


def test_red_then_orange_are_claimed_before_a_gathered_mail_that_waited_longer(
    cast: Cast, in_force, mail_server
):
    gathered(cast)
    Owed.objects.exclude(kind=OwedKind.NOTICE).update(due_at=database_now() + timedelta(days=1))
    later = red(cast)
    orange = red(cast)
    Owed.objects.filter(pk=notice_of(orange).pk).update(urgency="orange")
    Owed.objects.exclude(kind=OwedKind.NOTICE).update(due_at=database_now() + timedelta(days=1))

    claimed = [outbox.claim_next() for _ in range(3)]
    assert [row.urgency for row in claimed if row] == ["red", "orange", "yellow"]
    assert claimed[0] == notice_of(later)


# ---- One e-mail -------------------------------------------------------------------------------------------------


def test_they_leave_as_one_mail_that_says_how_many_and_nothing_more(
    cast: Cast, in_force, mail_server: Server
):
    rows = gathered(cast)
    bystander = notice_of(red(cast))
    assert work.work_off(rows[1].pk)

    alone, together = mail_server.mailbox.all()
    assert alone.recipients == together.recipients == [cast.programme.duty_email]
    assert together.header("Message-ID") == message_id(rows[1].pk)
    text = together.header("Subject") + together.body("plain") + together.body("html")
    assert "3 messages vous attendent" in together.header("Subject")
    assert "3 messages sont arrivés" in together.body("plain")
    assert f"/m/{rows[1].pk}/" in together.body("plain")
    for word in (cast.victims.name, "Nora", "Lien", "jaune", "alerte", cast.programme.slug):
        assert word.lower() not in text.lower()
    done = states(rows)
    assert all(row.done_at and row.reply.startswith("250") and row.attempts == 1 for row in done)
    assert {row.gathered_in_id for row in done} == {rows[1].pk}
    assert not work.work_off(rows[0].pk)
    assert not Owed.objects.get(pk=bystander.pk).attempts
    assert not [mail for mail in mail_server.mailbox.all() if cast.police.duty_email in mail.recipients]


def test_two_recipients_never_share_a_mail(cast: Cast, in_force, mail_server: Server):
    rows = gathered(cast)
    other = due_again(_owed_to(cast.police))
    assert work.work_off(rows[0].pk)

    assert not Owed.objects.get(pk=other.pk).done_at
    assert work.work_off(other.pk)
    *_before, last = mail_server.mailbox.all()
    assert last.recipients == [cast.police.duty_email]
    assert "Un message vous attend" in last.header("Subject")
    assert Owed.objects.get(pk=other.pk).gathered_in_id == other.pk


def _owed_to(service: Service) -> Owed:
    subject = uuid4()
    with transaction.atomic():
        outbox.owe(
            service=service, kind=OwedKind.NOTICE, subject_id=subject, due_at=database_now(), urgency="yellow"
        )
    return Owed.objects.get(subject_id=subject)


def test_its_link_leads_to_the_board_and_a_stranger_nowhere(cast: Cast, in_force, mail_server: Server):
    rows = gathered(cast)
    work.work_off(rows[0].pk)
    link = reverse("from_mail", args=[rows[0].pk])

    answer = signed_in(Client(), cast.bruno).get(link)
    assert answer.headers["Location"] == reverse("alerts:received", args=[cast.programme.slug])
    for stranger in (cast.ana, cast.carla, cast.dora):
        assert signed_in(Client(), stranger).get(link).status_code == 404
    assert Client().get(link).status_code == 302


def test_a_message_under_a_yellow_alert_waits_for_nobody(cast: Cast, in_force):
    alert = yellow(cast)
    with inside(cast.victims):
        exchange = Exchange.objects.select_related("protocol", "sender", "recipient").get(
            pk=alert.exchange_id
        )
        asked = thread.write(
            actor=cast.actor(cast.ana), alert=exchange, text="Le voit-on ?", at=database_now()
        )
    question = Owed.objects.get(kind=OwedKind.NOTICE, subject_id=asked.pk)
    assert question.due_at <= database_now()


# ---- Whatever becomes of it -------------------------------------------------------------------------------------


def test_refused_for_now_it_is_tried_again_as_it_was(cast: Cast, in_force, mail_server: Server):
    rows = gathered(cast, 2)
    mail_server.temper.set(Mood.REFUSE_FOR_NOW, times=1)
    assert not work.work_off(rows[0].pk)
    waiting = states(rows)
    assert all(
        row.reply.startswith("451") and not row.done_at and row.leased_until is None for row in waiting
    )

    newer = due_again(notice_of(yellow(cast)))
    for row in rows:
        due_again(row)
    assert not work.work_off(rows[1].pk)  # it rides on the other
    assert work.work_off(rows[0].pk)
    last = mail_server.mailbox.all()[-1]
    assert "2 messages" in last.header("Subject")
    assert last.header("Message-ID") == message_id(rows[0].pk)
    assert not Owed.objects.get(pk=newer.pk).done_at
    assert work.work_off(newer.pk)


def test_gathered_once_they_leave_together_even_when_the_file_gathers_them_no_more(
    cast: Cast, in_force, mail_server: Server, monkeypatch
):
    rows = gathered(cast)
    mail_server.temper.set(Mood.REFUSE_FOR_NOW, times=1)
    assert not work.work_off(rows[0].pk)
    before = mail_server.mailbox.all()

    monkeypatch.setattr(digests, "_delays", dict)
    other = due_again(_owed_to(cast.programme))
    for row in rows:
        due_again(row)
    assert work.work_off(rows[0].pk)
    [together] = mail_server.mailbox.all()[len(before) :]
    assert "3 messages vous attendent" in together.header("Subject")
    assert all(row.done_at and row.reply.startswith("250") for row in states(rows))
    assert not Owed.objects.get(pk=other.pk).done_at
    assert work.work_off(other.pk)
    alone = mail_server.mailbox.all()[-1]
    assert "Un message vous attend" in alone.header("Subject")
    assert Owed.objects.get(pk=other.pk).gathered_in_id is None


def test_tried_alone_before_its_urgency_was_gathered_it_speaks_of_itself_alone(
    cast: Cast, in_force, mail_server: Server, monkeypatch
):
    rows = [due_again(_owed_to(cast.programme)) for _ in range(3)]
    with monkeypatch.context() as before:
        before.setattr(digests, "_delays", dict)
        mail_server.temper.set(Mood.TAKE_THEN_DROP, times=1)
        assert not work.work_off(rows[0].pk)
    [taken] = mail_server.mailbox.all()

    again = outbox.claim(due_again(rows[0]).pk)
    assert digests.take_along(again) == [again]
    assert work.work_off(rows[1].pk)  # which leaves the one in hand alone
    assert work.work_off(due_again(rows[0]).pk)
    *_before, together, alone = mail_server.mailbox.all()
    assert taken.header("Message-ID") == alone.header("Message-ID") == message_id(rows[0].pk)
    assert "Un message vous attend" in alone.header("Subject")
    assert "2 messages vous attendent" in together.header("Subject")
    assert all(row.done_at for row in states(rows))


def test_refused_for_good_each_alert_goes_to_the_next_contact(cast: Cast, in_force, mail_server: Server):
    rows = gathered(cast)
    mail_server.temper.set(Mood.REFUSE, times=1)
    assert not work.work_off(rows[0].pk)

    for row in rows:
        rung = Owed.objects.get(kind=OwedKind.RUNG, subject_id=row.subject_id, step=1)
        assert rung.service == cast.programme
        assert rung.due_at <= database_now()
    before = Owed.objects.exclude(subject_id__in=[row.subject_id for row in rows])
    assert not before.filter(kind=OwedKind.RUNG, due_at__lte=database_now()).exists()
    assert Owed.objects.filter(kind=OwedKind.ADDRESS, service=cast.programme).count() == 1
    assert not Owed.objects.filter(kind=OwedKind.ADDRESS).exclude(service=cast.programme).exists()


def test_a_bounce_is_told_for_each_of_them_and_only_under_the_name_it_left_with(
    cast: Cast, in_force, mail_server: Server
):
    rows = gathered(cast)
    work.work_off(rows[0].pk)
    with pytest.raises(Unknown):
        apply(Report(rows[1].pk, "failed", "5.1.1"))
    apply(Report(rows[0].pk, "failed", "5.1.1"))
    apply(Report(rows[0].pk, "failed", "5.1.1"))

    assert {each.owed_id for each in MailReport.objects.all()} == {row.pk for row in rows}
    rungs = Owed.objects.filter(kind=OwedKind.RUNG, step=1, due_at__lte=database_now())
    assert {rung.subject_id for rung in rungs} == {row.subject_id for row in rows}


def test_a_suspended_recipient_is_told_to_the_sender_of_each(cast: Cast, in_force, mail_server: Server):
    rows = gathered(cast)
    Service.objects.filter(pk=cast.programme.pk).update(is_active=False)
    assert work.work_off(rows[0].pk)

    told = Owed.objects.filter(kind=OwedKind.SUSPENDED)
    assert {(row.service, row.subject_id) for row in told} == {(cast.victims, row.subject_id) for row in rows}
    assert len(mail_server.mailbox.all()) == 1


def test_a_worker_that_died_in_between_leaves_it_to_the_next(cast: Cast, in_force, mail_server: Server):
    rows = gathered(cast)
    claimed = outbox.claim(rows[0].pk)
    assert len(digests.take_along(claimed)) == 3
    assert not any(work.work_off(row.pk) for row in rows)

    Owed.objects.filter(gathered_in=rows[0].pk).update(leased_until=database_now() - timedelta(seconds=1))
    assert not any(work.work_off(row.pk) for row in rows[1:])
    assert work.work_off(rows[0].pk)
    assert digests.take_along(claimed) == []  # the dead one wakes: all is done
    assert len(mail_server.mailbox.all()) == 2
    assert all(row.done_at and row.attempts == 2 for row in states(rows))


# ---- Seen -------------------------------------------------------------------------------------------------------


def test_the_sender_sees_that_it_is_gathered_and_the_recipient_one_mail(
    cast: Cast, in_force, mail_server: Server
):
    rows = gathered(cast)
    waiting = yellow(cast)
    with inside(cast.victims):
        waits = transitions_of(Alert.objects.select_related("exchange").get(pk=waiting.pk), [])
        assert any("réuni avec d’autres" in each.text for each in waits)
    work.work_off(rows[0].pk)
    Owed.objects.filter(pk=notice_of(waiting).pk).delete()

    with inside(cast.victims):
        for row in rows:
            alert = Alert.objects.select_related("exchange").get(exchange=row.subject_id)
            assert any("pris par le serveur" in each.text for each in transitions_of(alert, []))
    assert [notice.messages for notice in latest_notices(cast.programme)] == [3, 1]
    assert "3 messages dans un seul" in text_of(get(cast.dina, "mail:state"))


def test_the_check_finds_a_notice_whose_mail_has_left_without_it(cast: Cast, in_force, mail_server: Server):
    [gathering] = [each for each in INVARIANTS if each.code == "gathered"]

    def found() -> list[object]:
        with inside(cast.programme):
            return [
                subject
                for invariant, subject in broken_in(cast.programme, now=database_now())
                if invariant == gathering
            ]

    rows = gathered(cast)
    outsider = yellow(cast)
    assert not found()
    work.work_off(rows[0].pk)
    assert not found()
    Owed.objects.filter(pk=notice_of(outsider).pk).update(gathered_in=rows[0].pk)
    assert found() == [notice_of(outsider).pk]
    Owed.objects.filter(pk=notice_of(outsider).pk).update(gathered_in=notice_of(red(cast)).pk)
    assert found() == [notice_of(outsider).pk]
