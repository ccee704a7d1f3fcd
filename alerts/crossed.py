"""What crossed between two services about one situation, either way: what each exchange carried, and no more."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db.models import Exists, OuterRef
from django.utils.translation import gettext as _

from alerts.content import indicators_told
from alerts.models import Alert, Situation
from assessment.grid import Grid, Level
from assessment.grids import GridError, load_grid
from assessment.scale import common_level
from pole.legal import READING
from pole.tenancy.actor import Actor
from protocols import exchange as door
from protocols.models import Exchange, ExchangeKind
from protocols.models.exchange import ExchangeQuerySet
from protocols.registry import Standing, protocol_of
from protocols.terms import AGREEMENT, REFERENT

MOST = 30  # exchanges looked at each way, the latest


@dataclass(frozen=True, slots=True)
class Carried:
    """A reading as an exchange carried it, in the words that it carried."""

    grid: str
    level: Level
    dynamics: str
    dynamics_label: str
    markers: list[dict[str, str]]
    is_incomplete: bool


@dataclass(frozen=True, slots=True)
class Crossed:
    """One exchange. `is_ours`: we sent it. `is_recalled`: its sender took it back since; what was read was read."""

    exchange: Exchange
    is_ours: bool
    is_recalled: bool
    categories: tuple[str, ...]
    lines: dict[str, list[dict[str, Any]]]
    reading: Carried | None

    @property
    def at(self) -> datetime:
        return self.exchange.sent_at


@dataclass(frozen=True, slots=True)
class History:
    """All that crossed about a situation, the latest first. `is_cut`: older ones are not looked at."""

    rows: tuple[Crossed, ...]
    is_cut: bool

    @property
    def theirs(self) -> Crossed | None:
        """What brought the partner's reading last."""
        return self._last(is_ours=False)

    @property
    def ours(self) -> Crossed | None:
        """What told them of our reading last."""
        return self._last(is_ours=True)

    def answered(self, grid: Grid) -> frozenset[str]:
        """Codes of the indicators whose answers crossed to us, in this grid's words."""
        return frozenset[str]().union(
            *(
                indicators_told(grid, category, lines)
                for row in self.rows
                if not row.is_ours
                for category, lines in row.lines.items()
            )
        )

    def _last(self, *, is_ours: bool) -> Crossed | None:
        return next((row for row in self.rows if row.is_ours is is_ours and row.reading), None)


def history_of(actor: Actor, situation: Situation) -> History:
    """What the two services sent each other about the actor's case."""
    received = Exchange.objects.received_by(actor.service_id).filter(
        sender=situation.partner_id, handling__case=situation.case_id
    )
    told = Alert.objects.filter(case=situation.case_id, service=actor.service).sent()
    sent = Exchange.objects.sent_by(actor.service_id).filter(
        recipient=situation.partner_id, pk__in=told.values("exchange")
    )
    ways = [_latest(received), _latest(sent)]
    found = sorted((each for way in ways for each in way), key=lambda each: each.sent_at, reverse=True)
    contents = door.read_all(actor, found)
    return History(
        rows=tuple(_crossed(actor, exchange, contents.get(exchange.pk, {})) for exchange in found),
        is_cut=any(len(way) == MOST for way in ways),
    )


def _latest(exchanges: ExchangeQuerySet) -> list[Exchange]:
    recalls = Exchange.objects.filter(in_reply_to=OuterRef("pk"), kind=ExchangeKind.RECALL)
    recalled = recalls.filter(sender=OuterRef("sender"), recipient=OuterRef("recipient"))
    carrying = exchanges.exclude(categories=[]).annotate(is_recalled=Exists(recalled))
    return list(carrying.select_related("protocol").order_by("-sent_at")[:MOST])


def _crossed(actor: Actor, exchange: Exchange, content: dict[str, Any]) -> Crossed:
    words = protocol_of(exchange.protocol).categories
    lines = content.get("categories", {})
    return Crossed(
        exchange=exchange,
        is_ours=exchange.sender_id == actor.service_id,
        is_recalled=exchange.is_recalled,  # type: ignore[attr-defined] # annotated
        categories=tuple(words.get(code, code) for code in exchange.categories),
        lines=lines,
        reading=_carried(lines.get(READING, [])),
    )


def _carried(lines: Iterable[dict[str, Any]]) -> Carried | None:
    line = next((line for line in lines if "dynamics" in line), None)
    if line is None:
        return None
    code = line.get("grid", settings.READING_GRID)
    try:
        level = load_grid(code).levels[line["level"]]
    except (GridError, KeyError):  # a grid that is not here: the words that crossed say enough
        level = common_level(line["level"])
    return Carried(
        grid=code,
        level=level,
        dynamics=line["dynamics"],
        dynamics_label=line.get("dynamics_label", ""),
        markers=line.get("markers", []),
        is_incomplete=bool(line.get("incomplete")),
    )


def ways_of(standing: Standing | None, situation: Situation) -> list[tuple[bool, str]]:
    """What the protocol in force lets cross of a reading: to us (True) and from us, a sentence each."""
    if standing is None:
        nothing = _("No protocol is in force between the two services: nothing leaves.")
        return [(True, nothing), (False, nothing)]
    here, protocol = standing.code, standing.protocol
    there = standing.code_of(situation.partner_id) or ""
    return [
        (
            to_us,
            _way(
                agreed=protocol.allows(*pair, READING, AGREEMENT),
                without=protocol.allows(*pair, READING, REFERENT),
                level=protocol.without_from,
            ),
        )
        for to_us, pair in ((True, (there, here)), (False, (here, there)))
    ]


def _way(*, agreed: bool, without: bool, level: int) -> str:
    if agreed and without:
        return _(
            "A reading (dynamics, severity, markers) crosses with the person’s agreement, or without it "
            "from level %(level)s on."
        ) % {"level": level}
    if agreed:
        return _("A reading (dynamics, severity, markers) crosses only with the person’s agreement.")
    if without:
        return _(
            "A reading (dynamics, severity, markers) crosses only without agreement, from level %(level)s on."
        ) % {"level": level}
    return _("The protocol does not let a reading cross: neither dynamics, nor severity, nor markers.")
