"""Announce by e-mail that something waits."""

from django.contrib.auth import get_user_model

from alerts.certificates import sealing
from alerts.escalation import tell_sender
from alerts.mail import send_notice
from alerts.models import Alert, AlertState, Disagreement, Handling, MailCertificate, Owed
from assessment.models import Reading, SecondReading
from cases.models import Case
from pole.clock import database_now
from pole.tenancy.context import inside
from pole.tenancy.models import Membership
from protocols.models import Exchange

OPEN = (SecondReading.WANTED, SecondReading.SENT_BACK)


def notify(row: Owed) -> str:
    """Send the notice a row owes; the mail server is spoken to outside any transaction."""
    with inside(row.service):
        if row.addressee_id and _is_settled(row):
            return "settled meanwhile"
        if not row.service.is_active:
            return _not_read_there(row)
        address = _address(row)
        certificate = sealing(row.service, address, database_now())
    if not address:
        return "no longer a member"
    return send_notice(
        owed_id=row.pk,
        address=address,
        subject_id=row.subject_id,
        deadline_at=row.deadline_at,
        urgency=row.urgency,
        certificate=certificate.x509 if certificate else None,
    )


def _not_read_there(row: Owed) -> str:
    """The service was suspended since: a mail would ask somebody to sign in who can't. Its sender is told."""
    exchange = Exchange.objects.received_by(row.service.pk).filter(pk=row.subject_id).first()
    if exchange:
        tell_sender(exchange)
        return "suspended: the sender is told"
    return "suspended"


def _is_settled(row: Owed) -> bool:
    """Whether what a member was to be asked for is done: acknowledged, decided, concluded, read again."""
    return (
        Handling.objects.filter(exchange_id=row.subject_id, acknowledged_at__isnull=False).exists()
        or Alert.objects.filter(pk=row.subject_id).exclude(state=AlertState.HELD).exists()
        or Case.objects.filter(pk=row.subject_id, review_due_at__gt=database_now()).exists()
        or Disagreement.objects.filter(pk=row.subject_id, closed_at__isnull=False).exists()
        or MailCertificate.objects.filter(pk=row.subject_id, removed_at__isnull=False).exists()
        or Reading.objects.filter(pk=row.subject_id).exclude(second__in=OPEN).exists()
    )


def _address(row: Owed) -> str:
    """The duty address, or that of a member who still is one."""
    if row.addressee_id is None:
        return row.service.duty_email
    member = Membership.objects.current().filter(user_id=row.addressee_id, service=row.service)
    user = (
        get_user_model().objects.filter(pk=row.addressee_id, is_active=True, memberships__in=member).first()
    )
    return user.email if user else ""
