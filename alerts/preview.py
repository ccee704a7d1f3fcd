"""What finalising would do, in words: level, duties, envelopes, what orders nothing. Nothing is written."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from alerts.emergencies import without_agreement
from alerts.leaving_out import named
from alerts.outlook import Closed, Outlook, closed_among, outlooks
from alerts.shown import why_held
from assessment.deciding import Decision, decide
from assessment.grid import Level
from assessment.models import Reading
from assessment.result import Result
from assessment.stored import result_of
from pole.tenancy.models import Service
from protocols.engine import Order
from protocols.partners import partners_of
from protocols.registry import Standing
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
    is_held: bool
    without_agreement: bool
    held: str
    due: datetime | None
    warnings: list[str]
    why: list[str]


@dataclass(frozen=True, slots=True)
class Effect:
    """What a choice of level and type would do. `partners` are whom to call when no protocol is in force; `closed`, of
    those to whom something would leave, who is not there now."""

    result: Result
    decision: Decision
    in_force: Level
    has_protocol: bool
    duties: list[tuple[str, str]]
    envelopes: list[Envelope]
    silent: list[str]
    partners: list[Service]
    closed: list[Closed]

    @property
    def leaving(self) -> int:
        return sum(not envelope.is_held for envelope in self.envelopes)

    @property
    def is_emergency(self) -> bool:
        """Whether something leaves without the person's agreement: four lines are asked then."""
        return any(envelope.without_agreement for envelope in self.envelopes)

    @property
    def held(self) -> int:
        return sum(envelope.is_held for envelope in self.envelopes)


def effect_of(
    *, service: Service, reading: Reading, chosen: int | None, chosen_dynamics: str, at: datetime
) -> Effect:
    """Ask the protocols as finalising will.

    Raises:
        assessment.refusals.NotInScale: a level or type that the grid does not have.
    """
    result = result_of(reading)
    decision = decide(result, chosen=chosen, chosen_dynamics=chosen_dynamics)
    asked = outlooks(service=service, reading=reading, result=result, decision=decision, at=at)
    return Effect(
        result=result,
        decision=decision,
        in_force=result.grid.levels[decision.in_force],
        has_protocol=bool(asked),
        duties=[duty for outlook in asked for duty in outlook.duties],
        envelopes=envelopes_of(asked),
        silent=[
            finding.explain()
            for outlook in asked
            for finding in outlook.findings
            if not (finding.orders or finding.duty)
        ],
        partners=[] if asked else list(partners_of(service)),
        closed=closed_among(
            [
                (outlook.standing, outlook.standing.services[order.recipient].pk)
                for outlook in asked
                for order in outlook.orders
            ],
            at,
        ),
    )


def envelopes_of(asked: Iterable[Outlook]) -> list[Envelope]:
    """Every order of every protocol asked: what leaves first, the most urgent on top."""
    orders = [(outlook, order) for outlook in asked for order in outlook.orders]
    orders.sort(key=lambda pair: (pair[1].action != "send", -pair[1].rank))
    return [envelope_of(outlook.standing, order) for outlook, order in orders]


def envelope_of(standing: Standing, order: Order) -> Envelope:
    """One order of a protocol, in words."""
    protocol: Protocol = standing.protocol
    several = len(order.bases) > 1
    return Envelope(
        recipient=standing.services[order.recipient].name,
        article=" · ".join((order.article, *order.also)),
        urgency=order.urgency,
        urgency_label=protocol.urgencies[order.urgency].label,
        purpose=" ; ".join(protocol.purposes[purpose] for purpose in order.purposes),
        categories=[
            {
                "label": protocol.categories[code],
                "text": protocol.bases[basis].label if several else "",
                "name": named(standing.services[order.recipient].pk, code),
            }
            for code, basis in order.categories.items()
        ],
        basis=[protocol.bases[code].label for code in order.bases],
        left_out=[words for code, words in protocol.categories.items() if code not in order.categories],
        is_held=order.action != "send",
        without_agreement=order.action == "send" and without_agreement(order.categories),
        held=why_held(order.reason_held or ""),
        due=order.decide_by or order.send_by,
        warnings=[protocol.warnings.get(code) or _closed() for code in order.warnings],
        why=order.explain(),
    )


def _closed() -> str:
    """The engine's own warning, where the protocol has no words for it."""
    return _(
        "This service is closed, or about to close: the delay to acknowledge runs when it opens again. "
        "It is no emergency service."
    )
