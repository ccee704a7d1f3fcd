"""The e-mail: something waits, by when, and where to sign in. No personal data, nothing that means anything outside."""

import smtplib
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
    """Keeps what the server answered to the message: it is the proof of hand-over."""

    last_reply = ""

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


def send_notice(
    *,
    owed_id: UUID,
    address: str,
    subject_id: UUID,
    deadline_at: datetime | None,
    urgency: str,
    certificate: Certificate | None = None,
) -> str:
    """Announce one thing to one address, sealed for a certificate if there is one; returns the server's reply.

    The Message-ID depends on the outbox row alone, so that a second sending is recognised as the same.

    Raises:
        UnusableAddress: offered to no server.
        smtplib.SMTPException, OSError: not accepted, or not known to be.
    """
    insist_on_usable(address)
    context = {
        "link": settings.BASE_URL + reverse("from_mail", args=[subject_id]),
        "deadline_at": deadline_at,
        "urgency": urgency,
    }
    with translation.override(settings.LANGUAGE_CODE):
        subject = render_to_string("alerts/email/notice/subject.txt", context).strip()
        text = render_to_string("alerts/email/notice/body.txt", context)
        html = render_to_string("alerts/email/notice/body.html", context)
    with RecordingBackend() as backend:
        message = SealedMessage(
            subject,
            text,
            to=[address],
            connection=backend,
            headers={"Message-ID": message_id(owed_id), "Auto-Submitted": "auto-generated"},
        )
        message.certificate = certificate
        message.attach_alternative(html, "text/html")
        message.send()
        return backend.connection.last_reply if isinstance(backend.connection, RecordingSMTP) else ""


def message_id(owed_id: UUID) -> str:
    """Stable for an outbox row."""
    return f"<{owed_id}@{settings.DEFAULT_FROM_EMAIL.rpartition('@')[2]}>"
