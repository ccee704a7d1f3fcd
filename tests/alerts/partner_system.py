"""A partner's own system that can misbehave: HTTPS on loopback, with a certificate of its own."""

import ssl
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from ipaddress import ip_address
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

STATUS = {"ok": 204, "redirect": 302, "error": 503, "gone": 410, "huge": 200, "drip-body": 200}


@dataclass
class Call:
    path: str
    headers: dict[str, str]
    body: bytes


@dataclass
class PartnerSystem:
    """`manner` says how it answers from now on; `calls` what it was asked."""

    port: int
    certificate: Path
    manner: str = "ok"
    calls: list[Call] = field(default_factory=list)
    sent: int = 0  # bytes of a huge answer that left

    def url(self, path: str = "/pole") -> str:
        return f"https://localhost:{self.port}{path}"

    def paths(self) -> list[str]:
        return [call.path for call in self.calls]


@contextmanager
def partner_system(folder: Path, name: str = "localhost") -> Iterator[PartnerSystem]:
    certificate = _certificate(folder, name)

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            length = int(self.headers.get("content-length", 0))
            call = Call(self.path, {k.lower(): v for k, v in self.headers.items()}, self.rfile.read(length))
            system.calls.append(call)
            with suppress(OSError):
                self.behave(system.manner)

        do_GET = do_POST

        def behave(self, manner: str) -> None:
            if manner == "silent":
                time.sleep(8)
                return
            if manner == "drip-headers":
                for byte in b"HTTP/1.1 200 OK\r\n" + b"x-slow: " + b"." * 60:
                    self.wfile.write(bytes([byte]))
                    time.sleep(0.2)
                return
            self.send_response(STATUS[manner])
            if manner == "redirect":
                self.send_header("Location", "/elsewhere")
            self.end_headers()
            if manner == "huge":
                for _ in range(160):
                    self.wfile.write(b"x" * 65536)
                    system.sent += 65536
            if manner == "drip-body":
                for _ in range(60):
                    self.wfile.write(b"x")
                    time.sleep(0.2)

        def log_message(self, *args: object) -> None:
            """Nobody reads it."""

    class Server(ThreadingHTTPServer):
        daemon_threads = True

        def handle_error(self, *args: object) -> None:
            """A handshake that was broken off is what some tests are about."""

    server = Server(("127.0.0.1", 0), Handler)
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    tls.load_cert_chain(certificate)
    # The handshake in the connection's own thread: one that hangs must not stop the next.
    server.socket = tls.wrap_socket(server.socket, server_side=True, do_handshake_on_connect=False)
    system = PartnerSystem(server.server_address[1], certificate)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    try:
        yield system
    finally:
        server.shutdown()
        thread.join()
        server.socket.close()


def _certificate(folder: Path, name: str) -> Path:
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    now = datetime.now(UTC)
    names: list[x509.GeneralName] = [x509.DNSName(name)]
    if name == "localhost":
        names.append(x509.IPAddress(ip_address("127.0.0.1")))
    made = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(hours=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName(names), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    path = folder / f"{name}.pem"
    path.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
        + made.public_bytes(serialization.Encoding.PEM)
    )
    return path
