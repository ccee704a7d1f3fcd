"""What a signature covers, as bytes: the parts of a document by their hashes, the parties, who signs, and when.

`tools/verify_protocol.py` says the same in a program of its own, which needs nothing of this one.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from protocols.documents import load_protocol
from protocols.terms import Protocol

FORMAT = "pole-protocol-signature-1"
MATRIX = ("categories", "never", "matrix")
"""What stands in the matrix's part; all the rest of what the application reads stands with the rules."""


@dataclass(frozen=True, slots=True)
class Parts:
    """A document in three: the text as it was written, byte for byte, and what the application read in it.

    `rules` and `matrix` are JSON in one form only (sorted keys, no spaces), so that equal content is equal bytes.
    """

    text: str
    rules: str
    matrix: str

    def hashes(self) -> dict[str, str]:
        """SHA-256 of each part, in hexadecimal."""
        return {
            f"{name}_sha256": hashlib.sha256(part.encode()).hexdigest()
            for name, part in (("text", self.text), ("rules", self.rules), ("matrix", self.matrix))
        }


def parts_of(document: str) -> Parts:
    """The three parts of a document.

    Raises:
        ProtocolError: a document that doesn't load.
    """
    read: dict[str, Any] = json.loads(load_protocol(document).canonical)
    matrix = {key: read.pop(key) for key in MATRIX if key in read}
    return Parts(document, _json(read), _json(matrix))


def statement(
    protocol: Protocol, parts: Parts, *, parties: Mapping[str, str], party: str, by: str, at: datetime
) -> str:
    """What this party says by signing; the signature is over its UTF-8 bytes.

    Args:
        parties: code -> name of the service.
        party: the code of the one that signs.
        by: the name of who signs for it.
    """
    return _json(
        {
            "format": FORMAT,
            "protocol": protocol.identifier,
            "version": protocol.version,
            **parts.hashes(),
            "parties": dict(parties),
            "party": party,
            "by": by,
            "at": at.astimezone(UTC).isoformat(),
        }
    )


def fingerprint(public_key: bytes) -> str:
    """A public key in words of four signs, to be compared by telephone: the first half of its SHA-256."""
    digest = hashlib.sha256(public_key).hexdigest()[:32]
    return " ".join(digest[start : start + 4] for start in range(0, len(digest), 4))


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
