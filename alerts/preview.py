"""What would leave, as envelopes: recipient, article, basis, each category in words, and what stays behind."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from alerts.outlook import Outlook
from protocols.engine import Order
from protocols.terms import Protocol


@dataclass(frozen=True, slots=True)
class Envelope:
    """One order, in words."""

    recipient: str
    article: str
    urgency: str
    urgency_label: str
    purpose: str
    categories: list[dict[str, str]]
    basis: list[str]
    left_out: list[str]
    held: bool
    held_because: str
    due: datetime | None
    warnings: list[str]
    why: list[str]


def envelopes_of(outlooks: Iterable[Outlook]) -> list[Envelope]:
    """Every order of every protocol asked."""
    return [_envelope(outlook, order) for outlook in outlooks for order in outlook.orders]


def _envelope(outlook: Outlook, order: Order) -> Envelope:
    protocol: Protocol = outlook.standing.protocol
    articles = " · ".join((order.article, *order.also))
    return Envelope(
        recipient=outlook.standing.services[order.recipient].name,
        article=articles,
        urgency=order.urgency,
        urgency_label=protocol.urgencies[order.urgency].label,
        purpose=", ".join(protocol.purposes[purpose] for purpose in order.purposes),
        categories=[{"label": code, "text": protocol.categories[code]} for code in order.categories],
        basis=[protocol.bases[code].label for code in order.bases],
        left_out=[words for code, words in protocol.categories.items() if code not in order.categories],
        held=order.action != "send",
        held_because=order.reason_held or "",
        due=order.decide_by or order.send_by,
        warnings=[protocol.warnings[code] for code in order.warnings],
        why=order.explain(),
    )
