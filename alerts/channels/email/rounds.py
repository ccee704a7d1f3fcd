"""What the mails of one round share: a worker's turn of a few seconds, in which it sends one after another."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from uuid import UUID

from cryptography.x509 import Certificate

from alerts.channels.email.sending import KeptLine


@dataclass(frozen=True, slots=True)
class Duty:
    """Where a service's notices go, and whom they are sealed for, as it stood a few seconds ago at most."""

    address: str
    certificate: Certificate | None


@dataclass(slots=True)
class Round:
    """One connection to the mail server, and the duty addresses that were looked up."""

    line: KeptLine = field(default_factory=KeptLine)
    duties: dict[UUID, Duty] = field(default_factory=dict)


_current: ContextVar[Round | None] = ContextVar("round", default=None)


@contextmanager
def one_round() -> Iterator[None]:
    """Mails delivered within the block share a round."""
    began = Round()
    token = _current.set(began)
    try:
        yield
    finally:
        _current.reset(token)
        began.line.close()


def current_round() -> Round | None:
    """The round under way in this thread, or None: then each mail is on its own."""
    return _current.get()
