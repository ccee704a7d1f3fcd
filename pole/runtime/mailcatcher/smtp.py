"""The SMTP side: a real conversation, in a mood that a test may choose."""

import asyncio
import threading
import time
from email.parser import BytesHeaderParser
from enum import StrEnum

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

from pole.runtime.mailcatcher.mailbox import Mailbox

LONG = 3600  # seconds; longer than any client waits
A_WHILE = 1.0  # seconds; within any client's patience
GREYLISTED = 3.0  # seconds; who comes back sooner comes back in vain


class Mood(StrEnum):
    """How the next messages are met, once their whole content has come in."""

    ACCEPT = "accept"
    REFUSE_FOR_NOW = "451"  # try again later
    REFUSE = "550"  # never
    SLOW = "slow"  # taken, and said so after a while
    HANG = "hang"  # not taken, no reply
    GREYLIST = "greylist"  # a sender and recipient unknown so far: not before some seconds have passed
    TAKE_THEN_HANG = "take-then-hang"  # taken, no reply: the client's patience ends first
    TAKE_THEN_DROP = "take-then-drop"  # taken, the line goes dead before the reply


class Temper:
    """The mood in force, and for how many messages yet before it is `accept` again."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self.mood = Mood.ACCEPT
        self.left: int | None = None
        self._met: dict[tuple[str, str], float] = {}

    def set(self, mood: Mood, times: int | None = None) -> None:
        """Meet the next `times` messages (all, when None) in this mood."""
        with self._lock:
            self.mood, self.left = mood, times
            self._met.clear()

    def knows(self, sender: str, recipient: str) -> bool:
        """Whether mail from one to the other passes: greylisted, not the first time and not too soon after."""
        with self._lock:
            if self.mood is not Mood.GREYLIST:
                return True
            now = time.monotonic()
            return now - self._met.setdefault((sender, recipient), now) >= GREYLISTED

    def next(self) -> Mood:
        with self._lock:
            mood = self.mood
            if self.left is not None:
                self.left -= 1
                if self.left <= 0:
                    self.mood, self.left = Mood.ACCEPT, None
            return mood


class Catcher:
    """aiosmtpd's handler: counts what is offered, takes what the mood lets in."""

    def __init__(self, mailbox: Mailbox, temper: Temper) -> None:
        self.mailbox = mailbox
        self.temper = temper

    async def handle_RCPT(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if not self.temper.knows(envelope.mail_from or "", address):
            return "450 4.2.0 Greylisted, as asked by the test: try again later"
        envelope.rcpt_tos.append(address)
        return "250 2.1.5 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        content = (
            envelope.content if isinstance(envelope.content, bytes) else (envelope.content or "").encode()
        )
        self.mailbox.offer(str(BytesHeaderParser().parsebytes(content).get("Message-ID", "")))
        mood = self.temper.next()
        if mood is Mood.REFUSE_FOR_NOW:
            return "451 4.3.0 Refused for now, as asked by the test"
        if mood is Mood.REFUSE:
            return "550 5.7.1 Refused for good, as asked by the test"
        if mood is not Mood.HANG:
            caught = self.mailbox.take(
                sender=envelope.mail_from or "", recipients=envelope.rcpt_tos, content=content
            )
            if mood is Mood.SLOW:
                await asyncio.sleep(A_WHILE)
            if mood in {Mood.ACCEPT, Mood.GREYLIST, Mood.SLOW}:
                return f"250 2.0.0 Taken as number {caught.number}"
        if mood is Mood.TAKE_THEN_DROP and server.transport is not None:
            server.transport.close()
        await asyncio.sleep(LONG)
        return "421 4.4.2 Too late"


def smtp_server(mailbox: Mailbox, temper: Temper, port: int) -> Controller:
    """A server for 127.0.0.1, not started yet."""
    return Controller(Catcher(mailbox, temper), hostname="127.0.0.1", port=port)
