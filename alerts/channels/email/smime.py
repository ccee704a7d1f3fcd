"""S/MIME: which certificate serves, and a message that only its owner opens.

The certificate is uploaded by the recipient's own direction, so no chain is verified: whoever may change the duty
address may also say with which key its mail is sealed. Revocation isn't asked for either: the direction removes it.
"""

from base64 import encodebytes
from copy import copy
from datetime import datetime
from email.generator import BytesGenerator
from email.message import Message
from io import BytesIO
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.ciphers.algorithms import AES256
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, pkcs7
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID
from django.core.mail import EmailMultiAlternatives
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from pole.refusals import Refused

MOST_BYTES = 64 * 1024
LEAST_BITS = 2048
CONTENT_HEADERS = ("content-type", "content-transfer-encoding", "content-disposition", "content-language")
MAIL_PURPOSES = {ExtendedKeyUsageOID.EMAIL_PROTECTION, ExtendedKeyUsageOID.ANY_EXTENDED_KEY_USAGE}


class CertificateRefused(Refused):
    field = "file"


class Unreadable(CertificateRefused):
    message = gettext_lazy(
        "This file is no certificate. Export the certificate alone, as PEM (.pem, .crt) or DER (.cer), and choose "
        "that file."
    )


class HoldsPrivateKey(CertificateRefused):
    message = gettext_lazy(
        "This file holds a private key, which must stay with you. Nothing was kept. Export the certificate alone."
    )


class KeyNotServing(CertificateRefused):
    message = gettext_lazy(
        "E-mail can be sealed for an RSA key of at least 2048 bits, and this one is another. Ask for a certificate "
        "with such a key."
    )


class NotForMail(CertificateRefused):
    message = gettext_lazy(
        "This certificate says that it doesn't serve to encrypt e-mail. Ask for one for the encryption of e-mail "
        "(S/MIME)."
    )


class OfSomebodyElse(CertificateRefused):
    """Names both addresses: they are the certificate's own and the one that the service made public."""

    def __init__(self, theirs: list[str], ours: str) -> None:
        self.theirs, self.ours = theirs, ours

    def __str__(self) -> str:
        if not self.theirs:
            return _("This certificate names no e-mail address. It must name the duty address, %(ours)s.") % {
                "ours": self.ours
            }
        return _(
            "This certificate is that of %(theirs)s, not of the duty address, %(ours)s. Choose the certificate of "
            "that address, or change the duty address first."
        ) % {"theirs": ", ".join(self.theirs), "ours": self.ours}


class NotValidNow(CertificateRefused):
    def __init__(self, since: datetime, until: datetime, at: datetime) -> None:
        self.since, self.until, self.at = since, until, at

    def __str__(self) -> str:
        if self.at < self.since:
            day = self.since
            text = _("This certificate is not valid before %(day)s. Come back then.")
        else:
            day = self.until
            text = _("This certificate expired on %(day)s. Ask for a new one.")
        return text % {"day": f"{day:%d/%m/%Y}"}


def read_certificate(data: bytes, *, address: str, at: datetime) -> x509.Certificate:
    """The certificate in a file (PEM, of which the first counts, or DER), if it serves for this address now.

    Raises:
        CertificateRefused: one class for each reason, with its sentence.
    """
    certificate = _parsed(data)
    try:
        key, theirs, serves = certificate.public_key(), addresses_of(certificate), _serves_mail(certificate)
    except ValueError as error:  # broken inside, which the library finds when it is asked
        raise Unreadable from error
    if not isinstance(key, RSAPublicKey) or key.key_size < LEAST_BITS:
        raise KeyNotServing
    if not serves:
        raise NotForMail
    if address.lower() not in theirs:
        raise OfSomebodyElse(theirs, address)
    since, until = certificate.not_valid_before_utc, certificate.not_valid_after_utc
    if not since <= at < until:
        raise NotValidNow(since, until, at)
    return certificate


def addresses_of(certificate: x509.Certificate) -> list[str]:
    """Every e-mail address that a certificate names, in lower case."""
    found: list[str] = [
        str(name.value) for name in certificate.subject.get_attributes_for_oid(NameOID.EMAIL_ADDRESS)
    ]
    if names := _extension(certificate, x509.SubjectAlternativeName):
        found += names.get_values_for_type(x509.RFC822Name)
    return sorted({each.lower() for each in found})


def fingerprint(certificate: x509.Certificate) -> str:
    """SHA-256 as people compare it, on the telephone if need be: groups of four."""
    text = certificate.fingerprint(SHA256()).hex().upper()
    return " ".join(text[at : at + 4] for at in range(0, len(text), 4))


def _parsed(data: bytes) -> x509.Certificate:
    if b"PRIVATE KEY-----" in data:
        raise HoldsPrivateKey
    try:
        if b"-----BEGIN" in data:
            return x509.load_pem_x509_certificates(data)[0]
        return x509.load_der_x509_certificate(data)
    except ValueError as error:
        raise Unreadable from error


def _serves_mail(certificate: x509.Certificate) -> bool:
    """What it says of its use, where it says anything."""
    usage = _extension(certificate, x509.KeyUsage)
    purposes = _extension(certificate, x509.ExtendedKeyUsage)
    return (usage is None or usage.key_encipherment) and (
        purposes is None or bool(MAIL_PURPOSES & set(purposes))
    )


def _extension(certificate: x509.Certificate, kind: type[Any]) -> Any:
    try:
        return certificate.extensions.get_extension_for_class(kind).value
    except x509.ExtensionNotFound:
        return None


class SealedMessage(EmailMultiAlternatives):
    """The same message, its parts sealed for a certificate if it has one; what stands outside keeps its headers.

    AES-256-CBC is asked for, since the library's own choice is AES-128. RSA with PKCS #1 v1.5 is what every mail
    program opens.
    """

    certificate: x509.Certificate | None = None

    def message(self, **options: Any) -> Any:
        whole: Message = super().message(**options)
        if self.certificate is None:
            return whole
        sealed = (
            pkcs7.PKCS7EnvelopeBuilder()
            .set_data(self._parts(whole))
            .set_content_encryption_algorithm(AES256)
            .add_recipient(self.certificate)
            .encrypt(Encoding.DER, [pkcs7.PKCS7Options.Binary])
        )
        for name in CONTENT_HEADERS:
            del whole[name]
        whole["Content-Type"] = 'application/pkcs7-mime; smime-type=enveloped-data; name="smime.p7m"'
        whole["Content-Transfer-Encoding"] = "base64"
        whole["Content-Disposition"] = 'attachment; filename="smime.p7m"'
        whole.set_payload(encodebytes(sealed).decode())
        return whole

    @staticmethod
    def _parts(whole: Message) -> bytes:
        """The message's content with the headers that say what it is, and no others: a MIME entity, CRLF."""
        inside = copy(whole)  # deleting headers gives it a list of its own
        for name in set(inside.keys()):
            if name.lower() not in CONTENT_HEADERS:
                del inside[name]
        written = BytesIO()
        policy = inside.policy.clone(linesep="\r\n")
        BytesGenerator(written, mangle_from_=False, policy=policy).flatten(inside)
        return written.getvalue()
