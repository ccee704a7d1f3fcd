"""Debian's own postfix, as an instance of the test's: its configuration, queue and letter boxes in one folder.

It listens on a free port of 127.0.0.1, takes mail over TLS alone, and delivers to Maildirs. It is ended by its id.
"""

import os
import shutil
import subprocess
import time
from datetime import timedelta
from email import policy
from email.message import EmailMessage
from email.parser import BytesParser
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.x509.oid import NameOID

from pole.runtime.processes import accepts, free_port
from tests.alerts.sealed import NOW, pem, private_pem, rsa_key

MASTER = Path("/usr/lib/postfix/sbin/master")
NOBODY = 65534
SERVICES = """
127.0.0.1:{port} inet n - n - - smtpd
cleanup unix n - n - 0 cleanup
qmgr unix n - n 300 1 qmgr
tlsmgr unix - - n 1000? 1 tlsmgr
rewrite unix - - n - - trivial-rewrite
bounce unix - - n - 0 bounce
defer unix - - n - 0 bounce
trace unix - - n - 0 bounce
proxymap unix - - n - - proxymap
smtp unix - - n - - smtp
error unix - - n - - error
retry unix - - n - - error
virtual unix - n n - - virtual
anvil unix - - n - 1 anvil
postlog unix-dgram n - n - 1 postlogd
"""
# Unknown boxes of its own domains are taken and bounced after: the answer that comes late is what is to be seen.
SETTINGS = """
compatibility_level = 3.6
queue_directory = {home}/queue
data_directory = {home}/data
maillog_file_prefixes = {home}
maillog_file = {home}/log
myhostname = localhost
mydestination =
inet_protocols = ipv4
mynetworks = 127.0.0.0/8
virtual_mailbox_domains = maison-claire.example, pole.example, cap-alternatives.example
virtual_mailbox_base = {home}/boxes
virtual_mailbox_maps = inline:{{ {boxes} }}
virtual_uid_maps = static:65534
virtual_gid_maps = static:65534
virtual_minimum_uid = 100
smtpd_reject_unlisted_recipient = no
smtpd_relay_restrictions = reject_unauth_destination
smtpd_tls_security_level = encrypt
smtpd_tls_received_header = yes
smtpd_tls_cert_file = {home}/server.pem
smtpd_tls_key_file = {home}/server.key
"""


class Postfix:
    """Started with these letter boxes (address -> folder), stopped with `stop()`."""

    def __init__(self, home: Path, boxes: dict[str, str]) -> None:
        self.home, self.port = home, free_port()
        home.chmod(0o755)
        for folder in ("conf", "queue", "data", "boxes"):
            (home / folder).mkdir()
        shutil.chown(home / "data", "postfix")
        os.chown(home / "boxes", NOBODY, NOBODY)
        self._certify()
        named = " ".join(f"{{ {address} = {folder}/ }}" for address, folder in boxes.items())
        (home / "conf" / "main.cf").write_text(SETTINGS.format(home=home, boxes=named))
        (home / "conf" / "master.cf").write_text(SERVICES.format(port=self.port))
        self._master: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Raises: subprocess.CalledProcessError, AssertionError: with what its log says."""
        subprocess.run(["postfix", "-c", self.home / "conf", "check"], check=True)
        self._master = subprocess.Popen(
            [MASTER, "-c", self.home / "conf", "-d"], start_new_session=True, stdin=subprocess.DEVNULL
        )
        until = time.monotonic() + 20
        while not accepts(self.port):
            assert time.monotonic() < until, self.log()
            time.sleep(0.1)

    def stop(self) -> None:
        if self._master:
            self._master.terminate()  # its children end with it
            self._master.wait(timeout=20)

    def log(self) -> str:
        path = self.home / "log"
        return path.read_text() if path.exists() else "no log"

    def box(self, name: str) -> Path:
        return self.home / "boxes" / name

    def mails(self, name: str) -> list[bytes]:
        return [path.read_bytes() for path in sorted(self.box(name).glob("new/*"))]

    def parsed(self, name: str) -> list[EmailMessage]:
        return [BytesParser(policy=policy.default).parsebytes(raw) for raw in self.mails(name)]

    @property
    def authority(self) -> Path:
        return self.home / "server.pem"

    def _certify(self) -> None:
        """Its own certificate, which vouches for itself, for the name `localhost`."""
        named = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
        certificate = (
            x509.CertificateBuilder()
            .subject_name(named)
            .issuer_name(named)
            .public_key(rsa_key().public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(NOW - timedelta(days=1))
            .not_valid_after(NOW + timedelta(days=1))
            .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
            .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
            .sign(rsa_key(), SHA256())
        )
        (self.home / "server.pem").write_bytes(pem(certificate))
        (self.home / "server.key").write_bytes(private_pem(rsa_key()))
        (self.home / "server.key").chmod(0o600)
