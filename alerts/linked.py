"""The links of a case as its page shows them: our level, the one that crossed, the one that applies, and whether the
two services disagree."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import OuterRef, Subquery
from django.db.models.functions import JSONObject
from django.utils.dateparse import parse_datetime

from alerts.models import Disagreement, LinkState, Situation
from alerts.models.disagreement import ended_in_words
from alerts.realities import applied_level
from assessment.grid import Level
from assessment.scale import common_scale


@dataclass(frozen=True, slots=True)
class ShownSituation:
    """`received_at` None: no level crossed. `asked_at`: when the coordination was.

    `agreed_at`: when the référents of both agreed on the level that applies. `deal_by`: a disagreement is open, to be
    dealt with by then. `ended`, `ended_at`: how and when the last one was closed.
    """

    id: str
    partner: str
    is_linked: bool
    is_refused: bool
    own: Level
    received: Level
    received_at: datetime | None
    applied: Level
    asked_at: datetime | None
    agreed_at: datetime | None
    deal_by: datetime | None
    ended: str
    ended_at: datetime | None

    @property
    def differs(self) -> bool:
        """Both are known and not the same; what could not be assessed is not compared."""
        return None not in (self.own.value, self.received.value) and self.own != self.received


def links_of_case() -> ArraySubquery:
    """The links of each case of a query, the oldest first, to be annotated and shown by `situations_shown`."""
    links = Situation.objects.with_state().filter(case=OuterRef("pk"), service=OuterRef("service"))
    last = Disagreement.objects.filter(situation=OuterRef("pk"), service=OuterRef("service")).in_turn()
    links = links.annotate(
        last_disagreement=Subquery(
            last.values(json=JSONObject(due_at="due_at", closed_at="closed_at", ended="ended"))[:1]
        )
    )
    return ArraySubquery(
        links.order_by("created_at").values(
            json=JSONObject(
                id="id",
                partner="partner__name",
                state="state",
                level="received_level",
                received_at="received_at",
                asked_at="differs_since",
                agreed_level="agreed_level",
                agreed_at="agreed_at",
                disagreement="last_disagreement",
            )
        )
    )


def situations_shown(links: list[dict[str, Any]], level: int | None) -> list[ShownSituation]:
    """The links of one case, beside its own level."""
    return [_shown(link, level) for link in links]


def _shown(link: dict[str, Any], level: int | None) -> ShownSituation:
    levels = common_scale()  # the two sides may read with different grids
    last = link["disagreement"] or {"due_at": None, "closed_at": None, "ended": ""}
    return ShownSituation(
        id=link["id"],
        partner=link["partner"],
        is_linked=link["state"] == LinkState.LINKED,
        is_refused=link["state"] == LinkState.REFUSED,
        own=levels[level],
        received=levels[link["level"]],
        received_at=_moment(link["received_at"]),
        applied=levels[applied_level((level, link["level"]), agreed=link["agreed_level"])],
        asked_at=_moment(link["asked_at"]),
        agreed_at=_moment(link["agreed_at"]) if link["agreed_level"] is not None else None,
        deal_by=None if last["closed_at"] else _moment(last["due_at"]),
        ended=ended_in_words(last["ended"]),
        ended_at=_moment(last["closed_at"]),
    )


def _moment(text: str | None) -> datetime | None:
    return parse_datetime(text) if text else None
