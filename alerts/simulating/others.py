"""What the parties of a draft let one another know, as a page shows it."""

from collections.abc import Mapping
from dataclasses import dataclass

from alerts.models import PublishedCounts
from alerts.simulating.publishing import cells_of, frame
from pole.tenancy.models import Service
from protocols.disclosure import Cell, Cells
from protocols.drafts import parties_of
from protocols.models import ProtocolDraft
from protocols.orders import HOLD, SEND
from protocols.terms import Protocol


@dataclass(frozen=True, slots=True)
class Row:
    """One recipient and urgency. None: below five, or it would tell such a count."""

    recipient: str
    urgency: str
    urgency_label: str
    sent: int | None
    held: int | None


@dataclass(frozen=True, slots=True)
class Published:
    by: Service
    is_own: bool
    counts: PublishedCounts
    rows: list[Row]


def published_on(service: Service, draft: ProtocolDraft, protocol: Protocol) -> list[Published]:
    """Counts shown of the draft's text as it stands, one's own first. Two queries."""
    parties = parties_of(draft)
    codes = {other.pk: code for code, other in parties.items()}
    names = {code: other.name for code, other in parties.items()}
    found = PublishedCounts.objects.visible_to(service.pk).filter(draft=draft, text_hash=protocol.text_hash())
    shown = [
        Published(
            by=each.service,
            is_own=each.service_id == service.pk,
            counts=each,
            rows=rows_of(cells_of(each), protocol, codes.get(each.service_id, ""), names),
        )
        for each in found.select_related("service").order_by("service__name")
    ]
    return sorted(shown, key=lambda each: not each.is_own)


def rows_of(cells: Cells, protocol: Protocol, party: str, names: Mapping[str, str]) -> list[Row]:
    """A line for each recipient and urgency of which something may be shown, gravest first."""
    rows = []
    for recipient, urgency, action in frame(protocol, party):
        sent, held = (cells.get(Cell(recipient, urgency, each)) for each in (SEND, HOLD))
        if action == SEND and (sent, held) != (None, None):
            name = names.get(recipient, protocol.parties[recipient].label)
            rows.append(Row(name, urgency, protocol.urgencies[urgency].label, sent, held))
    return rows
