"""Delivery reports: what they say of our notices is believed, what anybody else writes changes nothing."""

from contextlib import suppress
from pathlib import Path
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from alerts import work
from alerts.channels.email.bounces import MOST_BYTES, NoReport, Report, Unknown, read_report
from alerts.channels.email.reports import take_in_all
from alerts.factories import finalised
from alerts.models import Alert, MailReport, MailTally, Owed, OwedKind
from assessment.factories import LEVEL_4
from cases.models import Task
from pole.clock import database_now
from pole.tenancy.context import inside
from pole.tenancy.models import Service
from tests.alerts.notices import notice_of, notice_to
from tests.alerts.returned import DOMAIN, OURS, report
from tests.alerts.screens import get, in_force, queries_of, text_of, undefined_variables_fail
from tests.alerts.sealed import Server, mail_server
from tests.cast import Cast

__all__ = ["in_force", "mail_server", "undefined_variables_fail"]
# ---- Read -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("returned", ["text/rfc822-headers", "message/rfc822"])
@pytest.mark.parametrize("action", ["failed", "delayed", "delivered", "Failed (of course)"])
def test_what_it_is_about_and_what_it_says(returned: str, action: str):
    found = read_report(report(action=action, returned=returned), domain=DOMAIN)
    assert found == Report(OURS, action.split(maxsplit=1)[0].lower(), "5.1.1")


def test_by_the_envelope_id_where_nothing_is_returned():
    raw = report("none", envelope=OURS)
    assert read_report(raw, domain=DOMAIN).owed_id == OURS


@pytest.mark.parametrize(
    "raw",
    [
        report("somebody-elses"),
        report(domain="ailleurs.example"),
        report(domain="pole-example"),
        report(OURS, envelope=uuid4()),
    ],
    ids=["no id", "another's domain", "a domain that looks like ours", "two ids"],
)
def test_one_that_names_no_message_of_ours_or_two_is_unknown(raw: bytes):
    with pytest.raises(Unknown):
        read_report(raw, domain=DOMAIN)


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"\0\xff" * 99,
        b"Subject: Absent\n\nDe retour lundi.",
        report(action="relayed"),
        report(action=""),
        report().replace(b"delivery-status;", b"disposition-notification;"),
        report().replace(b"message/delivery-status", b"text/plain"),
        report().replace(b"--b\n", b""),
        b"Content-Type: multipart/report; report-type=delivery-status; boundary=b\n\n--b\n"
        b"Content-Type: message/delivery-status\nContent-Transfer-Encoding: base64\n\n!!!\n--b--\n",
        b"Content-Type: multipart/mixed; boundary=x\n\n" + b"--x\nContent-Type: message/rfc822\n\n" * 5000,
    ],
)
def test_a_mail_that_is_none_is_told_apart(raw: bytes):
    with pytest.raises(NoReport):
        read_report(raw, domain=DOMAIN)


def test_no_more_than_so_much_is_read():
    raw = report().replace(b"I'm sorry.", b"x" * MOST_BYTES)
    with pytest.raises(NoReport):
        read_report(raw, domain=DOMAIN)


@given(st.binary(max_size=400), st.integers(0, 900))
def test_nothing_that_is_sent_breaks_it(noise: bytes, at: int):
    raw = report()
    with suppress(NoReport, Unknown):
        read_report(raw[:at] + noise + raw[at + len(noise) :], domain=DOMAIN)


# ---- Taken in ---------------------------------------------------------------------------------------------------


@pytest.fixture
def maildir(tmp_path: Path, settings) -> Path:
    for folder in ("new", "cur", "tmp"):
        (tmp_path / "returned" / folder).mkdir(parents=True)
    settings.MAIL_REPORTS = str(tmp_path / "returned")
    return tmp_path / "returned"


@pytest.fixture
def alert(cast: Cast, in_force, mail_server: Server, maildir: Path) -> Alert:
    """A red one, from the police to the victim service; its notice was taken by the mail server."""
    [alert] = finalised(cast.actor(cast.carla), LEVEL_4, at=database_now())
    assert work.work_off(notice_of(alert).pk)
    return alert


def arrives(maildir: Path, *mails: bytes) -> dict[str, int]:
    for mail in mails:
        (maildir / "new" / f"{uuid4()}.mx").write_bytes(mail)
    return dict(take_in_all())


def rung(alert: Alert, step: int = 1) -> Owed:
    return Owed.objects.get(kind=OwedKind.RUNG, subject_id=alert.exchange_id, step=step)


def tasks_of(service: Service) -> list[str]:
    with inside(service):
        return [task.text for task in Task.objects.filter(service=service)]


@pytest.mark.django_db
def test_a_failure_goes_to_the_next_contact_and_to_somebodys_task(cast: Cast, alert: Alert, maildir: Path):
    row = notice_of(alert)
    assert rung(alert).due_at > database_now()
    assert arrives(maildir, report(row.pk)) == {"reports": 1}
    assert rung(alert).due_at <= database_now()
    assert rung(alert, 2).due_at > database_now()
    assert MailReport.objects.get().status == "5.1.1"
    assert list((maildir / "new").iterdir()) == list((maildir / "cur").iterdir()) == []

    assert work.work_off(Owed.objects.get(kind=OwedKind.ADDRESS).pk)
    assert ["est refusée" in text for text in tasks_of(cast.victims)] == [True]
    for bystander in (cast.programme, cast.police, cast.coordination, cast.elsewhere):
        assert tasks_of(bystander) == []


