"""What a channel is. Each is a package of this shape, so that one teaches all.

A row of the outbox is for one channel, and a channel fails in its own rows only: one that is down never stops
another. In-app is none of them: what was received is in the recipient's space with the decision itself.
"""

from typing import Protocol

from alerts.models import Owed, OwedKind
from pole.tenancy.models import Service


class NotDelivered(Exception):
    """The other side did not take it. `str()` is what the outbox keeps: its words, never an address."""


class Passing(NotDelivered):
    """Tried again at the row's next hour: it is down, busy, or did not say."""


class Permanent(NotDelivered):
    """It will say the same tomorrow. Somebody is told; the row stays owed unless the channel ends it."""


class Channel(Protocol):
    """A way by which a service is told that something waits in its space."""

    @property
    def KIND(self) -> OwedKind:
        """Of the rows of the outbox that are for this channel."""

    def is_used_by(self, service: Service) -> bool:
        """Whether the service is told this way."""

    def deliver(self, row: Owed) -> str:
        """Speak to the other side, outside any transaction; what it replied. At least once.

        Raises:
            Passing, Permanent: not taken, or not known to be.
        """

    def refused(self, row: Owed) -> None:
        """What follows a permanent failure, once a row."""
