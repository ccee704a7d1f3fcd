"""Delivery reports as a mail server writes them."""

from uuid import UUID

OURS = UUID("0c9a4f2e-8f5b-4a41-9d7e-0a1b2c3d4e5f")
DOMAIN = "pole.example"


def report(
    owed_id: UUID | str = OURS,
    action: str = "failed",
    *,
    status: str = "5.1.1",
    envelope: UUID | str = "",
    returned: str = "text/rfc822-headers",
    domain: str = DOMAIN,
) -> bytes:
    """A delivery report as postfix writes one."""
    about = f"Reporting-MTA: dns; mx.example\n{f'Original-Envelope-Id: {envelope}' if envelope else 'X: y'}\n"
    recipient = (
        "Final-Recipient: rfc822; permanence@maison-claire.example\n"
        f"Action: {action}\nStatus: {status}\nDiagnostic-Code: smtp; 550 5.1.1 unknown\n"
    )
    original = f"From: pole@{DOMAIN}\nMessage-ID: <{owed_id}@{domain}>\nSubject: x\n"
    return (
        "From: MAILER-DAEMON@mx.example\nTo: retours@pole.example\nSubject: Undelivered\nMIME-Version: 1.0\n"
        'Content-Type: multipart/report; report-type=delivery-status; boundary="b"\n\n'
        "--b\nContent-Type: text/plain\n\nI'm sorry.\n"
        f"--b\nContent-Type: message/delivery-status\n\n{about}\n{recipient}\n"
        f"--b\nContent-Type: {returned}\n\n{original}\n--b--\n"
    ).encode()
