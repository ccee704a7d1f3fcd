"""By e-mail, to the duty address of a service or to one of its members: the channel that every service has."""

import smtplib
import ssl

from django.contrib.auth import get_user_model

from alerts import contacts, escalation
from alerts.channels.email.addresses import UnusableAddress, refused_for_good
from alerts.channels.email.certificates import sealing
from alerts.channels.email.rounds import Duty, current_round
from alerts.channels.email.sending import send_notice
from alerts.channels.shape import Passing, Permanent
from alerts.digests import take_along
from alerts.models import (
    Alert,
    AlertState,
    Disagreement,
    Emergency,
    Handling,
    MailCertificate,
    Owed,
    OwedKind,
)
from alerts.outbox import DoneByAnother
from assessment.models import Reading, SecondReading
from cases.models import Case
from pole.clock import database_now
from pole.tenancy.context import inside
from pole.tenancy.models import Membership, Service
from protocols.models import Exchange

KIND = OwedKind.NOTICE
# What a server has against greeting, sign-in or sender is our own relay's matter, not this message's: it passes.
OF_THE_MESSAGE = (smtplib.SMTPDataError,)
OPEN = (SecondReading.WANTED, SecondReading.SENT_BACK)


def is_used_by(service: Service) -> bool:
    return True


def deliver(row: Owed) -> str:
    """Send the notice a row owes, and with it what is gathered for the same address; the mail server's reply.

    Raises:
        alerts.outbox.DoneByAnother: another took it along.
    """
    rows = take_along(row)
    if not rows:
        raise DoneByAnother
    shared = current_round()
    duty = shared.duties.get(row.service_id) if shared and row.addressee_id is None else None
    if duty is None:
        with inside(row.service):
            if row.addressee_id and _is_settled(row):
                return "settled meanwhile"
            if not row.service.is_active:
                first, *_others = [_not_read_there(each) for each in rows]
                return first
            address = _address(row)
            certificate = sealing(row.service, address, database_now())
        if not address:
            return "no longer a member"
        duty = Duty(address, certificate.x509 if certificate else None)
        if shared and row.addressee_id is None:
            shared.duties[row.service_id] = duty
    try:
        return send_notice(
            owed_id=row.pk,
            address=duty.address,
            # What is gathered has no page of its own: the row leads to the board.
            subject_id=row.subject_id if len(rows) == 1 else row.pk,
            messages=len(rows),
            deadline_at=min((each.deadline_at for each in rows if each.deadline_at), default=None),
            certificate=duty.certificate,
            line=shared.line if shared else None,
        )
    except OSError as error:  # smtplib's errors are
        failure = Permanent if any(code >= 500 for code in _codes(error)) else Passing
        raise failure(_said(error)) from error


def refused(row: Owed) -> None:
    """The next contact at once, and for a duty address, somebody's task to correct it."""
    refused_for_good(row)


def _not_read_there(row: Owed) -> str:
    """The service was suspended since: a mail would ask somebody to sign in who can't. Its sender is told."""
    exchange = Exchange.objects.received_by(row.service_id).filter(pk=row.subject_id).first()
    if exchange:
        escalation.tell_sender(exchange)
        return "suspended: the sender is told"
    return "suspended"


def _codes(error: OSError) -> list[int]:
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        return [code for code, _text in error.recipients.values()]
    return [error.smtp_code] if isinstance(error, OF_THE_MESSAGE) else []


def _said(error: OSError) -> str:
    """The server's own words where it spoke; never an address, which may be a person's."""
    if isinstance(error, smtplib.SMTPResponseException):
        words = error.smtp_error
        return f"{error.smtp_code} {words.decode(errors='replace') if isinstance(words, bytes) else words}"
    if isinstance(error, UnusableAddress):
        return "553 not an address, offered to no server"
    if isinstance(error, ssl.SSLError):
        return f"TLS failed: {getattr(error, 'verify_message', error.reason)}"
    if isinstance(error, smtplib.SMTPNotSupportedError):
        return "TLS is required and the server offers none"
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        return f"{' '.join(sorted({str(code) for code in _codes(error)}))} recipient refused"
    return type(error).__name__


def _is_settled(row: Owed) -> bool:
    """Whether what a member was to be asked for is done: acknowledged, decided, concluded, read again and seen."""
    return (
        Handling.objects.filter(exchange_id=row.subject_id, acknowledged_at__isnull=False).exists()
        or Alert.objects.filter(pk=row.subject_id).exclude(state=AlertState.HELD).exists()
        or _is_followed(Case.objects.filter(pk=row.subject_id, review_due_at__gt=database_now()).first())
        or Disagreement.objects.filter(pk=row.subject_id, closed_at__isnull=False).exists()
        or Emergency.objects.filter(pk=row.subject_id, reviewed_at__isnull=False).exists()
        or MailCertificate.objects.filter(pk=row.subject_id, removed_at__isnull=False).exists()
        or Reading.objects.filter(pk=row.subject_id).exclude(second__in=OPEN).exists()
    )


def _is_followed(case: Case | None) -> bool:
    """Whether a case that was read again asks for nothing more: a day without a contact is told though no reading is
    due."""
    return case is not None and not contacts.is_missed(case, contacts.last_contact_of(case))


def _address(row: Owed) -> str:
    """The duty address, or that of a member who still is one."""
    if row.addressee_id is None:
        return row.service.duty_email
    member = Membership.objects.current().filter(user_id=row.addressee_id, service=row.service)
    user = (
        get_user_model().objects.filter(pk=row.addressee_id, is_active=True, memberships__in=member).first()
    )
    return user.email if user else ""
