"""Work off one row of the outbox."""

import logging
import smtplib
import ssl
from collections.abc import Callable
from uuid import UUID

from django.db import close_old_connections, transaction

from alerts import (
    addresses,
    certificates,
    concluding,
    contacts,
    disagreements,
    escalation,
    notices,
    outbox,
    reviews,
    seconds,
    suspended,
)
from alerts.models import Owed, OwedKind
from alerts.reminders import remind
from alerts.situations import take_in

log = logging.getLogger("alerts.work")

# A mail can't be taken back, so it is sent first and settled after: at least once. What only writes is settled in
# its own transaction: once, whatever dies in between.
SPEAKS_OUTSIDE = {OwedKind.NOTICE}
PERFORM: dict[str, Callable[[Owed], str]] = {
    OwedKind.NOTICE: notices.notify,
    OwedKind.RUNG: escalation.climb,
    OwedKind.WATCH: escalation.warn_sender,
    OwedKind.DECIDE: escalation.ask_direction,
    OwedKind.REMINDER: remind,
    OwedKind.REVIEW: reviews.remind,
    OwedKind.REVIEW_LATE: reviews.escalate,
    OwedKind.CONTACT: contacts.remind,
    OwedKind.MEASURE_OVER: reviews.measure_over,
    OwedKind.SECOND: seconds.remind,
    OwedKind.LEVELS: take_in,
    OwedKind.DISAGREEMENT: disagreements.remind,
    OwedKind.CONCLUSION: concluding.take_in,
    OwedKind.CERTIFICATE: certificates.warn,
    OwedKind.ADDRESS: addresses.ask_for_correction,
    OwedKind.SUSPENDED: suspended.warn_sender,
}


def work_off(owed_id: UUID) -> bool:
    """Do one owed thing. False if there was nothing to do, or if it could not be done and stays owed.

    A second worker finds the lease; a second run finds `done_at`.
    """
    row = outbox.claim(owed_id)
    if row is None:
        return False
    try:
        if row.kind in SPEAKS_OUTSIDE:
            outbox.settle(row, PERFORM[row.kind](row))
        else:
            with transaction.atomic():
                outbox.settle(row, PERFORM[row.kind](row))
    except outbox.DoneByAnother:
        return False
    except Exception as error:  # whatever went wrong, the row stays owed and says why
        close_old_connections()
        outbox.put_back(row, _said(error))
        log.warning(
            "owed %s %s not done at attempt %s: %s", row.kind, row.pk, row.attempts, type(error).__name__
        )
        if isinstance(
            error, smtplib.SMTPRecipientsRefused | smtplib.SMTPSenderRefused | smtplib.SMTPDataError
        ):
            addresses.refused(row, error)
        return False
    return True


def _said(error: Exception) -> str:
    """The server's own words where it spoke; never an address, which may be a person's."""
    if isinstance(error, smtplib.SMTPResponseException):
        text = (
            error.smtp_error.decode(errors="replace")
            if isinstance(error.smtp_error, bytes)
            else error.smtp_error
        )
        return f"{error.smtp_code} {text}"
    if isinstance(error, addresses.UnusableAddress):
        return "553 not an address, offered to no server"
    if isinstance(error, ssl.SSLError):
        return f"TLS failed: {getattr(error, 'verify_message', error.reason)}"
    if isinstance(error, smtplib.SMTPNotSupportedError):
        return "TLS is required and the server offers none"
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        codes = sorted({str(code) for code, _ in error.recipients.values()})
        return f"{' '.join(codes)} recipient refused"
    return type(error).__name__
