"""Protocols run on readings of the past, or invented ones: who would have been told what, when, how often. Pure.

Nothing leaves. Each protocol is asked as if it had been in force on every one of those days; what it would have sent
before is the past that its own counts look at.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from protocols.counts import NOTHING, Counts, Found, Told
from protocols.engine import evaluate
from protocols.facts import Facts
from protocols.history import ALERT, Event
from protocols.orders import SEND, Order, duties_of, orders_of
from protocols.terms import Protocol

Holidays = Callable[[date], frozenset[date]]
"""Legal holidays around a day."""


@dataclass(frozen=True, slots=True)
class Moment:
    """One moment at which a service asks its protocols.

    Args:
        case: whose; the moments of one case follow one another, the earliest first.
        facts: what each protocol may look at, in the order of the protocols.
        chosen: the same at the lower level that the practitioner chose: what is ordered sent there leaves
            at once, while the rest waits for the second reader.
        is_counted: False before the period: only the past of what follows.
    """

    case: Hashable
    at: datetime
    facts: tuple[Facts, ...]
    chosen: tuple[Facts, ...] = ()
    is_counted: bool = True


@dataclass(frozen=True, slots=True)
class Played:
    """One moment, played: the orders of each protocol, and whether the first two differ on it."""

    moment: Moment
    orders: tuple[list[Order], ...]
    differs: bool


def simulate(
    protocols: Sequence[Protocol], moments: Iterable[Moment], *, holidays: Holidays, found: Found
) -> Iterator[Played]:
    """Play every moment; `found` grows with each. Holds the past of one case at a time, however many there are.

    Args:
        protocols: the one that is tried, then what it is compared with.
        found: what was counted before, to go on from at a new case.

    Raises:
        KeyError: facts of a service that is no party of one of the protocols.
    """
    asked = [_Asked(protocol, holidays) for protocol in protocols]
    found.counts = found.counts or [Counts() for _ in asked]
    case: Hashable = object()
    counted: Hashable = case
    for moment in moments:
        if moment.case != case:
            case = moment.case
            for each in asked:
                each.begin_case()
        orders = tuple(each.orders(moment, number) for number, each in enumerate(asked))
        if not moment.is_counted:
            continue
        found.asked += 1
        found.cases += case != counted
        counted = case
        for each, counts, given in zip(asked, found.counts, orders, strict=True):
            each.count(counts, moment, given)
        yield Played(moment, orders, len(orders) > 1 and _differs(found, orders[1], orders[0]))


def always(protocol: Protocol) -> Protocol:
    """The same text as if it were in force on every day."""
    return replace(protocol, in_force_from=date.min, in_force_until=date.max)


class _Asked:
    """One protocol, and what it would have sent so far about the case."""

    def __init__(self, protocol: Protocol, holidays: Holidays) -> None:
        self.protocol, self.holidays = always(protocol), holidays
        self.past: list[Event] = []
        self.told: set[tuple[str, str, str]] = set()
        self.duties: list[tuple[str, str]] = []
        counts = protocol.history.values()
        self.looks_back = any(count.kind == ALERT or count.since_last is not None for count in counts)

    def begin_case(self) -> None:
        """The next moments are of another case."""
        self.past.clear()
        self.told.clear()

    def orders(self, moment: Moment, number: int) -> list[Order]:
        facts = self._with_past(moment.facts[number])
        holidays = self.holidays(moment.at.date())
        findings = evaluate(self.protocol, facts, at=moment.at, holidays=holidays)
        self.duties = duties_of(findings)
        orders = orders_of(findings)
        if moment.chosen:
            facts = self._with_past(moment.chosen[number])
            lower = orders_of(evaluate(self.protocol, facts, at=moment.at, holidays=holidays))
            orders += [order for order in lower if order.action == SEND]
        if self.looks_back:
            day = self._day(moment)
            self.past += [Event(ALERT, day, order.urgency) for order in orders if order.action == SEND]
        return orders

    def _with_past(self, facts: Facts) -> Facts:
        return replace(facts, events=(*facts.events, *self.past)) if self.past else facts

    def count(self, counts: Counts, moment: Moment, orders: list[Order]) -> None:
        counts.silent += not orders
        counts.duties.update(article for article, _ in self.duties)
        day = self._day(moment)
        week = day - timedelta(days=day.weekday())
        for order in orders:
            told = Told(week, order.recipient, order.action, order.urgency, order.article)
            counts.told[told] += 1
            cell = (order.recipient, order.urgency, order.action)
            counts.cases[cell] += cell not in self.told
            self.told.add(cell)
            if "recipient_closed" in order.warnings:
                counts.closed[order.recipient] += 1
            counts.carried.update((order.recipient, order.action, code) for code in order.categories)

    def _day(self, moment: Moment) -> date:
        return moment.at.astimezone(self.protocol.zone).date()


def _differs(found: Found, before: list[Order], now: list[Order]) -> bool:
    """Count how one protocol's orders move to the other's; whether they do."""
    then, since = _per_recipient(before), _per_recipient(now)
    if {to: _told(order) for to, order in then.items()} == {to: _told(order) for to, order in since.items()}:
        return False
    for recipient in then.keys() | since.keys():
        old, new = then.get(recipient), since.get(recipient)
        was, comes = old.action if old else NOTHING, new.action if new else NOTHING
        if was != comes:
            found.moved[recipient, was, comes] += 1
        elif old and new and _told(old) != _told(new):
            found.otherwise[recipient] += 1
    found.differing += 1
    return True


def _per_recipient(orders: list[Order]) -> dict[str, Order]:
    """What counts for each: what leaves goes before what waits."""
    return {order.recipient: order for order in sorted(orders, key=lambda order: order.action == SEND)}


def _told(order: Order) -> tuple[str, str, str, tuple[str, ...]]:
    return order.action, order.urgency, order.article, tuple(order.categories)
