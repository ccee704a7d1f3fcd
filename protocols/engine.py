"""Ask a protocol what it orders on given facts. Pure: the clock and the holidays are arguments.

Every rule gives a finding, also those that order nothing, so that each can be explained; `orders_of`
then makes one order per recipient. Nothing here knows a domain: which articles exist, for whom, within
which delay and on which basis stands in the protocol's file.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, time
from functools import lru_cache
from types import MappingProxyType

from pole.calendar import ALWAYS, Delay, due
from pole.conditions import Facts as Values
from pole.conditions import Predicate, Program
from protocols.facts import Agreement, Cause, Facts
from protocols.orders import HOLD, SEND, Finding, Order, duties_of, orders_of
from protocols.terms import AGREEMENT, Protocol, Rule, Urgency
from protocols.terms import HOLD as OR_HELD

__all__ = [
    "Agreement",
    "Cause",
    "Comparison",
    "Facts",
    "Finding",
    "Order",
    "compare_situation",
    "deadlines",
    "duties_of",
    "evaluate",
    "order_if_held",
    "orders_of",
    "reminder_days",
    "reminders",
]

NO_AGREEMENT, AWAITING_SECOND_READER = "no_agreement", "awaiting_second_reader"
REFERENT_DECIDES = "referent_decides"
"""Why an order is held: the agreement that is missing, the second reader's word, or a rule that leaves it to the
référent whatever the person agreed to."""


def evaluate(protocol: Protocol, facts: Facts, *, at: datetime, holidays: frozenset[date]) -> list[Finding]:
    """What each rule of the sender's party finds, in the order of the articles.

    Args:
        at: the instant of the decision; delays are counted from it.
        holidays: legal holidays of the years around `at`.

    Raises:
        KeyError: the service is not a party of this protocol.
    """
    protocol.parties[facts.service]
    program, rules = _compiled(protocol)
    values = facts.values() | _counted(protocol, facts, at)
    if not protocol.in_force_on(at):
        return [Finding(rule, "not_in_force", protocol, program, values) for rule, _ in rules]
    moment = _Moment(protocol, facts, at, holidays)
    findings = []
    for rule, holds in rules:
        if facts.service not in rule.senders:
            continue
        if not holds(values):
            findings.append(Finding(rule, "condition_not_met", protocol, program, values))
        elif rule.duty:
            findings.append(Finding(rule, "duty", protocol, program, values))
        else:
            outcome, orders = moment.orders(rule)
            findings.append(Finding(rule, outcome, protocol, program, values, orders))
    return findings


def order_if_held(
    protocol: Protocol, facts: Facts, rule: Rule, recipient: str, *, at: datetime, holidays: frozenset[date]
) -> Order | None:
    """What a rule orders to one recipient once somebody judged that its condition holds; None where nothing may leave.

    Where no agreement is needed, the judgement stands for the level from which the matrix opens without it.

    Raises:
        KeyError: the rule sends nothing from this party to that recipient.
    """
    if not protocol.in_force_on(at):
        return None
    if rule.otherwise is None:
        facts = replace(facts, severity=max(facts.severity or 0, protocol.without_from))
    return _Moment(protocol, facts, at, holidays).order(rule, recipient)[1]


def _counted(protocol: Protocol, facts: Facts, at: datetime) -> Values:
    """The protocol's facts over history. One that has nothing to count from is missing, and answers no test."""
    if not protocol.history:
        return {}
    day = at.astimezone(protocol.zone).date()
    found = {name: count.among(facts.events, day) for name, count in protocol.history.items()}
    return {name: number for name, number in found.items() if number is not None}


@lru_cache(maxsize=64)
def _compiled(protocol: Protocol) -> tuple[Program, list[tuple[Rule, Predicate]]]:
    program = Program(protocol.conditions)
    return program, [(rule, program.compile(rule.when)) for rule in protocol.rules]


@dataclass(frozen=True, slots=True)
class _Moment:
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


@dataclass(frozen=True)
class Comparison:
    """Two or more readings of one situation: the level that applies, and what their difference orders."""

    applied: int | None
    disagreement: bool
    order: Order | None = None


def compare_situation(
    protocol: Protocol,
    levels: Mapping[str, int | None],
    *,
    finder: str,
    at: datetime,
    holidays: frozenset[date] = frozenset(),
) -> Comparison:
    """Compare the levels in force of several services. What could not be assessed is not compared.

    Args:
        finder: the party that holds the levels and so finds the difference; the order is its own.
    """
    known = [level for level in levels.values() if level is not None]
    applied = max(known, default=None)
    article = protocol.situation
    if article is None or len(known) < 2 or max(known) - min(known) < article.difference:
        return Comparison(applied, disagreement=False)
    if max(known) < article.one_reaches or not protocol.in_force_on(at):
        return Comparison(applied, disagreement=True)
    order = Order(
        sender=finder,
        recipient=article.notify,
        action=SEND,
        urgency=article.urgency.code,
        rank=article.urgency.rank,
        article=article.article,
        rule="situation",
        categories=MappingProxyType(dict.fromkeys(article.share, article.basis)),
        purposes=article.purposes,
        identity=False,
    )
    moment = _Moment(protocol, Facts(finder, None), at, holidays)
    return Comparison(applied, True, moment.timed(order, article.urgency, None))


def reminder_days(protocol: Protocol, ends_on: date) -> list[date]:
    """The days on which the end of a protection measure is recalled."""
    periods = protocol.reminder.before if protocol.reminder else ()
    return [ends_on - (period.after(date.min) - date.min) for period in periods]


def reminders(
    protocol: Protocol, facts: Facts, *, ends_on: date, after: date, holidays: frozenset[date] = frozenset()
) -> list[tuple[date, Order]]:
    """The reminders that the end of a protection measure owes: on which day, to whom.

    Args:
        ends_on: the last day of the measure.
        after: only reminders of this day or later (today).
    """
    article = protocol.reminder
    if article is None or facts.severity is None or facts.severity < article.least_severity:
        return []
    owed = []
    for day in reminder_days(protocol, ends_on):
        at = datetime.combine(day, time.min, protocol.zone)
        if day < after or not protocol.in_force_on(day):
            continue
        moment = _Moment(protocol, facts, at, holidays)
        for (sender, recipient), flow in protocol.matrix.items():
            if sender != facts.service or article.measure not in flow.agreed:
                continue
            categories, purposes = facts.agreed(recipient, article.purposes, day)
            shared = [code for code in article.share if code in flow.agreed and code in categories]
            if article.measure not in shared:
                continue
            order = Order(
                sender=sender,
                recipient=recipient,
                action=SEND,
                urgency=article.urgency.code,
                rank=article.urgency.rank,
                article=article.article,
                rule="reminder",
                categories=MappingProxyType(dict.fromkeys(shared, AGREEMENT)),
                purposes=purposes,
            )
            owed.append((day, moment.timed(order, article.urgency, None)))
    return sorted(owed, key=lambda item: item[0])
