"""Mail to a duty address is sealed for its certificate; one that does not serve is refused with the reason."""

from datetime import timedelta
from email import message_from_bytes, policy

import pytest
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import ExtendedKeyUsageOID
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from alerts import work
from alerts.channels.email import certificates
from alerts.channels.email.sending import message_id
from alerts.models import MailCertificate, Owed, OwedKind
from alerts.notices import notify_person
from cases.models import Task
from pole.audit.models import Event, Tag
from pole.clock import database_now
from pole.tenancy.context import inside
from pole.tenancy.models import Membership, Service
from pole.tenancy.permissions import Role
from tests.alerts.notices import notice_to
from tests.alerts.screens import get, post, queries_of, text_of, undefined_variables_fail
from tests.alerts.sealed import (
    Server,
    certificate,
    cipher_of,
    curve_key,
    mail_server,
    opened,
    pem,
    private_pem,
    rsa_key,
)
from tests.cast import Cast, posting, signed_in

pytestmark = pytest.mark.django_db
__all__ = ["mail_server", "undefined_variables_fail"]
ELSE = "quelqu-un@autre.example"


def upload(cast: Cast, data: bytes, *, who=None, service=None):
    file = SimpleUploadedFile("certificat.pem", data)
    url = reverse("mail:certificate", args=[(service or cast.victims).slug])
    return signed_in(Client(), who or cast.denis).post(url, posting(file=file))


def taken(cast: Cast, **fields) -> MailCertificate:
    with inside(cast.victims):
        return certificates.take_certificate(
            actor=cast.actor(cast.denis),
            data=pem(certificate(cast.victims.duty_email, **fields)),
            at=database_now(),
        )


def in_use(service: Service) -> list[MailCertificate]:
    with inside(service):
        return list(MailCertificate.objects.current().filter(service=service))


def tasks_of(service: Service) -> list[str]:
    with inside(service):
        return [task.text for task in Task.objects.filter(service=service)]


def the_day_comes(row: Owed) -> None:
    now = database_now()
    Owed.objects.filter(pk=row.pk).update(due_at=now, next_try_at=now)
    assert work.work_off(row.pk)


def told(service: Service, subject) -> list[str]:
    names = dict(Membership.objects.values_list("user_id", "user__name"))
    rows = Owed.objects.filter(kind=OwedKind.NOTICE, subject_id=subject.pk, service=service)
    return sorted(names[row.addressee_id] for row in rows)


# ---- What leaves ------------------------------------------------------------------------------------------------


def test_openssl_opens_what_left_and_finds_both_texts(cast: Cast, mail_server: Server, tmp_path):
    taken(cast)
    row = notice_to(cast.victims)
    assert work.work_off(row.pk)

    sealed = mail_server.last
    outside = message_from_bytes(sealed, policy=policy.default)
    assert outside["Message-ID"] == message_id(row.pk)
    assert outside["Subject"] == "Un message vous attend"
    assert outside["To"] == cast.victims.duty_email
    assert outside["Auto-Submitted"] == "auto-generated"
    assert outside.get_content_type() == "application/pkcs7-mime"
    assert b"/m/" not in sealed
    assert "aes-256-cbc" in cipher_of(sealed, tmp_path)

    found = message_from_bytes(opened(sealed, tmp_path), policy=policy.default)
    assert found.get_content_type() == "multipart/alternative"
    link = reverse("from_mail", args=[row.subject_id])
    assert link in found.get_body(("plain",)).get_content()
    assert link in found.get_body(("html",)).get_content()


def test_it_can_not_be_opened_with_another_key(cast: Cast, mail_server: Server, tmp_path):
    taken(cast)
    assert work.work_off(notice_to(cast.victims).pk)
    sealed = mail_server.last
    with pytest.raises(Exception, match="openssl"):
        opened(sealed, tmp_path, key=rsa_key(2049))


def test_nobody_elses_mail_is_sealed_for_it(cast: Cast, mail_server: Server):
    taken(cast)
    assert work.work_off(notice_to(cast.programme).pk)
    assert b"multipart/alternative" in mail_server.last
    with inside(cast.victims):
        notify_person(service=cast.victims, user_id=cast.ana.pk, subject_id=cast.ana.pk, step=0)
    assert work.work_off(Owed.objects.get(addressee_id=cast.ana.pk).pk)
    assert b"multipart/alternative" in mail_server.last


