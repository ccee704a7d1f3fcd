"""Keep what every paragraph of a protocol decided about a reading, and tell it again, fired or not."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from operator import attrgetter

from alerts.models import Alert, Asking
from assessment.models import Reading
from cases.models import CaseChange
from pole.tenancy.actor import Actor
from protocols.deliberation import Deliberation, Retold, Told, retold
from protocols.models import ProtocolVersion
from protocols.registry import Standing, protocol_of, standing_under
from protocols.terms import Protocol


@dataclass(frozen=True, slots=True)
class ShownOrder:
    """What a paragraph ordered for one recipient; `alert` is what was written for it.

    `categories`: (basis, the categories that rest on it).
    """

    recipient: str
    was_held: bool
    categories: list[tuple[str, list[str]]]
    alert: Alert | None


@dataclass(frozen=True, slots=True)
class ShownParagraph:
    """One rule: what it found then and why, what it ordered."""

    article: str
    applied: bool
    why: str
    duty: str
    orders: list[ShownOrder]


@dataclass(frozen=True, slots=True)
class ShownArticle:
    """The signed text once, and beside it each of its rules that applied, or that did not."""

    number: str
    text: str
    paragraphs: list[ShownParagraph]


@dataclass(frozen=True, slots=True)
class ShownAsking:
    """One protocol asked at one level. `agreements`: (service, categories, last day) that stood then."""

    version: ProtocolVersion
    title: str
    at: datetime
    after_change: bool
    level: int | None
    held: bool
    agreements: list[tuple[str, str, str]]
    paragraphs: list[ShownParagraph]

    @property
    def fired(self) -> list[ShownArticle]:
        return self._articles(applied=True)

    @property
    def silent(self) -> list[ShownArticle]:
        return self._articles(applied=False)

    def _articles(self, *, applied: bool) -> list[ShownArticle]:
        protocol, found = protocol_of(self.version), [x for x in self.paragraphs if x.applied is applied]
        return [
            ShownArticle(number, protocol.article(number).text, list(of_article))
            for number, of_article in groupby(found, key=attrgetter("article"))
        ]


def keep(
    *,
    actor: Actor,
    reading: Reading,
    standing: Standing,
    asked: Iterable[Deliberation],
    at: datetime,
    change: CaseChange | None = None,
) -> Asking:
    """Keep it, in the transaction of the decision."""
    kept = [each.kept() for each in asked]
    return Asking.objects.create(
        service=actor.service,
        reading=reading,
        change=change,
        protocol=standing.version,
        at=at,
        kept=json.dumps(kept, ensure_ascii=False, separators=(",", ":")),
    )


def askings_of(actor: Actor, reading: Reading, alerts: Sequence[Alert]) -> list[ShownAsking]:
    """Everything that was asked about a reading, the first first.

    Args:
        alerts: what was written about this reading, as the page shows it.
    """
    rows = Asking.objects.filter(service=actor.service, reading=reading).select_related("protocol")
    shown = []
    for row in rows.order_by("at", "protocol__identifier"):
        standing = standing_under(row.protocol, actor.service)
        mine = {
            standing.code_of(alert.recipient_id): alert
            for alert in alerts
            if alert.protocol_id == row.protocol_id and alert.created_at == row.at
        }
        shown += [
            _shown(row, standing, retold(standing.protocol, kept), mine) for kept in json.loads(row.kept)
        ]
    return shown


def _shown(row: Asking, standing: Standing, told: Retold, alerts: dict[str | None, Alert]) -> ShownAsking:
    protocol = protocol_of(row.protocol)
    return ShownAsking(
        version=row.protocol,
        title=protocol.title,
        at=row.at,
        after_change=row.change_id is not None,
        level=told.level,
        held=told.held,
        agreements=[
            (
                standing.services[each.recipient].name,
                _named(protocol.categories, each.categories),
                each.until.strftime("%d/%m/%Y") if each.until else "",
            )
            for each in told.agreements
        ],
        paragraphs=[_paragraph(standing, each, alerts) for each in told.paragraphs],
    )


def _paragraph(standing: Standing, told: Told, alerts: dict[str | None, Alert]) -> ShownParagraph:
    finding, protocol = told.finding, standing.protocol
    return ShownParagraph(
        article=finding.article,
        applied=finding.outcome in ("ordered", "duty"),
        why=finding.explain(),
        duty=finding.duty or "",
        orders=[
            ShownOrder(
                recipient=standing.services[order.recipient].name,
                was_held=order.action != "send",
                categories=_by_basis(protocol, order.categories),
                alert=alerts.get(order.recipient),
            )
            for order in told.ordered
        ],
    )


def _by_basis(protocol: Protocol, categories: Mapping[str, str]) -> list[tuple[str, list[str]]]:
    return [
        (
            protocol.bases[basis].label,
            [protocol.categories[code] for code in categories if categories[code] == basis],
        )
        for basis in dict.fromkeys(categories.values())
    ]


def _named(words: Mapping[str, str], codes: Iterable[str]) -> str:
    return ", ".join(words[code] for code in sorted(codes) if code in words)
