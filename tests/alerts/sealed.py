"""Certificates made for a test, a real mail server that keeps what it takes, and OpenSSL to open it."""

import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from pole.runtime.mailcatcher.mailbox import Mailbox
from pole.runtime.mailcatcher.smtp import Temper, smtp_server
from pole.runtime.processes import free_port

NOW = datetime.now(UTC).replace(microsecond=0)


@cache
def rsa_key(bits: int = 2048) -> Any:
    return rsa.generate_private_key(public_exponent=65537, key_size=bits)


@cache
def curve_key() -> Any:
    return ec.generate_private_key(ec.SECP256R1())


def certificate(
    address: str,
    *,
    key: Any = None,
    since: timedelta = timedelta(days=-30),
    until: timedelta = timedelta(days=300),
    encipherment: bool | None = True,
    purpose: Any = ExtendedKeyUsageOID.EMAIL_PROTECTION,
    in_subject: bool = False,
) -> x509.Certificate:
    """Signed by itself, for one address; `encipherment` None leaves the use of the key unsaid."""
    key = key or rsa_key()
    named = [x509.NameAttribute(NameOID.COMMON_NAME, "Permanence")]
    if in_subject:
        named.append(x509.NameAttribute(NameOID.EMAIL_ADDRESS, address))
    builder = (
        x509.CertificateBuilder()
        .subject_name(x509.Name(named))
        .issuer_name(x509.Name(named))
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(NOW + since)
        .not_valid_after(NOW + until)
    )
    if address and not in_subject:
        builder = builder.add_extension(
            x509.SubjectAlternativeName([x509.RFC822Name(address)]), critical=False
        )
    if encipherment is not None:
        others = "content_commitment data_encipherment key_agreement key_cert_sign crl_sign encipher_only decipher_only"
        usage = dict.fromkeys(others.split(), False)
        builder = builder.add_extension(
            x509.KeyUsage(digital_signature=True, key_encipherment=encipherment, **usage), critical=True
        )
    if purpose:
        builder = builder.add_extension(x509.ExtendedKeyUsage([purpose]), critical=False)
    return builder.sign(key, SHA256())


def pem(certificate: x509.Certificate) -> bytes:
    return certificate.public_bytes(Encoding.PEM)


def private_pem(key: Any) -> bytes:
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())


def opened(raw: bytes, folder: Path, key: Any = None) -> bytes:
    """What `openssl cms` finds in a sealed message.

    Raises:
        subprocess.CalledProcessError: it can't open it with this key.
    """
    (folder / "sealed.eml").write_bytes(raw)
    (folder / "key.pem").write_bytes(private_pem(key or rsa_key()))
    command = ["openssl", "cms", "-decrypt", "-in", "sealed.eml", "-inkey", "key.pem"]
    return subprocess.run(command, cwd=folder, check=True, capture_output=True).stdout


def cipher_of(raw: bytes, folder: Path) -> str:
    """What `openssl cms` says of how a message is sealed."""
    (folder / "sealed.eml").write_bytes(raw)
    command = ["openssl", "cms", "-cmsout", "-print", "-in", "sealed.eml"]
    return subprocess.run(command, cwd=folder, check=True, capture_output=True, text=True).stdout


@dataclass
class Server:
    mailbox: Mailbox
    temper: Temper

    @property
    def last(self) -> bytes:
        """The latest message as it was sent, without the envelope's lines that the catcher adds."""
        raw = self.mailbox.all()[-1].raw
        return b"".join(line for line in raw.splitlines(keepends=True) if not line.startswith(b"X-Envelope"))


@pytest.fixture
def mail_server(tmp_path: Path, settings: Any) -> Iterator[Server]:
    """A mail server of the test's own, which Django sends to."""
    server = Server(Mailbox(tmp_path / "caught"), Temper())
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", free_port()
    controller = smtp_server(server.mailbox, server.temper, settings.EMAIL_PORT)
    controller.start()
    try:
        yield server
    finally:
        controller.stop()