@pytest.mark.parametrize("why", ["expired", "address changed", "removed"])
def test_a_certificate_that_no_longer_serves_holds_nothing_back(cast: Cast, mail_server: Server, why: str):
    row = taken(cast)
    with inside(cast.victims):
        if why == "expired":
            MailCertificate.objects.filter(pk=row.pk).update(valid_until=database_now())
        elif why == "removed":
            certificates.remove_certificate(
                actor=cast.actor(cast.denis), certificate_id=row.pk, at=database_now()
            )
    if why == "address changed":
        Service.objects.filter(pk=cast.victims.pk).update(duty_email="nouvelle@maison-claire.example")
    assert work.work_off(notice_to(cast.victims).pk)
    assert b"multipart/alternative" in mail_server.last


# ---- What is taken in -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("encoding", [Encoding.PEM, Encoding.DER])
@pytest.mark.parametrize(
    "fields",
    [
        {},
        {"in_subject": True},
        {"encipherment": None, "purpose": None},
        {"purpose": ExtendedKeyUsageOID.ANY_EXTENDED_KEY_USAGE},
    ],
)
def test_a_certificate_that_serves_is_taken(cast: Cast, encoding, fields):
    data = certificate(cast.victims.duty_email.upper(), **fields).public_bytes(encoding)
    assert upload(cast, data).status_code == 302
    [row] = in_use(cast.victims)
    assert row.email == cast.victims.duty_email
    assert in_use(cast.programme) == []
    with inside(cast.victims):
        assert Event.objects.filter(tag=Tag.CERTIFICATE_CHANGED, subject_id=row.pk).count() == 1


BAD = {
    "somebody else's": (lambda ours: pem(certificate(ELSE)), f"celui de {ELSE}, pas celui de l’adresse"),
    "nobody's": (lambda ours: pem(certificate("")), "ne porte aucune adresse e-mail"),
    "expired": (lambda ours: pem(certificate(ours, until=timedelta(hours=-1))), "a expiré le"),
    "not yet": (lambda ours: pem(certificate(ours, since=timedelta(hours=1))), "pas valable avant le"),
    "curve": (lambda ours: pem(certificate(ours, key=curve_key())), "clé RSA d’au moins 2048 bits"),
    "short": (lambda ours: pem(certificate(ours, key=rsa_key(1024))), "clé RSA d’au moins 2048 bits"),
    "signing only": (lambda ours: pem(certificate(ours, encipherment=False)), "ne sert pas à chiffrer"),
    "of a web site": (
        lambda ours: pem(certificate(ours, purpose=ExtendedKeyUsageOID.SERVER_AUTH)),
        "ne sert pas à chiffrer",
    ),
    "with its key": (lambda ours: pem(certificate(ours)) + private_pem(rsa_key()), "contient une clé privée"),
    "text": (lambda ours: b"bonjour", "n’est pas un certificat"),
    "broken": (lambda ours: pem(certificate(ours))[:-60], "n’est pas un certificat"),
    "empty": (lambda ours: b"", "Ce fichier est vide"),
    "big": (lambda ours: b"0" * (64 * 1024 + 1), "trop gros"),
}


@pytest.mark.parametrize("bad", BAD)
def test_one_that_does_not_is_refused_with_the_reason(cast: Cast, bad: str):
    before = taken(cast)
    data, reason = BAD[bad]
    answer = upload(cast, data(cast.victims.duty_email))
    assert answer.status_code == 422
    assert reason in text_of(answer)
    assert [row.pk for row in in_use(cast.victims)] == [before.pk]


def test_a_new_one_replaces_the_one_before(cast: Cast):
    before = taken(cast)
    after = taken(cast, until=timedelta(days=700))
    assert [row.pk for row in in_use(cast.victims)] == [after.pk]
    with inside(cast.victims):
        assert MailCertificate.objects.filter(pk=before.pk, removed_at__isnull=False).exists()


@pytest.mark.parametrize("who", ["ana", "rita", "olga"])
def test_only_the_direction_changes_it_and_all_see_it(cast: Cast, who: str):
    row, user = taken(cast), getattr(cast, who)
    assert upload(cast, b"", who=user).status_code == 403
    assert post(user, "mail:certificate_remove", row.pk).status_code == 403
    page = text_of(get(user, "mail:state"))
    assert "partent chiffrés" in page
    assert "Utiliser ce certificat" not in page


def test_a_stranger_finds_nothing(cast: Cast):
    row = taken(cast)
    assert get(cast.dora, "mail:state", service=cast.victims).status_code == 404
    assert post(cast.dina, "mail:certificate_remove", row.pk).status_code == 404
    assert get(cast.dina, "mail:certificate_remove", row.pk).status_code == 404
    assert upload(cast, pem(certificate(cast.victims.duty_email)), who=cast.dina).status_code == 404
    assert [each.pk for each in in_use(cast.victims)] == [row.pk]


