"""What a protocol orders: findings, orders, and their merging per recipient. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from types import MappingProxyType

from pole.calendar import Delay
from pole.conditions import Facts as Values
from pole.conditions import Program, explain, trace
from protocols.terms import Protocol, Rule
from protocols.wording import OUTCOMES, ProtocolWording

SEND, HOLD = "send", "hold"
NO_AGREEMENT, AWAITING_SECOND_READER = "no_agreement", "awaiting_second_reader"
REFERENT_DECIDES = "referent_decides"
"""Why an order is held: the agreement that is missing, the second reader's word, or a rule that leaves it to the
référent whatever the person agreed to."""


@dataclass(frozen=True)
class Order:
    """One thing to send, or to hold for the référent.

    Instants are aware; those that do not apply are None. `categories` says on which basis each one crosses.
    `answer_within` counts from `answer_from` ("handover" or "acknowledgement").
    """

    sender: str
    recipient: str
    action: str
    urgency: str
    rank: int
    article: str
    rule: str
    categories: Mapping[str, str]
    purposes: tuple[str, ...]
    also: tuple[str, ...] = ()
    send_by: datetime | None = None
    decide_by: datetime | None = None
    acknowledge_by: datetime | None = None
    answer_within: Delay | None = None
    answer_from: str | None = None
    answer_by: datetime | None = None
    reason_held: str | None = None
    warnings: tuple[str, ...] = ()
    identity: bool = True
    because: tuple[Finding, ...] = field(default=(), repr=False, compare=False)

    @property
    def bases(self) -> tuple[str, ...]:
        """The bases it rests on, each once."""
        return tuple(dict.fromkeys(self.categories.values()))

    def explain(self) -> list[str]:
        """Why, in French: a sentence per rule that asked for it."""
        return [finding.explain() for finding in self.because]


@dataclass(frozen=True)
class Finding:
    """What one rule found: what it orders, or why it orders nothing.

    `outcome`: ordered, duty, condition_not_met, no_agreement, nothing_allowed, not_in_force.
    """

    rule: Rule
    outcome: str
    protocol: Protocol = field(repr=False)
    program: Program = field(repr=False)
    values: Values = field(repr=False)
    orders: tuple[Order, ...] = ()

    @property
    def article(self) -> str:
        """The article that the rule encodes."""
        return self.rule.article

    @property
    def duty(self) -> str | None:
        """What the sender has to do, outside the system, when the rule holds."""
        return self.rule.duty if self.outcome == "duty" else None

    def explain(self) -> str:
        """Which article, on which facts, with what outcome: one French sentence."""
        if self.outcome == "not_in_force":
            return f"Article {self.article} : {self.protocol.outside_force}"
        wording = ProtocolWording(self.protocol)
        why = explain(trace(self.rule.when, self.program, self.values), wording)
        return f"Article {self.article} : {OUTCOMES[self.outcome]}. {why[0].upper()}{why[1:]}."


def orders_of(findings: Iterable[Finding]) -> list[Order]:
    """One order per recipient, the most urgent; it cites the other articles, and each category keeps
    its basis.

    What may be sent now goes before what waits: an order held for the same recipient is cited, and its
    categories stay behind, for their basis is not there yet.
    """
    merged: dict[str, Order] = {}
    found = [replace(order, because=(finding,)) for finding in findings for order in finding.orders]
    for order in sorted(found, key=lambda order: (order.action != SEND, -order.rank)):
        first = merged.get(order.recipient)
        merged[order.recipient] = _joined(first, order) if first else order
    return list(merged.values())


def _joined(first: Order, other: Order) -> Order:
    categories = dict(first.categories)
    if other.action == first.action:
        categories = {**other.categories, **categories}
    also = first.also if other.article in (first.article, *first.also) else (*first.also, other.article)
    return replace(
        first,
        also=also,
        categories=MappingProxyType(dict(sorted(categories.items()))),
        purposes=tuple(
            dict.fromkeys((*first.purposes, *(other.purposes if other.action == first.action else ())))
        ),
        warnings=tuple(dict.fromkeys((*first.warnings, *other.warnings))),
        because=(*first.because, *other.because),
    )


def duties_of(findings: Iterable[Finding]) -> list[tuple[str, str]]:
    """What the sender has to do outside the system: (article, sentence)."""
    return [(finding.article, finding.duty) for finding in findings if finding.duty]