@pytest.mark.django_db
@pytest.mark.parametrize("action", ["delayed", "delivered"])
def test_the_others_are_kept_and_set_nothing_off(cast: Cast, alert: Alert, maildir: Path, action: str):
    owed = Owed.objects.count()
    assert arrives(maildir, report(notice_of(alert).pk, action)) == {"reports": 1}
    assert MailReport.objects.get().outcome == action
    assert rung(alert).due_at > database_now()
    assert Owed.objects.count() == owed


@pytest.mark.django_db
def test_the_same_report_again_changes_nothing(cast: Cast, alert: Alert, maildir: Path):
    raw, row = report(notice_of(alert).pk), notice_of(alert)
    arrives(maildir, raw)
    later = database_now().replace(year=database_now().year + 1)
    Owed.objects.filter(pk=rung(alert).pk).update(due_at=later)
    assert arrives(maildir, raw, report(row.pk, envelope=row.pk)) == {"reports": 2}
    assert MailReport.objects.count() == 1
    assert rung(alert).due_at == later


@pytest.mark.django_db
def test_forged_ones_change_nothing_and_are_counted(cast: Cast, alert: Alert, maildir: Path):
    before = list(Owed.objects.order_by("pk").values())
    no_notice = rung(alert).pk
    forged = [report(uuid4()), report(no_notice), report(alert.pk), report(alert.exchange_id)]
    assert arrives(maildir, *forged, b"Subject: Absent\n\nDe retour lundi.") == {"unknown": 4, "others": 1}
    assert list(Owed.objects.order_by("pk").values()) == before
    assert not MailReport.objects.exists()
    tally = MailTally.objects.get()
    assert (tally.reports, tally.unknown, tally.others) == (0, 4, 1)
    assert len(list((maildir / "cur").iterdir())) == 5  # left to a person
    assert arrives(maildir) == {}


@pytest.mark.django_db
def test_a_notice_that_no_server_was_offered_has_no_report(cast: Cast, in_force, maildir: Path):
    [alert] = finalised(cast.actor(cast.carla), LEVEL_4, at=database_now())
    assert arrives(maildir, report(notice_of(alert).pk)) == {"unknown": 1}


@pytest.mark.django_db
def test_a_link_in_the_maildir_is_not_followed(cast: Cast, maildir: Path, tmp_path: Path):
    (tmp_path / "elsewhere").write_bytes(report())
    (maildir / "new" / "link").symlink_to(tmp_path / "elsewhere")
    assert arrives(maildir) == {}


@pytest.mark.django_db
def test_without_the_folder_it_says_so_and_goes_on(cast: Cast, settings, caplog):
    settings.MAIL_REPORTS = "/nowhere"
    assert take_in_all() == {}
    assert "can't be read" in caplog.text


# ---- Shown ------------------------------------------------------------------------------------------------------


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("action", "words"),
    [
        ("delivered", "remis dans la boîte"),
        ("delayed", "le serveur de messagerie essaie encore"),
        ("failed", "le serveur de messagerie a renoncé"),
    ],
)
def test_sender_and_recipient_see_what_became_of_it(
    cast: Cast, alert: Alert, maildir: Path, action: str, words: str
):
    before = text_of(get(cast.carla, "alerts:alert", alert.pk))
    assert "pris par le serveur de messagerie" in before
    assert words not in before
    arrives(maildir, report(notice_of(alert).pk, action))
    assert words in text_of(get(cast.carla, "alerts:alert", alert.pk))
    assert words in text_of(get(cast.denis, "mail:state"))
    assert words not in text_of(get(cast.dina, "mail:state"))


@pytest.mark.django_db
def test_the_direction_sees_that_its_address_is_refused(cast: Cast, alert: Alert, maildir: Path):
    assert "ne prend pas les e-mails" not in text_of(get(cast.denis, "mail:state"))
    arrives(maildir, report(notice_of(alert).pk))
    assert "ne prend pas les e-mails" in text_of(get(cast.denis, "mail:state"))
    assert "ne prend pas les e-mails" not in text_of(get(cast.dina, "mail:state"))


@pytest.mark.django_db
def test_the_page_asks_as_much_with_thirty_notices_as_with_three(cast: Cast, alert: Alert, maildir: Path):
    for _each in range(3):
        notice_to(cast.victims)
    few = queries_of(cast.denis, "mail:state")
    for _each in range(30):
        arrives(maildir, report(tried(notice_to(cast.victims)).pk))
    many = queries_of(cast.denis, "mail:state")
    assert len(few) == len(many) <= 15


def tried(row: Owed) -> Owed:
    Owed.objects.filter(pk=row.pk).update(attempts=1)
    return row
