"""What crossed of a partner's reading: the last exchange in a situation that carried it, and no more."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.conf import settings

from alerts.models import Situation
from assessment.grid import Level
from assessment.grids import GridError, load_grid
from assessment.scale import common_level
from pole.tenancy.actor import Actor
from protocols import exchange as door
from protocols.models import Exchange

READING = "C05"
"""The data category of a reading: level, type, markers."""


@dataclass(frozen=True, slots=True)
class Crossed:
    """A reading as an exchange carried it, in the words that it carried."""

    exchange: Exchange
    grid: str
    level: Level
    dynamics: str
    dynamics_label: str
    markers: list[dict[str, str]]
    is_incomplete: bool

    @property
    def at(self) -> datetime:
        return self.exchange.sent_at


def last_crossed(actor: Actor, situation: Situation) -> Crossed | None:
    """The partner's reading that crossed last about this case; None when none did."""
    exchanges = (
        Exchange.objects.received_by(actor.service_id)
        .filter(sender=situation.partner_id, categories__contains=[READING], handling__case=situation.case_id)
        .order_by("-sent_at")
    )
    exchange = exchanges.first()
    if exchange is None:
        return None
    lines: list[dict[str, Any]] = door.read(actor, exchange)["categories"].get(READING, [])
    line = next((line for line in lines if "dynamics" in line), None)
    return _crossed(exchange, line) if line else None


def _crossed(exchange: Exchange, line: dict[str, Any]) -> Crossed:
    code = line.get("grid", settings.READING_GRID)
    try:
        level = load_grid(code).levels[line["level"]]
    except (GridError, KeyError):  # a grid that is not here: the words that crossed say enough
        level = common_level(line["level"])
    return Crossed(
        exchange=exchange,
        grid=code,
        level=level,
        dynamics=line["dynamics"],
        dynamics_label=line.get("dynamics_label", ""),
        markers=line.get("markers", []),
        is_incomplete=bool(line.get("incomplete")),
    )
