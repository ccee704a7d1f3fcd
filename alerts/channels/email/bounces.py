"""Delivery reports (RFC 3464): what one says of a message of ours. Reads bytes that anybody may have sent us."""

import re
from dataclasses import dataclass
from email import message_from_bytes
from email.message import Message
from typing import Any
from uuid import UUID

MOST_BYTES = 256 * 1024
"""A report returns headers or one small notice. What is longer is read this far."""
MOST_RECIPIENTS = 20
OUTCOMES = ("delivered", "failed", "delayed")
"""Ours go to one address each. Where it stands for several, one box that has it is enough."""
STATUS = re.compile(r"[245]\.\d{1,3}\.\d{1,3}")
ENVELOPE_ID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")


@dataclass(frozen=True, slots=True)
class Report:
    """About which notice (`owed_id`), with which outcome (one of OUTCOMES) and status code ("" if none)."""

    owed_id: UUID
    outcome: str
    status: str


class NoReport(Exception):
    """A mail that is no delivery report, or none that can be read."""


class Unknown(Exception):
    """A report that names no message of ours, or two."""


def read_report(raw: bytes, *, domain: str) -> Report:
    """What a mail reports, by the envelope id that we gave and by the Message-ID in what it returns.

    Args:
        domain: that of our Message-IDs.

    Raises:
        NoReport, Unknown
    """
    try:
        mail = message_from_bytes(raw[:MOST_BYTES])
        about, recipients = _delivery_status(mail)
        ids = _ids(about, mail, domain)
        found = [(_action(block), _status(block)) for block in recipients[:MOST_RECIPIENTS]]
    except (ValueError, LookupError, TypeError, AttributeError, RecursionError) as error:
        raise NoReport from error  # the library's parser is lenient, and still stumbles over what is made to
    known = [each for outcome in OUTCOMES for each in found if each[0] == outcome]
    if not known:
        raise NoReport  # relayed, expanded: the message went on, and nobody knows more
    if len(ids) != 1:
        raise Unknown
    outcome, status = known[0]
    return Report(ids.pop(), outcome, status)


def _delivery_status(mail: Message) -> tuple[Message, list[Message]]:
    """The fields about the message, and those about each recipient."""
    if mail.get_content_type() != "multipart/report" or mail.get_param("report-type") != "delivery-status":
        raise NoReport
    for part in _parts(mail):
        if part.get_content_type() == "message/delivery-status":
            about, *recipients = part.get_payload()
            return about, recipients
    raise NoReport


def _parts(mail: Message) -> list[Any]:
    """Its own parts: what those hold in turn is somebody else's mail."""
    payload = mail.get_payload()
    return payload if isinstance(payload, list) else []


def _ids(about: Message, mail: Message, domain: str) -> set[UUID]:
    found = set(ENVELOPE_ID.findall(str(about.get("Original-Envelope-Id", ""))))
    ours = re.compile(rf"<({ENVELOPE_ID.pattern})@{re.escape(domain)}>")
    for part in _parts(mail):
        if part.get_content_type() == "message/rfc822":
            [returned] = part.get_payload()
        elif part.get_content_type() == "text/rfc822-headers":
            returned = message_from_bytes(part.get_payload(decode=True))
        else:
            continue
        found |= set(ours.findall(str(returned.get("Message-ID", ""))))
    return {UUID(each) for each in found}


def _action(block: Message) -> str:
    return str(block.get("Action", "")).partition("(")[0].strip().lower()


def _status(block: Message) -> str:
    match = STATUS.search(str(block.get("Status", "")))
    return match[0] if match else ""
