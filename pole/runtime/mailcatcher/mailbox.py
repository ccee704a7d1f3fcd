"""What was caught: in memory, and as one file a message that a second start finds again."""

import threading
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from email import policy
from email.message import EmailMessage
from email.parser import BytesParser
from functools import cached_property
from pathlib import Path

ENVELOPE = ("X-Caught-At", "X-Envelope-From", "X-Envelope-To")


@dataclass(frozen=True)
class Caught:
    """One message as it was taken: the envelope's lines first, then the very bytes that were sent."""

    number: int
    raw: bytes

    @cached_property
    def parsed(self) -> EmailMessage:
        return BytesParser(policy=policy.default).parsebytes(self.raw)

    def header(self, name: str) -> str:
        return str(self.parsed.get(name, ""))

    @property
    def at(self) -> datetime:
        return datetime.fromisoformat(self.header("X-Caught-At"))

    @property
    def recipients(self) -> list[str]:
        return self.header("X-Envelope-To").split(", ")

    def body(self, kind: str) -> str:
        """The `plain` or `html` text; empty when the message has none."""
        part = self.parsed.get_body((kind,))
        return str(part.get_content()) if part is not None else ""

    def as_json(self) -> dict[str, object]:
        return {
            "number": self.number,
            "at": self.header("X-Caught-At"),
            "from": self.header("From"),
            "to": self.recipients,
            "subject": self.header("Subject"),
            "message_id": self.header("Message-ID"),
            "text": self.body("plain"),
            "html": self.body("html"),
        }


class Mailbox:
    """All messages taken, oldest first, and how often each Message-ID was offered and taken."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.folder.mkdir(parents=True, exist_ok=True)
        self.folder.chmod(0o700)
        self.offered: Counter[str] = Counter()
        self.taken: Counter[str] = Counter()
        self._lock = threading.Lock()
        self._caught = [Caught(int(path.stem), path.read_bytes()) for path in sorted(folder.glob("*.eml"))]
        for caught in self._caught:
            self.offered[caught.header("Message-ID")] += 1
            self.taken[caught.header("Message-ID")] += 1

    def offer(self, message_id: str) -> int:
        """Count an attempt to hand over this message; returns how many there were."""
        with self._lock:
            self.offered[message_id] += 1
            return self.offered[message_id]

    def take(self, *, sender: str, recipients: Sequence[str], content: bytes) -> Caught:
        envelope = (datetime.now(UTC).isoformat(), sender, ", ".join(recipients))
        lines = "".join(f"{name}: {value}\r\n" for name, value in zip(ENVELOPE, envelope, strict=True))
        with self._lock:
            number = self._caught[-1].number + 1 if self._caught else 1
            caught = Caught(number, lines.encode() + content)
            (self.folder / f"{number:06}.eml").write_bytes(caught.raw)
            self._caught.append(caught)
            self.taken[caught.header("Message-ID")] += 1
        return caught

    def all(self) -> list[Caught]:
        with self._lock:
            return list(self._caught)

    def get(self, number: int) -> Caught | None:
        return next((caught for caught in self.all() if caught.number == number), None)

    def clear(self) -> None:
        with self._lock:
            for caught in self._caught:
                (self.folder / f"{caught.number:06}.eml").unlink(missing_ok=True)
            self._caught.clear()
            self.offered.clear()
            self.taken.clear()
