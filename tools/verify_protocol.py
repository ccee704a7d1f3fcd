"""Verify a signed protocol: python tools/verify_protocol.py FILE

Needs Python 3.11 and `cryptography`, and nothing of the application that wrote the file. Exit 0: every party signed
exactly this text, these rules and this matrix. Exit 1: not so, and why. Exit 2: no such file, or not one of this kind.
"""

import argparse
import base64
import binascii
import hashlib
import json
import sys
from datetime import datetime
from pathlib import Path
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

FILE_FORMAT, STATEMENT_FORMAT = "pole-signed-protocol-1", "pole-protocol-signature-1"
PARTS = ("text", "rules", "matrix")
FILE_KEYS = {"format", "protocol", "version", *PARTS, "signatures"}
SIGNATURE_KEYS = {"statement", "signature", "public_key"}
STATEMENT_KEYS = {
    "format", "protocol", "version", *(f"{part}_sha256" for part in PARTS), "parties", "party", "by", "at",
}  # fmt: skip
CAUTION = """\
A public key alone proves nothing about who holds it. Before you rely on this file, read each fingerprint
to somebody you know at that service, by telephone, and have them compare it with the one on their own page."""


class Malformed(Exception):
    """Not a file of this kind."""


class Invalid(Exception):
    """A file of this kind that does not hold."""


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description="Verify a signed protocol.")
    parser.add_argument("file", type=Path)
    path: Path = parser.parse_args(arguments).file
    try:
        lines = verify(path.read_bytes())
    except (OSError, Malformed) as problem:
        print(f"MALFORMED  {problem}", file=sys.stderr)
        return 2
    except Invalid as problem:
        print(f"INVALID  {problem}")
        return 1
    print("\n".join([*lines, "", CAUTION]))
    return 0


def verify(content: bytes) -> list[str]:
    """What to print of a file that holds: a line a party.

    Raises:
        Malformed, Invalid
    """
    try:
        file = _mapping(content.decode(), "the file", FILE_KEYS)
    except UnicodeDecodeError as problem:
        raise Malformed(f"not UTF-8: {problem.reason} at byte {problem.start}") from None
    if file["format"] != FILE_FORMAT:
        raise Malformed(f"its format is not {FILE_FORMAT}")
    for name in ("protocol", "version", *PARTS):
        _text(file[name], name)
    signatures = file["signatures"]
    if not isinstance(signatures, list) or not signatures:
        raise Malformed("'signatures' is not a list with signatures in it")
    hashes = {f"{part}_sha256": hashlib.sha256(file[part].encode()).hexdigest() for part in PARTS}
    signed: dict[str, tuple[dict[str, Any], bytes]] = {}
    for number, given in enumerate(signatures, 1):
        statement, key = _signature(given, f"signature {number}")
        _covers(statement, file, hashes)
        if statement["party"] in signed:
            raise Invalid(f"{statement['party']} signed twice")
        signed[statement["party"]] = statement, key
    _all_parties(signed)
    lines = [f"protocol {file['protocol']}, version {file['version']}"]
    for code, (statement, public) in sorted(signed.items()):
        service = statement["parties"][code]
        lines.append(f"valid  {code}  {service}, signed by {statement['by']} on {statement['at']}")
        lines.append(f"       key {_fingerprint(public)}")
    return lines


def _signature(given: Any, where: str) -> tuple[dict[str, Any], bytes]:
    """The statement whose signature holds, and the key that made it."""
    if not isinstance(given, dict) or set(given) != SIGNATURE_KEYS:
        raise Malformed(f"{where}: expected {', '.join(sorted(SIGNATURE_KEYS))}")
    said = _text(given["statement"], f"{where}: statement")
    key, signature = (_bytes(given[name], f"{where}: {name}") for name in ("public_key", "signature"))
    try:
        Ed25519PublicKey.from_public_bytes(key).verify(signature, said.encode())
    except (InvalidSignature, ValueError):
        raise Invalid(f"{where} does not hold: its statement, its key or itself was changed") from None
    statement = _mapping(said, f"{where}: statement", STATEMENT_KEYS)
    for name in STATEMENT_KEYS - {"parties"}:
        _text(statement[name], f"{where}: {name}")
    parties = statement["parties"]
    if not isinstance(parties, dict) or not all(isinstance(name, str) for name in parties.values()):
        raise Malformed(f"{where}: 'parties' does not give a name for each code")
    try:
        datetime.fromisoformat(statement["at"])
    except ValueError:
        raise Malformed(f"{where}: 'at' is no moment") from None
    return statement, key


def _covers(statement: dict[str, Any], file: dict[str, Any], hashes: dict[str, str]) -> None:
    party = statement["party"]
    if statement["format"] != STATEMENT_FORMAT:
        raise Invalid(f"{party} signed something else than a protocol")
    for name in ("protocol", "version"):
        if statement[name] != file[name]:
            raise Invalid(f"{party} signed another {name}: {statement[name]}")
    for name, found in hashes.items():
        if statement[name] != found:
            raise Invalid(f"the {name.removesuffix('_sha256')} is not what {party} signed")


def _all_parties(signed: dict[str, tuple[dict[str, Any], bytes]]) -> None:
    """Every party that any of them names signed, with a key of its own, and all of them name the same."""
    [first, *others] = [statement["parties"] for statement, _key in signed.values()]
    if any(parties != first for parties in others):
        raise Invalid("the signatures name different parties")
    if missing := sorted(set(first) - set(signed)):
        raise Invalid(f"without the signature of {', '.join(missing)}")
    if strangers := sorted(set(signed) - set(first)):
        raise Invalid(f"signed by {', '.join(strangers)}, who is no party")
    if len({key for _statement, key in signed.values()}) != len(signed):
        raise Invalid("two parties signed with one key")


def _mapping(text: str, where: str, keys: set[str]) -> dict[str, Any]:
    """A JSON object with exactly these keys, none of them twice: what one reader sees, every reader sees."""

    def once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        found = dict(pairs)
        if len(found) != len(pairs):
            raise Malformed(f"{where}: a key stands twice")
        return found

    try:
        found = json.loads(text, object_pairs_hook=once)
    except (ValueError, RecursionError) as problem:
        raise Malformed(f"{where} is not JSON: {problem}") from None
    if not isinstance(found, dict) or set(found) != keys:
        raise Malformed(f"{where}: expected {', '.join(sorted(keys))}")
    return found


def _text(value: Any, where: str) -> str:
    """A text that can be written: a lone surrogate, which JSON may smuggle in, cannot."""
    if not isinstance(value, str):
        raise Malformed(f"{where}: expected a text")
    try:
        value.encode()
    except UnicodeEncodeError:
        raise Malformed(f"{where}: not a text") from None
    return value


def _bytes(value: Any, where: str) -> bytes:
    """Base64 in its one form: one that decodes to the same bytes otherwise is refused."""
    try:
        found = base64.b64decode(_text(value, where), validate=True)
    except (binascii.Error, ValueError):
        raise Malformed(f"{where}: not base64") from None
    if base64.b64encode(found).decode() != value:
        raise Malformed(f"{where}: not base64 as it is written")
    return found


def _fingerprint(key: bytes) -> str:
    digest = hashlib.sha256(key).hexdigest()[:32]
    return " ".join(digest[start : start + 4] for start in range(0, len(digest), 4))


if __name__ == "__main__":
    sys.exit(main())
