"""The register: every exchange of a service, both ways, as the record of its accountability (GDPR, art. 5 §2, 30).

Who, to whom, when, under which article and basis, what for, which categories: never what they say, nor about whom.
"""

import csv
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from io import StringIO
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from pole import legal
from pole.tenancy.models import Service
from protocols.models import Exchange, ExchangeKind, ProtocolVersion
from protocols.registry import protocol_of
from protocols.terms import Protocol

SENT, RECEIVED = "sent", "received"


@dataclass(frozen=True, slots=True)
class Wanted:
    """What to show; empty is everything. Days are Brussels', both included."""

    since: date | None = None
    until: date | None = None
    partner: UUID | None = None
    direction: str = ""
    article: str = ""
    category: str = ""
    basis: str = ""
    kind: str = ""


@dataclass(frozen=True, slots=True)
class Line:
    """One exchange in words. `categories`: those that crossed, each with its basis."""

    id: UUID
    at: datetime
    is_ours: bool
    partner: str
    kind: str
    urgency: str
    protocol: str
    version: ProtocolVersion
    article: str
    categories: list[tuple[str, str, str]]
    purposes: list[str]


def exchanges_of(service: Service, wanted: Wanted) -> QuerySet[Exchange]:
    """The latest first, without their content."""
    mine = {SENT: Q(sender=service), RECEIVED: Q(recipient=service)}
    found = Exchange.objects.filter(mine.get(wanted.direction, mine[SENT] | mine[RECEIVED]))
    if wanted.since:
        found = found.filter(sent_at__date__gte=wanted.since)
    if wanted.until:
        found = found.filter(sent_at__date__lte=wanted.until)
    if wanted.partner:
        found = found.filter(Q(sender=wanted.partner) | Q(recipient=wanted.partner))
    if wanted.article:
        found = found.filter(Q(article=wanted.article) | Q(also__contains=[wanted.article]))
    if wanted.category:
        found = found.filter(categories__contains=[wanted.category])
    if wanted.kind:
        found = found.filter(kind=wanted.kind)
    if wanted.basis:
        found = found.filter(_rests_on(wanted.basis))
    return found.defer("content").select_related("sender", "recipient").order_by("-sent_at", "pk")


def lines_of(service: Service, exchanges: Iterable[Exchange]) -> Iterator[Line]:
    """In words: each protocol's own for what crossed under it."""
    versions = {version.pk: version for version in ProtocolVersion.objects.of_service(service.pk)}
    for exchange in exchanges:
        version = versions[exchange.protocol_id]
        yield _line(service, exchange, version, protocol_of(version))


def partners(service: Service) -> QuerySet[Service]:
    """The other parties of every protocol that the service is or was a party of."""
    of_service = ProtocolVersion.objects.of_service(service.pk)
    others = Service.objects.filter(parties__version__in=of_service).exclude(pk=service.pk)
    return others.distinct().order_by("name")


def known_bases(service: Service) -> Mapping[str, str]:
    """Code -> words of every basis of those protocols."""
    return {
        code: basis.label
        for version in ProtocolVersion.objects.of_service(service.pk).order_by("in_force_from")
        for code, basis in protocol_of(version).bases.items()
    }


HEADINGS = (
    "date et heure", "sens", "service", "nature", "urgence", "protocole", "version", "article",
    "catégories", "bases légales", "finalités", "échange",
)  # fmt: skip


def as_csv(lines: Iterable[Line]) -> str:
    """A line an exchange, for a spreadsheet."""
    text = StringIO()
    text.write("\ufeff")  # spreadsheets take the letters for UTF-8
    writer = csv.writer(text, delimiter=";")
    writer.writerow(HEADINGS)
    for line in lines:
        writer.writerow(
            _harmless(cell)
            for cell in (
                timezone.localtime(line.at).isoformat(timespec="seconds"),
                "envoyé" if line.is_ours else "reçu",
                line.partner,
                line.kind,
                line.urgency,
                line.protocol,
                line.version.version,
                line.article,
                ", ".join(f"{code} {words}" for code, words, _basis in line.categories),
                ", ".join(dict.fromkeys(basis for _code, _words, basis in line.categories)),
                ", ".join(line.purposes),
                str(line.id),
            )
        )
    return text.getvalue()


def _line(service: Service, exchange: Exchange, version: ProtocolVersion, protocol: Protocol) -> Line:
    is_ours = exchange.sender_id == service.pk
    return Line(
        id=exchange.pk,
        at=exchange.sent_at,
        is_ours=is_ours,
        partner=(exchange.recipient if is_ours else exchange.sender).name,
        kind=_("raised by the Pôle") if exchange.raised_by_pole else str(ExchangeKind(exchange.kind).label),
        urgency=protocol.urgencies[exchange.urgency].label if exchange.urgency in protocol.urgencies else "",
        protocol=protocol.title,
        version=version,
        article=" · ".join((exchange.article, *exchange.also)),
        categories=[
            (code, protocol.categories[code], protocol.bases[exchange.bases[code]].label)
            for code in exchange.categories
        ],
        purposes=[protocol.purposes[code] for code in exchange.purposes],
    )


def _rests_on(basis: str) -> Q:
    """Exchanges of which a category that crossed rests on this basis."""
    found = Q()
    for category in legal.categories():
        found |= Q(categories__contains=[category.code], **{f"bases__{category.code}": basis})
    return found


def _harmless(cell: Any) -> str:
    """No spreadsheet takes a name for a formula."""
    text = str(cell)
    return f"'{text}" if text[:1] in "=+-@\t\r" and text else text
