"""What the protocols order on a reading: the same answer before finalising, when nothing is written, and after."""

from dataclasses import dataclass
from datetime import datetime

from alerts.facts import agreements_of, events_of, facts_of
from assessment.deciding import Decision
from assessment.models import Reading
from assessment.result import Result
from pole.holidays import holidays_around
from pole.tenancy.models import Service
from protocols.engine import Finding, Order, duties_of, evaluate, orders_of
from protocols.registry import Standing, standings


@dataclass(frozen=True, slots=True)
class Outlook:
    """One protocol's answer: orders for others, duties for oneself, and every finding to explain both."""

    standing: Standing
    orders: list[Order]
    duties: list[tuple[str, str]]
    findings: list[Finding]


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

    def findings_at(level: int | None, held: bool) -> list[Finding]:
        facts = facts_of(
            result, standing=standing, level=level, agreements=agreements, events=events, held=held
        )
        return evaluate(standing.protocol, facts, at=at, holidays=holidays_around(at.date()))

    findings = findings_at(decision.in_force, lowered)
    orders = orders_of(findings)
    if lowered:
        orders += [
            order for order in orders_of(findings_at(decision.chosen, False)) if order.action == "send"
        ]
    return Outlook(standing, orders, duties_of(findings), findings)
