"""An alert's notice through Debian's own postfix, over TLS alone; read back, and opened with OpenSSL."""

from email import message_from_bytes, policy
from pathlib import Path
from typing import Any

import pytest
from django.urls import reverse

from alerts import work
from alerts.channels.email import certificates
from alerts.channels.email.reports import take_in_all
from alerts.channels.email.sending import message_id
from alerts.factories import finalised
from alerts.models import Alert, MailReport, Owed, OwedKind
from assessment.factories import LEVEL_4
from pole.clock import database_now
from pole.tenancy.context import inside
from pole.tenancy.models import Service
from tests.alerts.notices import notice_of, notice_to
from tests.alerts.screens import in_force
from tests.alerts.sealed import certificate, mail_server, opened, pem
from tests.cast import Cast
from tests.postfix.instance import Postfix
from tests.running import eventually

pytestmark = [pytest.mark.django_db, pytest.mark.postfix]
__all__ = ["in_force", "mail_server"]


@pytest.fixture(autouse=True)
def one_transaction(monkeypatch: pytest.MonkeyPatch) -> None:
    """Django drops a connection that is inside a transaction, which here is the test's own."""
    monkeypatch.setattr(work, "close_old_connections", lambda: None)


@pytest.fixture
def alert(cast: Cast, in_force: Any) -> Alert:
    [alert] = finalised(cast.actor(cast.carla), LEVEL_4, at=database_now())
    return alert


def delivered(postfix: Postfix, name: str) -> bytes:
    """The mail of this Message-ID in the duty address's box."""
    found: bytes = eventually(
        lambda: next((raw for raw in postfix.mails("claire") if name.encode() in raw), None), within=20
    )
    return found


def test_the_notice_is_delivered_over_tls_and_says_by_when(cast: Cast, over_tls: Postfix, alert: Alert):
    notice = notice_of(alert)
    assert work.work_off(notice.pk)
    notice.refresh_from_db()
    assert notice.reply.startswith("250 2.0.0 Ok: queued as")

    raw = delivered(over_tls, message_id(notice.pk))
    mail = message_from_bytes(raw, policy=policy.default)
    assert "with ESMTPS" in mail["Received"]
    assert "using TLSv1." in mail["Received"]
    assert mail["Delivered-To"] == cast.victims.duty_email
    assert reverse("from_mail", args=[alert.exchange_id]) in mail.get_body(("plain",)).get_content()


def test_sealed_it_arrives_sealed_and_openssl_opens_it(
    cast: Cast, over_tls: Postfix, alert: Alert, tmp_path: Path
):
    with inside(cast.victims):
        certificates.take_certificate(
            actor=cast.actor(cast.denis), data=pem(certificate(cast.victims.duty_email)), at=database_now()
        )
    notice = notice_of(alert)
    assert work.work_off(notice.pk)

    raw = delivered(over_tls, message_id(notice.pk))
    link = reverse("from_mail", args=[alert.exchange_id])
    assert link.encode() not in raw
    found = message_from_bytes(opened(raw, tmp_path), policy=policy.default)
    assert link in found.get_body(("plain",)).get_content()
    assert link in found.get_body(("html",)).get_content()


def test_a_server_that_wants_tls_gets_nothing_in_clear(cast: Cast, over_tls: Postfix, settings: Any):
    settings.EMAIL_USE_TLS = False
    row = notice_to(cast.victims)
    assert not work.work_off(row.pk)
    row.refresh_from_db()
    assert row.done_at is None
    assert "Must issue a STARTTLS command first" in row.reply


@pytest.mark.parametrize(
    ("host", "authority", "why"),
    [("localhost", "", "self-signed certificate"), ("127.0.0.1", "known", "IP address mismatch")],
)
def test_one_that_can_not_say_who_it_is_gets_nothing(
    cast: Cast, over_tls: Postfix, settings: Any, host: str, authority: str, why: str
):
    settings.EMAIL_HOST, settings.EMAIL_CA = host, authority and settings.EMAIL_CA
    row = notice_to(cast.victims)
    assert not work.work_off(row.pk)
    row.refresh_from_db()
    assert row.reply.startswith("TLS failed: ")
    assert why in row.reply
    assert not [raw for raw in over_tls.mails("claire") if str(row.pk).encode() in raw]


# ---- What postfix reports after it took a notice ------------------------------------------------------------------


@pytest.fixture
def reporting(over_tls: Postfix, settings: Any) -> Postfix:
    """Reports come back to a box of the same postfix, which is read as it stands."""
    settings.MAIL_RETURN = "retours@pole.example"
    settings.MAIL_REPORTS = str(over_tls.box("retours"))
    return over_tls


def reported(row: Owed) -> MailReport:
    def found() -> MailReport | None:
        take_in_all()
        return MailReport.objects.filter(owed=row).first()

    return eventually(found, within=20)


def test_it_reports_that_the_box_has_it(cast: Cast, reporting: Postfix, alert: Alert):
    notice = notice_of(alert)
    assert work.work_off(notice.pk)
    report = reported(notice)
    assert (report.outcome, report.status) == ("delivered", "2.0.0")
    mail = message_from_bytes(delivered(reporting, message_id(notice.pk)), policy=policy.default)
    assert mail["From"] == "pole@pole.example"
    assert mail["Return-Path"] == "<retours@pole.example>"


def test_a_box_that_does_not_exist_goes_to_the_next_contact(cast: Cast, reporting: Postfix, alert: Alert):
    Service.objects.filter(pk=cast.victims.pk).update(duty_email="personne@maison-claire.example")
    notice = notice_of(alert)
    assert work.work_off(notice.pk)  # it said 250, and finds out later
    rung = Owed.objects.get(kind=OwedKind.RUNG, subject_id=alert.exchange_id, step=1)
    assert rung.due_at > database_now()

    report = reported(notice)
    assert (report.outcome, report.status) == ("failed", "5.1.1")
    rung.refresh_from_db()
    assert rung.due_at <= database_now()
    assert Owed.objects.filter(kind=OwedKind.ADDRESS, service=cast.victims).exists()
    assert not Owed.objects.filter(kind=OwedKind.ADDRESS).exclude(service=cast.victims).exists()
