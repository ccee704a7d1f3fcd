"""The certificate of a service's duty address: taken in, watched until it ends, removed.

An expired certificate, or one of an address that is no longer the duty's, does not hold a notice back: the mail then
leaves unsealed. It names nobody and says nothing of anybody, with or without a certificate, so sealing it protects
little, while a notice that stays behind leaves an alert without a reader. A person of the service is told each time
that its mail is about to leave, or leaves, unsealed.
"""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from uuid import UUID

from cryptography.hazmat.primitives.serialization import Encoding
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from alerts import outbox
from alerts.channels.email.smime import fingerprint, read_certificate
from alerts.models import MailCertificate, Owed, OwedKind
from alerts.notices import ask_a_human, notify_role
from pole.audit.models import Tag, record
from pole.calendar import BRUSSELS
from pole.tenancy.actor import Actor
from pole.tenancy.context import inside
from pole.tenancy.models import Service
from pole.tenancy.permissions import Perm, Role

WARNED_BEFORE = (30, 7)
"""Days. A certificate is asked for, paid and checked by people: it takes weeks."""
MORNING = time(9)
TOLD = (Role.DIRECTION, Role.COORDINATION)


@transaction.atomic
def take_certificate(*, actor: Actor, data: bytes, at: datetime) -> MailCertificate:
    """Seal the duty mail for this certificate from now on; the one before is put aside.

    Raises:
        alerts.channels.email.smime.CertificateRefused: why it does not serve.
    """
    actor.require(Perm.MEMBERS_MANAGE)
    service = Service.objects.select_for_update().get(pk=actor.service_id)
    certificate = read_certificate(data, address=service.duty_email, at=at)
    _put_aside(service, at)
    taken = MailCertificate.objects.create(
        service=service,
        pem=certificate.public_bytes(Encoding.PEM).decode(),
        email=service.duty_email.lower(),
        fingerprint=fingerprint(certificate),
        valid_until=certificate.not_valid_after_utc,
        uploaded_at=at,
        uploaded_by_id=actor.person_id,
    )
    _owe_warnings(taken, at)
    record(actor=actor, tag=Tag.CERTIFICATE_CHANGED, subject_id=taken.pk, what="taken")
    return taken


@transaction.atomic
def remove_certificate(*, actor: Actor, certificate_id: UUID, at: datetime) -> None:
    """The duty mail leaves unsealed from now on.

    Raises:
        MailCertificate.DoesNotExist: not the one in use here.
    """
    actor.require(Perm.MEMBERS_MANAGE)
    MailCertificate.objects.current().get(pk=certificate_id, service=actor.service)
    _put_aside(actor.service, at)
    record(actor=actor, tag=Tag.CERTIFICATE_CHANGED, subject_id=certificate_id, what="removed")


def current(service: Service) -> MailCertificate | None:
    """The certificate in use, whether or not it still serves. In the service's space."""
    return MailCertificate.objects.current().filter(service=service).first()


def sealing(service: Service, address: str, at: datetime) -> MailCertificate | None:
    """The one that mail to an address is sealed for now; None: it leaves unsealed. In the service's space."""
    found = current(service)
    return found if found and found.serves(address, at) else None


@dataclass(frozen=True, slots=True)
class CertificateState:
    """The certificate in use, and what a person must know of it: the gravest counts.

    `days_left` is None when its end is not near.
    """

    row: MailCertificate
    is_of_another: bool
    has_ended: bool
    days_left: int | None

    @property
    def serves(self) -> bool:
        return not (self.is_of_another or self.has_ended)


def state_of(service: Service, *, at: datetime) -> CertificateState | None:
    """None: no certificate is in use. In the service's space."""
    found = MailCertificate.objects.current().filter(service=service).select_related("uploaded_by").first()
    if found is None:
        return None
    left = (timezone.localdate(found.valid_until) - timezone.localdate(at)).days
    return CertificateState(
        row=found,
        is_of_another=not found.is_of(service.duty_email),
        has_ended=found.valid_until <= at,
        days_left=left if left <= WARNED_BEFORE[0] else None,
    )


def warn(row: Owed) -> str:
    """Before the end and on it: direction and coordination are told; at the end, a task besides."""
    with inside(row.service) as service:
        found = current(service)
        if found is None or found.pk != row.subject_id:
            return "replaced or removed"
        told = sum(
            notify_role(
                service=service,
                role=role,
                subject_id=found.pk,
                step=row.step,
                urgency="",
                deadline_at=found.valid_until if row.step else None,
            )
            for role in TOLD
        )
        if row.step == 0 or not told:
            ask_a_human(service, _sentence(found))
        return f"told {told}"


def _sentence(certificate: MailCertificate) -> str:
    return _(
        "The certificate of the duty e-mail ends on %(day)s: after that, its e-mail leaves unencrypted. "
        "Ask for a new one and add it under Service, E-mail."
    ) % {"day": f"{timezone.localtime(certificate.valid_until):%d/%m/%Y}"}


def _owe_warnings(certificate: MailCertificate, at: datetime) -> None:
    """What is past when it is uploaded stands on the page, before the eyes of whoever uploaded it."""
    ends_on: date = timezone.localdate(certificate.valid_until)
    dues = {
        days: datetime.combine(ends_on - timedelta(days=days), MORNING, BRUSSELS) for days in WARNED_BEFORE
    }
    for step, due_at in (dues | {0: certificate.valid_until}).items():
        if due_at >= at:
            outbox.owe(
                service=certificate.service,
                kind=OwedKind.CERTIFICATE,
                subject_id=certificate.pk,
                step=step,
                due_at=due_at,
            )


def _put_aside(service: Service, at: datetime) -> None:
    MailCertificate.objects.current().filter(service=service).update(removed_at=at)
