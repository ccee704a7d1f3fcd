"""What came out of a played scenario, told as `desk.scenarios.play` tells it, from the rows of each space alone."""

from datetime import datetime
from typing import Any
from uuid import UUID

from alerts.models import Alert, Situation
from alerts.realities import applied_level
from assessment.stored import result_of
from cases.models import Case
from pole.tenancy.context import inside
from protocols import exchange as door
from protocols.models import Exchange, ProtocolVersion
from protocols.registry import warning_about
from tests.desk.played import ALERTS, Played

POLE = "Pôle"


def document_of(played: Played) -> dict[str, Any]:
    """Readings, what the recipients received, what waits for a référent, and the situation."""
    return {
        "readings": {code: _reading(played, code) for code in played.readings},
        "alerts": [_sent(played, each) for each in played.exchanges() if each.kind in ALERTS],
        "held": [each for code in played.services for each in _held(played, code)],
        "situation": _situation(played),
    }


def _reading(played: Played, code: str) -> dict[str, Any]:
    row = played.readings[code]
    with inside(played.services[code]):
        result = result_of(row)
    return {
        "dynamics": row.dynamics or None,
        "severity": row.suggested,
        "markers": row.markers,
        "incomplete": row.incomplete,
        "open": result.open,
        "grounds": [{"code": ground.code, "level": ground.level} for ground in result.grounds],
    }


def _sent(played: Played, exchange: Exchange) -> dict[str, Any]:
    """`categories` are those opened; of one about which the case holds nothing, no heading crosses."""
    sender, recipient = played.code(exchange.sender_id), played.code(exchange.recipient_id)
    with inside(played.services[recipient]):
        read = door.read(played.actor(recipient), exchange)["categories"]
    assert set(read) == set(exchange.categories) <= set(exchange.bases)
    with inside(played.services[sender]):
        alert = Alert.objects.get(exchange=exchange)
    return {
        "by": POLE if exchange.raised_by_pole else sender,
        "to": recipient,
        "urgency": exchange.urgency,
        "article": exchange.article,
        "also": exchange.also,
        "send_by": _instant(alert.send_by),
        "decide_by": None,
        "acknowledge_by": _instant(exchange.acknowledge_by),
        "categories": sorted(exchange.bases),
        "basis": exchange.bases,
        "warnings": _warnings(played, exchange.protocol, exchange.recipient_id),
    }


def _held(played: Played, code: str) -> list[dict[str, Any]]:
    with inside(played.services[code]) as service:
        return [
            {
                "by": code,
                "to": played.code(alert.recipient_id),
                "urgency": alert.urgency,
                "article": alert.article,
                "also": alert.also,
                "send_by": _instant(alert.send_by),
                "decide_by": _instant(alert.decide_by),
                "acknowledge_by": _instant(alert.acknowledge_by),
                "categories": sorted(alert.categories),
                "basis": alert.categories,
                "warnings": _warnings(played, alert.protocol, alert.recipient_id),
            }
            for alert in Alert.objects.held().filter(service=service, created_at=played.at)
        ]


def _warnings(played: Played, version: ProtocolVersion, recipient_id: UUID) -> list[str]:
    """What the screen says before anything goes there, as the protocol calls it."""
    said = warning_about(version, recipient_id)
    return [code for code, words in played.protocol.warnings.items() if words == said]


def _situation(played: Played) -> dict[str, Any] | None:
    """As whoever holds both levels sees it."""
    for code, reading in played.readings.items():
        with inside(played.services[code]):
            row = Situation.objects.linked().exclude(received_level=None).first()
            if row:
                levels = (Case.objects.get(pk=reading.case_id).level, row.received_level)
                applied = applied_level(levels, agreed=row.agreed_level)
                return {"applied": applied, "disagreement": row.differs_since is not None}
    return None


def _instant(at: datetime | None) -> str | None:
    return at.isoformat() if at else None
