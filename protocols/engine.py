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

from pole.conditions import Facts as Values
from pole.conditions import Predicate, Program
from protocols.facts import Agreement, Cause, Facts
from protocols.moment import Moment, deadlines
from protocols.orders import (
    AWAITING_SECOND_READER,
    NO_AGREEMENT,
    SEND,
    Finding,
    Order,
    duties_of,
    orders_of,
)
from protocols.terms import AGREEMENT, Protocol, Rule

__all__ = [
    "AWAITING_SECOND_READER",
    "NO_AGREEMENT",
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
    moment = Moment(protocol, facts, at, holidays)
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
    return Moment(protocol, facts, at, holidays).order(rule, recipient)[1]


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
    moment = Moment(protocol, Facts(finder, None), at, holidays)
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
        moment = Moment(protocol, facts, at, holidays)
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
