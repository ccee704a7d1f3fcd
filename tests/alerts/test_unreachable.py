"""Addresses that no mail reaches and services that were suspended: a human is told, and nobody who must not be."""

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from alerts import work
from alerts.channels.email import addresses
from alerts.factories import finalised
from alerts.models import Alert, Owed, OwedKind
from alerts.recall import recall
from assessment.factories import LEVEL_4
from cases.models import Task
from pole.clock import database_now
from pole.tenancy.context import inside
from pole.tenancy.models import Membership, Service
from tests.alerts.notices import due_again, notice_of, notice_to
from tests.alerts.screens import get, in_force, post, text_of, undefined_variables_fail
from tests.alerts.sealed import Server, mail_server
from tests.cast import Cast, posting, signed_in

pytestmark = pytest.mark.django_db
__all__ = ["in_force", "mail_server", "undefined_variables_fail"]
BROKEN = "permanence@maison-claire.example\nBcc: eve@ailleurs.example"


@pytest.fixture(autouse=True)
def one_transaction(monkeypatch: pytest.MonkeyPatch) -> None:
    """Django drops a connection that is inside a transaction, which here is the test's own."""
    monkeypatch.setattr(work, "close_old_connections", lambda: None)


@pytest.fixture
def alert(cast: Cast, in_force) -> Alert:
    """A red one, from the police to the victim service."""
    [alert] = finalised(cast.actor(cast.carla), LEVEL_4, at=database_now())
    return alert


def tasks_of(service: Service) -> list[str]:
    with inside(service):
        return [task.text for task in Task.objects.filter(service=service)]


def rung_of(alert: Alert, step: int = 1) -> Owed:
    return Owed.objects.get(kind=OwedKind.RUNG, subject_id=alert.exchange_id, step=step)


def suspend(service: Service) -> None:
    Service.objects.filter(pk=service.pk).update(is_active=False)


# ---- A line break, a blank, no address at all -------------------------------------------------------------------


@pytest.mark.parametrize("address", [BROKEN, "permanence@maison claire.example", "permanence", "é@x.example"])
def test_what_is_no_address_is_refused_where_it_is_typed(cast: Cast, address: str):
    contacts = posting(name="Maison Claire", urgent_phone="04 000 00 00", duty_email=address)
    url = reverse("desk:contacts", args=[cast.victims.slug])
    answer = signed_in(Client(), cast.denis).post(url, contacts)
    assert answer.status_code == 422
    assert "Saisissez une adresse" in text_of(answer)
    cast.victims.refresh_from_db()
    assert cast.victims.duty_email == "permanence@maison-claire.example"


def test_one_in_the_database_goes_to_the_next_contact_and_to_somebodys_task(
    cast: Cast, mail_server: Server, alert: Alert
):
    Service.objects.filter(pk=cast.victims.pk).update(duty_email=BROKEN)
    notice = notice_of(alert)
    assert not work.work_off(notice.pk)
    notice.refresh_from_db()
    assert notice.reply.startswith("553")
    assert not mail_server.mailbox.offered
    assert rung_of(alert).due_at <= database_now()
    assert rung_of(alert, 2).due_at > database_now()

    assert work.work_off(Owed.objects.get(kind=OwedKind.ADDRESS).pk)
    [task] = tasks_of(cast.victims)
    assert "est refusée" in task
    told = Owed.objects.filter(kind=OwedKind.NOTICE, subject_id=cast.victims.pk)
    assert [each.addressee_id for each in told] == [cast.denis.pk]
    for bystander in (cast.programme, cast.police, cast.coordination, cast.elsewhere):
        assert tasks_of(bystander) == []


def test_a_worker_that_dies_over_a_refusal_leaves_it_to_be_told_at_the_next(
    cast: Cast, mail_server: Server, alert: Alert, monkeypatch
):
    Service.objects.filter(pk=cast.victims.pk).update(duty_email=BROKEN)
    notice = notice_of(alert)

    def dies(row: Owed) -> None:
        raise SystemExit

    with monkeypatch.context() as once:
        once.setattr(addresses, "hurry", dies)
        with pytest.raises(SystemExit):
            work.work_off(notice.pk)
    assert rung_of(alert).due_at > database_now()

    assert not work.work_off(due_again(notice).pk)
    assert rung_of(alert).due_at <= database_now()
    assert Owed.objects.filter(kind=OwedKind.ADDRESS).count() == 1
    for bystander in (cast.programme, cast.police, cast.coordination, cast.elsewhere):
        assert tasks_of(bystander) == []


