"""One call to a partner's system, whatever that system does with it."""

import http.client
import socket
import ssl
import threading
from collections.abc import Mapping
from contextlib import suppress
from urllib.parse import urlsplit

from alerts.channels.shape import NotDelivered, Passing, Permanent
from alerts.channels.webhook.addresses import NotPublic, resolved

CONNECTING = 5.0
WHOLE_CALL = 10.0
"""Seconds. Kept below the outbox's lease, name resolution included."""
LONGEST_ANSWER = 64 * 1024
GONE = 410


class CheckedConnection(http.client.HTTPSConnection):
    """TLS with the host's name, to the one address that was checked; cut off after a while, however it drips."""

    def __init__(self, host: str, port: int, address: str) -> None:
        super().__init__(host, port, timeout=CONNECTING)
        self.address = address
        self.was_cut = False
        self.wire: socket.socket | None = None  # kept: http.client lets go of it once the status is read
        self.tls = ssl.create_default_context()

    def connect(self) -> None:
        self.sock = socket.create_connection((self.address, self.port), timeout=CONNECTING)
        self.sock.settimeout(WHOLE_CALL)
        # The handshake comes after, so that a cut finds the socket that waits.
        self.sock = self.tls.wrap_socket(self.sock, server_hostname=self.host, do_handshake_on_connect=False)
        self.wire = self.sock
        self.sock.do_handshake()

    def cut(self) -> None:
        """From another thread: whatever waits on the socket ends at once."""
        self.was_cut = True
        if self.wire:
            with suppress(OSError):
                # Not the TLS socket's own, which would take its state away under the reader.
                socket.socket.shutdown(self.wire, socket.SHUT_RDWR)


def call(url: str, headers: Mapping[str, str], body: bytes) -> str:
    """POST to a checked address; the status line, if it was taken (2xx). Redirects are not followed.

    Raises:
        Permanent: 410, the receiver wants no more.
        Passing: anything else, with why.
    """
    parts = urlsplit(url)
    host, port = parts.hostname or "", parts.port or 443
    try:
        connection = CheckedConnection(host, port, resolved(host, port))
    except (OSError, UnicodeError) as error:
        raise Passing(_said(error)) from error
    target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    clock = threading.Timer(WHOLE_CALL, connection.cut)
    clock.daemon = True
    clock.start()
    try:
        connection.request("POST", target, body, dict(headers))
        answer = connection.getresponse()
        # What follows is read so that the other side may finish, and not looked at: the status was the answer.
        with suppress(OSError, http.client.HTTPException):
            answer.read(LONGEST_ANSWER)
    except (OSError, http.client.HTTPException, UnicodeError) as error:
        late = f"no answer within {WHOLE_CALL:.0f} s"
        raise Passing(late if connection.was_cut else _said(error)) from error
    finally:
        clock.cancel()
        connection.close()
    if answer.status // 100 == 2:
        return _line(answer.status)
    raise _failure(answer.status)


def _failure(status: int) -> NotDelivered:
    if status // 100 == 3:
        return Passing(f"{_line(status)}: not followed")
    return Permanent(_line(status)) if status == GONE else Passing(_line(status))


def _line(status: int) -> str:
    """The standard's words, not the server's: what it wrote there is nobody's to keep."""
    return f"{status} {http.client.responses.get(status, '')}".strip()


def _said(error: Exception) -> str:
    if isinstance(error, NotPublic):
        return "not a public address"
    if isinstance(error, socket.gaierror | UnicodeError):
        return "no such host"
    if isinstance(error, ssl.SSLError):
        return f"no secure connection ({type(error).__name__})"
    return f"no answer ({type(error).__name__})"
