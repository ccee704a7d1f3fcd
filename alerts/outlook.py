"""What the protocols order on a reading: the same answer before finalising, when nothing is written, and after; and
whether those it goes to are there to read it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from alerts.facts import agreements_of, events_of, facts_of
from assessment.deciding import Decision
from assessment.models import Reading
from assessment.result import Result
from pole.holidays import holidays_around
from pole.tenancy.models import Service
from protocols.deliberation import Deliberation
from protocols.engine import Finding, Order, duties_of, evaluate, orders_of
from protocols.models import ProtocolVersion
from protocols.registry import Standing, standing_under, standings


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


@dataclass(frozen=True, slots=True)
class Closed:
    """A recipient that is closed now, and from when on it is there again."""

    service: Service
    until: datetime


def closed_among(recipients: Iterable[tuple[Standing, UUID]], at: datetime) -> list[Closed]:
    """Who of these is closed at this moment, by the hours that the protocol promises for them; each once.

    Args:
        recipients: (a protocol, a service); one that is no party of it is left out.
    """
    holidays = holidays_around(at.date())
    found: dict[UUID, Closed] = {}
    for standing, recipient_id in recipients:
        code = standing.code_of(recipient_id)
        if code is None:
            continue
        hours = standing.protocol.hours(code, holidays)
        if not hours.is_open(at):
            found[recipient_id] = Closed(standing.services[code], hours.next_opening(at))
    return list(found.values())


def closed_of(service: Service, sent: Iterable[tuple[ProtocolVersion, UUID]], at: datetime) -> list[Closed]:
    """The same for what is or was sent under versions, in force or not: (version, recipient)."""
    sent = list(sent)
    standings = {version: standing_under(version, service) for version in {version for version, _ in sent}}
    return closed_among([(standings[version], recipient_id) for version, recipient_id in sent], at)


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
