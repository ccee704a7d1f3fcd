"""What the protocols order on a reading: the same answer before finalising, when nothing is written, and after."""

from dataclasses import dataclass
from datetime import datetime

from alerts.facts import agreements_of, events_of, facts_of
from assessment.deciding import Decision
from assessment.models import Reading
from assessment.result import Result
from pole.holidays import holidays_around
from pole.tenancy.models import Service
from protocols.deliberation import Deliberation
from protocols.engine import Finding, Order, duties_of, evaluate, orders_of
from protocols.registry import Standing, standings


@dataclass(frozen=True, slots=True)
class Outlook:
    """One protocol's answer: orders for others, duties for oneself, and every finding to explain both.

    `asked`: at the level in force, and at the lower one chosen as well where there is one.
    """

    standing: Standing
    orders: list[Order]
    duties: list[tuple[str, str]]
    findings: list[Finding]
    asked: list[Deliberation]


def outlooks(
    *, service: Service, reading: Reading, result: Result, decision: Decision, at: datetime
) -> list[Outlook]:
    """Ask every protocol in force. Empty when none is: nothing leaves, and the screen says whom to call.

    Where the practitioner lowered the level, what rests only on the suggestion is held for the référent, and
    what the chosen level orders as well leaves now.
    """
    return [_ask(standing, reading, result, decision, at) for standing in standings(service, at)]


def _ask(standing: Standing, reading: Reading, result: Result, decision: Decision, at: datetime) -> Outlook:
    agreements = agreements_of(reading.case, standing, at)
    events = events_of(reading.case, standing, at, reading=reading)
    lowered = (decision.in_force or 0) > (decision.chosen or 0)

    def asked_at(level: int | None, held: bool) -> Deliberation:
        facts = facts_of(
            result, standing=standing, level=level, agreements=agreements, events=events, held=held
        )
        holidays = holidays_around(at.date())
        return Deliberation(facts, evaluate(standing.protocol, facts, at=at, holidays=holidays))

    first = asked_at(decision.in_force, lowered)
    asked, orders = [first], orders_of(first.findings)
    if lowered:
        chosen = asked_at(decision.chosen, False)
        asked.append(chosen)
        orders += [order for order in orders_of(chosen.findings) if order.action == "send"]
    return Outlook(standing, orders, duties_of(first.findings), list(first.findings), asked)
