"""Second-factor codes of the demonstration's accounts (RFC 6238). They exist in the demonstration only."""

import base64
import hmac
import json
import struct
from dataclasses import dataclass
from pathlib import Path

STEP = 30  # seconds


@dataclass(frozen=True)
class Account:
    email: str
    name: str
    service: str
    role: str
    secret: str


def totp(secret: str, at: float) -> str:
    """The six digits at a moment (seconds since the epoch) for a base32 secret, as RFC 6238 with SHA-1."""
    key = base64.b32decode(secret.upper() + "=" * (-len(secret) % 8))
    digest = hmac.digest(key, struct.pack(">Q", int(at) // STEP), "sha1")
    offset = digest[-1] & 0x0F
    number = struct.unpack(">I", digest[offset : offset + 4])[0] & 0x7FFF_FFFF
    return f"{number % 1_000_000:06}"


def demo_accounts(path: Path | None) -> list[Account]:
    """The accounts in the demonstration's file; none while it has not been written."""
    if path is None or not path.exists():
        return []
    fields = Account.__dataclass_fields__
    return [
        Account(**{name: str(entry.get(name, "")) for name in fields})
        for entry in json.loads(path.read_text())
    ]
