"""One evaluation of a protocol: whose facts, when, under which calendar, and the orders it makes of a rule. Pure."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime
from types import MappingProxyType

from pole.calendar import ALWAYS, Delay, due
from protocols.facts import Facts
from protocols.orders import AWAITING_SECOND_READER, HOLD, NO_AGREEMENT, REFERENT_DECIDES, SEND, Order
from protocols.terms import AGREEMENT, Protocol, Rule, Urgency
from protocols.terms import HOLD as OR_HELD


@dataclass(frozen=True, slots=True)
class Moment:
    """One evaluation: whose facts, when, under which calendar."""

    protocol: Protocol
    facts: Facts
    at: datetime
    holidays: frozenset[date]

    def orders(self, rule: Rule) -> tuple[str, tuple[Order, ...]]:
        """The outcome of a rule that holds, with an order per recipient that it reaches."""
        pairs = rule.agreed or rule.other or {}
        mine = [recipient for sender, recipient in pairs if sender == self.facts.service]
        outcomes = [self.order(rule, recipient) for recipient in mine]
        orders = tuple(order for _, order in outcomes if order)
        return ("ordered" if orders else outcomes[0][0]), orders

    def order(self, rule: Rule, recipient: str) -> tuple[str, Order | None]:
        """The outcome towards one recipient of a rule that holds."""
        pair = (self.facts.service, recipient)
        flow = self.protocol.matrix[pair]
        severity = self.facts.severity or 0
        if rule.otherwise is None:
            shared = self._allowed((rule.other or {})[pair], flow.without, severity)
            return self._made(rule, recipient, SEND, dict.fromkeys(shared, rule.basis or ""), rule.purposes)
        categories, purposes = self.facts.agreed(recipient, rule.purposes, self._day)
        listed = (rule.agreed or {}).get(pair, ())
        agreed = [code for code in listed if code in flow.agreed and code in categories]
        if agreed:
            return self._made(rule, recipient, SEND, dict.fromkeys(agreed, AGREEMENT), purposes)
        if rule.otherwise == OR_HELD:
            held = self._allowed((rule.other or {})[pair], flow.without, severity)
            return self._made(rule, recipient, HOLD, dict.fromkeys(held, rule.basis or ""), rule.purposes)
        return NO_AGREEMENT, None

    def _allowed(self, listed: tuple[str, ...], without: frozenset[str], severity: int) -> list[str]:
        if severity < self.protocol.without_from:
            return []
        return [code for code in listed if code in without]

    def _made(
        self, rule: Rule, recipient: str, action: str, categories: dict[str, str], purposes: tuple[str, ...]
    ) -> tuple[str, Order | None]:
        if not categories or rule.urgency is None:
            return "nothing_allowed", None
        reason = (NO_AGREEMENT if rule.agreed else REFERENT_DECIDES) if action == HOLD else None
        if self.facts.awaiting_second_reader:
            action, reason = HOLD, AWAITING_SECOND_READER
        order = self.timed(
            Order(
                sender=self.facts.service,
                recipient=recipient,
                action=action,
                urgency=rule.urgency.code,
                rank=rule.urgency.rank,
                article=rule.article,
                rule=rule.id,
                categories=MappingProxyType(dict(sorted(categories.items()))),
                purposes=purposes,
                reason_held=reason,
            ),
            rule.urgency,
            rule.within,
        )
        return "ordered", order

    def timed(self, order: Order, urgency: Urgency, within: Delay | None) -> Order:
        """The order with its instants and warnings. Hand-over is taken to be now."""
        limit = self._sender_limit(within)
        changes: dict[str, object] = {"decide_by" if order.action == HOLD else "send_by": limit}
        party = self.protocol.parties[order.recipient]
        warnings = [party.warning] if party.warning else []
        if order.action == SEND:
            acknowledge_by, answer_by = deadlines(
                self.protocol, urgency, recipient=order.recipient, at=self.at, holidays=self.holidays
            )
            changes |= {"acknowledge_by": acknowledge_by, "answer_by": answer_by}
            if urgency.answer:
                changes |= {"answer_within": urgency.answer, "answer_from": urgency.answer_from}
            plain = urgency.acknowledge if urgency.acknowledge and not urgency.acknowledge.working else None
            if plain and acknowledge_by and acknowledge_by > due(self.at, plain, ALWAYS):
                warnings.append("recipient_closed")
        return replace(order, warnings=tuple(warnings), **changes)  # type: ignore[arg-type]  # built just above

    def _sender_limit(self, within: Delay | None) -> datetime | None:
        """Who finalises is there: plain delays run at once, working ones in working hours."""
        if within is None:
            return None
        hours = self.protocol.working_hours(self.holidays) if within.working else ALWAYS
        return due(self.at, within, hours)

    @property
    def _day(self) -> date:
        return self.at.astimezone(self.protocol.zone).date()


def deadlines(
    protocol: Protocol, urgency: Urgency, *, recipient: str, at: datetime, holidays: frozenset[date]
) -> tuple[datetime | None, datetime | None]:
    """By when what is handed over at `at` is acknowledged, and answered, in the recipient's hours."""

    def runs_out(delay: Delay, start: datetime) -> datetime:
        return due(start, delay, protocol.clock(delay, recipient, holidays))

    acknowledge_by = runs_out(urgency.acknowledge, at) if urgency.acknowledge else None
    start = acknowledge_by if urgency.answer_from == "acknowledgement" else None
    return acknowledge_by, runs_out(urgency.answer, start or at) if urgency.answer else None
