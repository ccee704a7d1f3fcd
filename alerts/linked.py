"""The links of a case as its page shows them: our level, the one that crossed, the one that applies."""

from dataclasses import dataclass
from datetime import datetime

from django.conf import settings

from alerts.models import LinkState, Situation
from assessment.grid import Level
from assessment.grids import load_grid
from cases.models import Case


@dataclass(frozen=True, slots=True)
class ShownSituation:
    """`received_at` None: no level crossed. `asked_at`: when the coordination was (article 9)."""

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


def situations_of(case: Case) -> list[ShownSituation]:
    """Every link of the case, the oldest first, in one query."""
    levels = load_grid(settings.READING_GRID).levels
    links = (
        Situation.objects.with_state().filter(case=case, service=case.service_id).select_related("partner")
    )
    shown = []
    for link in links.order_by("created_at"):
        known = [level for level in (case.level, link.received_level) if level is not None]
        shown.append(
            ShownSituation(
                partner=link.partner.name,
                is_linked=link.state == LinkState.LINKED,  # type: ignore[attr-defined] # annotated
                is_refused=link.state == LinkState.REFUSED,  # type: ignore[attr-defined] # annotated
                own=levels[case.level],
                received=levels[link.received_level],
                received_at=link.received_at,
                applied=levels[max(known, default=None)],
                asked_at=link.differs_since,
            )
        )
    return shown
