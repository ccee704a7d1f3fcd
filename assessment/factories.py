"""Drafts with answers, dull and predictable; to be called inside the service's own space."""

from collections.abc import Mapping
from typing import Any

from django.conf import settings
from django.utils import timezone

from assessment.grids import load_grid
from assessment.models import Answer, Reading
from assessment.services import Given
from assessment.stored import put_details
from cases.models import Case
from pole.accounts.models import User

# A level each, and nothing else worth telling: what tests start from.
LEVEL_1 = dict.fromkeys(
    ["A1", "A2", "A3", "A4", "A5", "A6", "A7", "A8", "A9", "B7", "B11", "D3", "E1", "E5"], "absent"
)
LEVEL_2 = LEVEL_1 | {"A7": "recent"}
LEVEL_3 = LEVEL_1 | {"E10": "recent"}
LEVEL_4 = LEVEL_1 | {"E10": "current"}
NOT_ASSESSABLE = {"A1": "absent"}


def draft(case: Case, author: User, answers: Mapping[str, Any] = LEVEL_2, **fields: Any) -> Reading:
    """A draft whose answers are a value each, or a mapping of `Given`'s fields."""
    fields.setdefault("grid", settings.READING_GRID)
    reading = Reading.objects.create(service_id=case.service_id, case=case, author=author, **fields)
    grid = load_grid(reading.grid)
    for code, answer in answers.items():
        given = Given(answer) if isinstance(answer, str) else Given(**answer)
        row = Answer(
            service_id=case.service_id,
            reading=reading,
            indicator=code,
            value=given.value,
            seen=given.seen,
            source=given.source,
            note=given.note,
            saved_at=timezone.now(),
        )
        put_details(row, grid.indicators[code], given.details)
        row.save()
    return reading
