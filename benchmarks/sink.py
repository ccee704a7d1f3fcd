"""A mail server that takes everything at once and writes down when: `python -m benchmarks.sink PORT FILE`.

A line per message: its Message-ID and the moment it was taken, on the machine's monotonic clock, which all its
processes share.
"""

import sys
import time
from email.parser import BytesHeaderParser
from typing import TextIO

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session


class Sink:
    """aiosmtpd's handler."""

    def __init__(self, noted: TextIO) -> None:
        self.noted = noted

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        content = envelope.content or b""
        headers = BytesHeaderParser().parsebytes(content if isinstance(content, bytes) else content.encode())
        self.noted.write(f"{headers['Message-ID']} {time.monotonic()}\n")
        self.noted.flush()
        return "250 OK"


if __name__ == "__main__":
    with open(sys.argv[2], "w") as noted:
        controller = Controller(Sink(noted), hostname="127.0.0.1", port=int(sys.argv[1]))
        controller.start()
        try:
            while True:
                time.sleep(3600)
        finally:
            controller.stop()
