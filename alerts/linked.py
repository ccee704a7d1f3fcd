"""The links of a case as its page shows them: our level, the one that crossed, the one that applies."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import OuterRef
from django.db.models.functions import JSONObject
from django.utils.dateparse import parse_datetime

from alerts.models import LinkState, Situation
from assessment.grid import Level
from assessment.scale import common_scale


@dataclass(frozen=True, slots=True)
class ShownSituation:
    """`received_at` None: no level crossed. `asked_at`: when the coordination was (article 9)."""

    id: str
    partner: str
    is_linked: bool
    is_refused: bool
    own: Level
    received: Level
    received_at: datetime | None
    applied: Level
    asked_at: datetime | None

    @property
    def differs(self) -> bool:
        """Both are known and not the same; what could not be assessed is not compared."""
        return None not in (self.own.value, self.received.value) and self.own != self.received


def links_of_case() -> ArraySubquery:
    """The links of each case of a query, the oldest first, to be annotated and shown by `situations_shown`."""
    links = Situation.objects.with_state().filter(case=OuterRef("pk"), service=OuterRef("service"))
    return ArraySubquery(
        links.order_by("created_at").values(
            json=JSONObject(
                id="id",
                partner="partner__name",
                state="state",
                level="received_level",
                received_at="received_at",
                asked_at="differs_since",
            )
        )
    )


def situations_shown(links: list[dict[str, Any]], level: int | None) -> list[ShownSituation]:
    """The links of one case, beside its own level."""
    return [_shown(link, level) for link in links]


def _shown(link: dict[str, Any], level: int | None) -> ShownSituation:
    levels = common_scale()  # the two sides may read with different grids
    known = [value for value in (level, link["level"]) if value is not None]
    return ShownSituation(
        id=link["id"],
        partner=link["partner"],
        is_linked=link["state"] == LinkState.LINKED,
        is_refused=link["state"] == LinkState.REFUSED,
        own=levels[level],
        received=levels[link["level"]],
        received_at=_moment(link["received_at"]),
        applied=levels[max(known, default=None)],
        asked_at=_moment(link["asked_at"]),
    )


def _moment(text: str | None) -> datetime | None:
    return parse_datetime(text) if text else None