def test_the_direction_removes_it(cast: Cast):
    row = taken(cast)
    asked = get(cast.denis, "mail:certificate_remove", row.pk)
    assert (asked.status_code, cast.victims.duty_email in text_of(asked)) == (200, True)
    assert in_use(cast.victims) != [], "asked once more, nothing is done yet"
    assert post(cast.denis, "mail:certificate_remove", row.pk).status_code == 302
    assert in_use(cast.victims) == []
    assert "Pas de certificat" in text_of(get(cast.denis, "mail:state"))


# ---- Its end is watched -----------------------------------------------------------------------------------------


def test_direction_and_coordination_are_told_30_and_7_days_before_and_at_the_end(cast: Cast):
    Membership.objects.filter(user=cast.eli).update(role=Role.COORDINATION)
    row = taken(cast, until=timedelta(days=60))
    owed = list(Owed.objects.filter(kind=OwedKind.CERTIFICATE, subject_id=row.pk).order_by("due_at"))
    assert [each.step for each in owed] == [30, 7, 0]
    days = [(timezone.localdate(row.valid_until) - timezone.localdate(each.due_at)).days for each in owed]
    assert days == [30, 7, 0]

    the_day_comes(owed[0])
    assert told(cast.victims, row) == ["Denis", "Eli"]
    assert tasks_of(cast.victims) == []
    the_day_comes(owed[2])
    assert told(cast.victims, row) == ["Denis", "Denis", "Eli", "Eli"]
    assert ["certificat" in text for text in tasks_of(cast.victims)] == [True]
    assert not Owed.objects.filter(kind=OwedKind.NOTICE, service=cast.programme).exists()


def test_with_nobody_to_tell_it_is_a_task(cast: Cast):
    row = taken(cast, until=timedelta(days=60))
    Membership.objects.filter(user=cast.denis).update(ends_on=timezone.localdate())
    the_day_comes(Owed.objects.get(kind=OwedKind.CERTIFICATE, subject_id=row.pk, step=30))
    assert len(tasks_of(cast.victims)) == 1


def test_of_one_that_was_replaced_nobody_hears(cast: Cast):
    row = taken(cast, until=timedelta(days=60))
    taken(cast)
    the_day_comes(Owed.objects.get(kind=OwedKind.CERTIFICATE, subject_id=row.pk, step=7))
    assert told(cast.victims, row) == []


def test_the_mail_about_it_leads_to_its_page(cast: Cast):
    row = taken(cast)
    link = reverse("from_mail", args=[row.pk])
    answer = signed_in(Client(), cast.denis).get(link)
    assert answer["Location"] == reverse("mail:state", args=[cast.victims.slug])
    assert signed_in(Client(), cast.dina).get(link).status_code == 404


@pytest.mark.parametrize(
    ("until", "sentence"),
    [
        (timedelta(days=31), ""),
        (timedelta(days=29), "prend fin le"),
        (timedelta(0), "Le certificat a expiré"),
    ],
)
def test_the_services_page_says_so(cast: Cast, until: timedelta, sentence: str):
    row = taken(cast)
    with inside(cast.victims):
        MailCertificate.objects.filter(pk=row.pk).update(valid_until=database_now() + until)
    for page in ("desk:service", "mail:state"):
        text = text_of(get(cast.ana, page))
        assert ("banner-attention" in text) is bool(sentence)
        assert sentence in text
    assert "banner-attention" not in text_of(get(cast.bruno, "desk:service"))


def test_whoever_changes_the_duty_address_is_told_that_the_certificate_is_of_another(cast: Cast):
    taken(cast)
    client, url = signed_in(Client(), cast.denis), reverse("desk:contacts", args=[cast.victims.slug])
    contacts = {"name": "Maison Claire", "urgent_phone": "04 000 00 00"}
    same = client.post(url, posting(**contacts, duty_email=cast.victims.duty_email), follow=True)
    assert "ancienne adresse" not in text_of(same)
    other = client.post(url, posting(**contacts, duty_email="nouvelle@maison-claire.example"), follow=True)
    assert "ancienne adresse" in text_of(other)
    assert "Le certificat n’est pas celui" in text_of(other)


def test_the_page_asks_little(cast: Cast):
    taken(cast)
    assert len(queries_of(cast.denis, "mail:state")) <= 15
