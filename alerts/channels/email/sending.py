"""The e-mail: something waits, by when, and where to sign in. No personal data, nothing that means anything outside."""

import smtplib
from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from cryptography.x509 import Certificate
from django.conf import settings
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation

from alerts.channels.email.addresses import insist_on_usable
from alerts.channels.email.smime import SealedMessage
from pole.smtp import Backend


class RecordingSMTP(smtplib.SMTP):
    """Keeps what the server answered to the message: it is the proof of hand-over.

    With an `envelope_id`, a server that can is asked to report what becomes of the message (RFC 3461).
    """

    last_reply = ""
    envelope_id = ""

    def sendmail(
        self,
        from_addr: str,
        to_addrs: str | Sequence[str],
        msg: Any,
        mail_options: Sequence[str] = (),
        rcpt_options: Sequence[str] = (),
    ) -> dict[str, tuple[int, bytes]]:
        self.ehlo_or_helo_if_needed()
        if self.envelope_id and self.has_extn("dsn"):
            mail_options = [*mail_options, "RET=HDRS", f"ENVID={self.envelope_id}"]
            rcpt_options = [*rcpt_options, "NOTIFY=SUCCESS,FAILURE,DELAY"]
        return super().sendmail(from_addr, to_addrs, msg, mail_options, rcpt_options)

    def data(self, msg: Any) -> tuple[int, bytes]:
        code, text = super().data(msg)
        self.last_reply = f"{code} {text.decode(errors='replace')}"
        return code, text


class RecordingSMTPOverTLS(RecordingSMTP, smtplib.SMTP_SSL):
    """The same, where the server speaks TLS from the first byte."""


class RecordingBackend(Backend):
    """The SMTP backend, with the recorded conversation."""

    @property
    def connection_class(self) -> type[smtplib.SMTP]:
        return RecordingSMTPOverTLS if self.use_ssl else RecordingSMTP


class KeptLine(RecordingBackend):
    """The same over one connection for several mails, opened for the first. A failure closes it."""

    def __exit__(self, kind: type[BaseException] | None, error: object, trace: object) -> None:
        if kind is not None:
            self.close()


def send_notice(
    *,
    owed_id: UUID,
    address: str,
    subject_id: UUID,
    deadline_at: datetime | None,
    messages: int = 1,
    certificate: Certificate | None = None,
    line: RecordingBackend | None = None,
) -> str:
    """Announce one thing to one address, sealed for a certificate if there is one; returns the server's reply.

    Args:
        messages: how many things, where several are announced at once; `deadline_at` is then the first of theirs.
        line: a connection that is kept for several mails; a failure closes it.

    The Message-ID depends on the outbox row alone, so that a second sending is recognised as the same.

    Raises:
        UnusableAddress: offered to no server.
        smtplib.SMTPException, OSError: not accepted, or not known to be.
    """
    insist_on_usable(address)
    context = {
        "link": settings.BASE_URL + reverse("from_mail", args=[subject_id]),
        "deadline_at": deadline_at,
        "messages": messages,
    }
    with translation.override(settings.LANGUAGE_CODE):
        subject = render_to_string("alerts/email/notice/subject.txt", context).strip()
        text = render_to_string("alerts/email/notice/body.txt", context)
        html = render_to_string("alerts/email/notice/body.html", context)
    with line or RecordingBackend() as backend:
        if settings.MAIL_REPORTS and isinstance(backend.connection, RecordingSMTP):
            backend.connection.envelope_id = str(owed_id)
        message = SealedMessage(
            subject,
            text,
            from_email=settings.MAIL_RETURN or settings.DEFAULT_FROM_EMAIL,
            to=[address],
            connection=backend,
            headers={
                "From": settings.DEFAULT_FROM_EMAIL,
                "Message-ID": message_id(owed_id),
                "Auto-Submitted": "auto-generated",
            },
        )
        message.certificate = certificate
        message.attach_alternative(html, "text/html")
        message.send()
        return backend.connection.last_reply if isinstance(backend.connection, RecordingSMTP) else ""


def message_id(owed_id: UUID) -> str:
    """Stable for an outbox row."""
    return f"<{owed_id}@{message_domain()}>"


def message_domain() -> str:
    """What our Message-IDs end in."""
    return str(settings.DEFAULT_FROM_EMAIL).rpartition("@")[2].rstrip(">")