def test_the_task_comes_once_a_day_however_many_notices_are_refused(cast: Cast, mail_server: Server):
    Service.objects.filter(pk=cast.victims.pk).update(duty_email=BROKEN)
    for _time in range(3):
        assert not work.work_off(notice_to(cast.victims).pk)
    assert Owed.objects.filter(kind=OwedKind.ADDRESS).count() == 1


def test_once_corrected_the_notice_leaves(cast: Cast, mail_server: Server, alert: Alert):
    Service.objects.filter(pk=cast.victims.pk).update(duty_email=BROKEN)
    notice = notice_of(alert)
    assert not work.work_off(notice.pk)
    Service.objects.filter(pk=cast.victims.pk).update(duty_email=cast.victims.duty_email)
    assert work.work_off(due_again(notice).pk)
    assert mail_server.mailbox.all()[-1].recipients == [cast.victims.duty_email]


def test_a_members_address_of_this_kind_goes_to_the_next_rung(cast: Cast, mail_server: Server, alert: Alert):
    assert work.work_off(due_again(rung_of(alert)).pk)
    type(cast.rita).objects.filter(pk=cast.rita.pk).update(email="rita@x.example\n")
    assert not work.work_off(Owed.objects.get(addressee_id=cast.rita.pk).pk)
    assert rung_of(alert, 2).due_at <= database_now()
    assert not Owed.objects.filter(kind=OwedKind.ADDRESS).exists()


# ---- Suspended meanwhile ----------------------------------------------------------------------------------------


def warned(alert: Alert, sender: Service) -> str:
    assert work.work_off(Owed.objects.get(kind=OwedKind.SUSPENDED, service=sender).pk)
    [task] = tasks_of(sender)
    return task


def test_before_its_notice_the_sender_is_told_at_once(cast: Cast, mail_server: Server, alert: Alert):
    suspend(cast.victims)
    assert work.work_off(notice_of(alert).pk)
    assert not mail_server.mailbox.offered
    task = warned(alert, cast.police)
    assert cast.victims.urgent_phone in task
    assert "suspendu" in task
    assert "112" in task
    for bystander in (cast.victims, cast.programme, cast.coordination, cast.elsewhere):
        assert tasks_of(bystander) == []
    page = text_of(get(cast.carla, "alerts:alert", alert.pk))
    assert "est suspendu" in page


def test_after_its_notice_too_at_the_first_rung(cast: Cast, mail_server: Server, alert: Alert):
    assert work.work_off(notice_of(alert).pk)
    suspend(cast.victims)
    assert work.work_off(due_again(rung_of(alert)).pk)
    assert work.work_off(due_again(rung_of(alert, 2)).pk)
    assert cast.victims.urgent_phone in warned(alert, cast.police)
    assert tasks_of(cast.victims) == []


def test_what_was_acknowledged_before_needs_no_call(cast: Cast, mail_server: Server, alert: Alert):
    assert work.work_off(notice_of(alert).pk)
    assert post(cast.ana, "alerts:acknowledge", alert.exchange_id).status_code == 302
    suspend(cast.victims)
    assert work.work_off(due_again(rung_of(alert)).pk)
    assert not Owed.objects.filter(kind=OwedKind.SUSPENDED).exists()
    assert "est suspendu" not in text_of(get(cast.carla, "alerts:alert", alert.pk))


def test_what_was_taken_back_before_needs_no_call(cast: Cast, mail_server: Server, alert: Alert):
    suspend(cast.victims)
    assert work.work_off(notice_of(alert).pk)
    with inside(cast.police):
        recall(actor=cast.actor(cast.carla), alert_id=alert.pk, because="Erreur.", at=database_now())
    assert work.work_off(Owed.objects.get(kind=OwedKind.SUSPENDED, service=cast.police).pk)
    assert tasks_of(cast.police) == []


def test_a_notice_to_a_member_of_a_suspended_service_leaves_nothing_behind(cast: Cast, mail_server: Server):
    Membership.objects.filter(user=cast.rita).update(ends_on=timezone.localdate())
    suspend(cast.victims)
    assert work.work_off(notice_to(cast.victims).pk)
    assert not mail_server.mailbox.offered
    assert not Owed.objects.filter(kind=OwedKind.SUSPENDED).exists()


# ---- No TLS where TLS is required -------------------------------------------------------------------------------


def test_a_server_without_tls_gets_nothing_where_tls_is_required(cast: Cast, mail_server: Server, settings):
    settings.EMAIL_USE_TLS = True
    row = notice_to(cast.victims)
    assert not work.work_off(row.pk)
    row.refresh_from_db()
    assert row.done_at is None
    assert row.reply == "TLS is required and the server offers none"
    assert not mail_server.mailbox.offered
    settings.EMAIL_USE_TLS = False
    assert work.work_off(due_again(row).pk)
