"""The signed file is verified by a script that needs nothing of Pôle, and holds for no other text, rule or matrix."""

import importlib.util
import json
import shutil
import subprocess
import sys
from base64 import b64encode
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from alerts.factories import in_force_around
from protocols.documents import load_protocol
from protocols.draft_text import unsigned
from protocols.registry import shipped_text
from protocols.signed_file import NotSignedHere, signed_file
from protocols.statement import fingerprint, parts_of, statement
from tests.alerts.screens import signed_between
from tests.protocols.signers import make_signers

SCRIPT = Path(__file__).parents[2] / "tools" / "verify_protocol.py"
PARTS = ("text", "rules", "matrix")
PARTIES = {"VIC": "La Clairière", "AUT": "Passage", "POL": "Zone de l’Aval", "COO": "Trait d’union"}
KEYS = {code: Ed25519PrivateKey.generate() for code in PARTIES}
DOCUMENT = unsigned(shipped_text("demo-2026"))
PARTS_OF = parts_of(DOCUMENT)


def signature(
    code: str, *, parties: dict[str, str] = PARTIES, key: str = "", **changed: Any
) -> dict[str, str]:
    """What a party signs, by its own key unless said otherwise."""
    said = json.loads(
        statement(
            load_protocol(DOCUMENT), PARTS_OF, parties=parties, party=code, by="Dina", at=timezone.now()
        )
    )
    text = json.dumps({**said, **changed}, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    private = KEYS[key or code]
    return {
        "statement": text,
        "signature": b64encode(private.sign(text.encode())).decode(),
        "public_key": b64encode(private.public_key().public_bytes_raw()).decode(),
    }


GOOD = {
    "format": "pole-signed-protocol-1",
    "protocol": "demo-2026",
    "version": "1",
    **{part: getattr(PARTS_OF, part) for part in PARTS},
    "signatures": [signature(code) for code in PARTIES],
}


def load_script() -> ModuleType:
    spec = importlib.util.spec_from_file_location("verify_protocol", SCRIPT)
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


VERIFIER = load_script()


def outcome(content: bytes) -> int:
    """The script's exit code, in this process."""
    try:
        VERIFIER.verify(content)
    except VERIFIER.Malformed:
        return 2
    except VERIFIER.Invalid:
        return 1
    return 0


def written(file: dict[str, Any], **changed: Any) -> bytes:
    return json.dumps({**file, **changed}, ensure_ascii=False, indent=1).encode()


def run(path: Path) -> subprocess.CompletedProcess[str]:
    """The script alone, as somebody who only has that: elsewhere, and without this project on its path."""
    alone = path.parent / "verify_protocol.py"
    shutil.copy(SCRIPT, alone)
    return subprocess.run(
        [sys.executable, "-I", alone, path], cwd=path.parent, capture_output=True, text=True, check=False
    )


@pytest.mark.django_db
def test_what_the_parties_signed_here_is_verified_elsewhere(cast, tmp_path):
    signers = make_signers(cast)
    text = unsigned(in_force_around(shipped_text("demo-2026"), timezone.localdate()))
    draft = signers.all_sign(signers.proposed(text))
    content = signed_file(draft.became)
    path = tmp_path / "protocol.json"
    path.write_text(content)
    verified = run(path)
    assert (verified.returncode, verified.stderr) == (0, "")
    for code, service in signers.parties.items():
        assert f"valid  {code}  {service.name}, signed by " in verified.stdout
    assert "signed by Piet on " in verified.stdout
    assert verified.stdout.count("key ") == 4 + 1
    assert "proves nothing about who holds it" in verified.stdout
    for row in draft.signatures.select_related("key"):
        assert fingerprint(bytes(row.key.public)) in verified.stdout
    # and what stands in the file is the whole document: the text gives the very rules and matrix that were signed
    file = json.loads(content)
    assert parts_of(file["text"]) == parts_of(text)
    assert (file["rules"], file["matrix"]) == (parts_of(text).rules, parts_of(text).matrix)

    for part in PARTS:
        changed = file[part][:100] + chr(ord(file[part][100]) ^ 1) + file[part][101:]
        path.write_bytes(written(file, **{part: changed}))
        refused = run(path)
        assert (refused.returncode, refused.stdout) == (
            1,
            f"INVALID  the {part} is not what AUT signed\n",
        )
    path.write_text("{}")
    assert run(path).returncode == 2
    assert run(tmp_path / "nowhere.json").returncode == 2


@pytest.mark.django_db
def test_a_version_that_nobody_signed_here_has_no_file(cast):
    with pytest.raises(NotSignedHere):
        signed_file(signed_between(cast, from_days=-1, until_days=1))


@pytest.mark.parametrize("part", PARTS)
@given(data=st.data())
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_any_byte_of_a_part_that_changes_is_noticed(part, data):
    raw = bytearray(GOOD[part].encode())
    at = data.draw(st.integers(0, len(raw) - 1))
    raw[at] ^= data.draw(st.integers(1, 255))
    try:
        changed = raw.decode()
    except UnicodeDecodeError:
        return  # no text any more: the file's own bytes, below
    assert outcome(written(GOOD, **{part: changed})) == 1


@given(data=st.data())
@settings(max_examples=150, deadline=None)
def test_any_byte_of_the_file_that_says_something_is(data):
    raw = bytearray(written(GOOD))
    at = data.draw(st.integers(0, len(raw) - 1))
    raw[at] ^= data.draw(st.integers(1, 255))
    try:
        same = json.loads(raw) == GOOD
    except (ValueError, UnicodeDecodeError):
        same = False
    assert (outcome(bytes(raw)) == 0) == same


def test_the_good_file_is_good():
    assert outcome(written(GOOD)) == 0


@pytest.mark.parametrize(
    "signatures",
    [
        [signature(code) for code in PARTIES if code != "POL"],
        [*GOOD["signatures"], signature("VIC")],
        [*GOOD["signatures"], signature("XXX", key="VIC")],
        [signature(code, key="VIC") for code in PARTIES],
        [signature(code, parties={**PARTIES, "POL": code}) for code in PARTIES],
        [signature(code, version="2") for code in PARTIES],
        [signature(code, protocol="other") for code in PARTIES],
        [signature(code, format="something-else") for code in PARTIES],
        [signature(code, rules_sha256="0" * 64) for code in PARTIES],
        [{**signature(code), "public_key": signature("VIC")["public_key"]} for code in PARTIES],
        [{**signature(code), "signature": b64encode(b"short").decode()} for code in PARTIES],
    ],
    ids=[
        "one missing",
        "one twice",
        "a stranger",
        "one key for all",
        "other parties each",
        "another version",
        "another protocol",
        "another kind of statement",
        "other rules",
        "another's key",
        "no signature",
    ],
)
def test_signatures_that_do_not_make_it_hold(signatures):
    assert outcome(written(GOOD, signatures=signatures)) == 1


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\xff\xfe",
        b"[]",
        b"{",
        b"[" * 100_000,
        written(GOOD, format="another"),
        written(GOOD, more="keys"),
        written(GOOD, text=7),
        written(GOOD, signatures=[]),
        written(GOOD, signatures=["x"]),
        written(GOOD, signatures=[{**GOOD["signatures"][0], "signature": "***"}]),
        written(GOOD, signatures=[signature("VIC", at="yesterday")]),
        written(GOOD).replace(b'"text":', b'"matrix": "", "text":'),
        written(GOOD).replace(b"demo-2026", b"\\ud800", 1),
    ],
)
def test_what_is_no_such_file_is_told_apart(content):
    assert outcome(content) == 2
