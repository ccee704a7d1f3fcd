"""A signed version as one file, which `tools/verify_protocol.py` verifies without this application."""

import json
from base64 import b64encode

from protocols.models import ProtocolVersion, Signature
from protocols.signing import signatures_of
from protocols.statement import parts_of

FORMAT = "pole-signed-protocol-1"


class NotSignedHere(LookupError):
    """A version that was registered from its text alone: there is nothing to verify."""


def signed_file(version: ProtocolVersion) -> str:
    """JSON: the parts of the document, and for each party its statement, signature and public key.

    Raises:
        NotSignedHere
    """
    signatures = signatures_of(version)
    if not signatures:
        raise NotSignedHere(str(version))
    parts = parts_of(version.document)
    return json.dumps(
        {
            "format": FORMAT,
            "protocol": version.identifier,
            "version": version.version,
            "text": parts.text,
            "rules": parts.rules,
            "matrix": parts.matrix,
            "signatures": [_signature(row) for row in signatures],
        },
        ensure_ascii=False,
        indent=1,
    )


def _signature(row: Signature) -> dict[str, str]:
    return {
        "statement": row.statement,
        "signature": b64encode(bytes(row.signature)).decode(),
        "public_key": b64encode(bytes(row.key.public)).decode(),
    }
