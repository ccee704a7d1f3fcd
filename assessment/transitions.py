"""All readings of a service read again with another grid: how the levels move. Nothing is written.

Streamed: one row of the database at a time, whatever their number.
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.contrib.postgres.aggregates import JSONBAgg
from django.db.models import F, Q, Value
from django.db.models.functions import JSONObject
from django.utils import timezone

from assessment.grid import Answer, Grid, Indicator
from assessment.models import Reading
from assessment.reading import Previous
from assessment.rereading import Reread, reread
from pole.tenancy.models import Service

AT_A_TIME = 2000


@dataclass(slots=True)
class Transitions:
    """Suggested level then and now -> how many; None is NE."""

    readings: int = 0
    levels: Counter[tuple[int | None, int | None]] = field(default_factory=Counter)
    retyped: int = 0
    markers_new: Counter[str] = field(default_factory=Counter)
    markers_gone: Counter[str] = field(default_factory=Counter)
    incomplete: int = 0
    left_out: int = 0

    @property
    def moved(self) -> int:
        return sum(count for (before, after), count in self.levels.items() if before != after)


def readings_with(service: Service, code: str) -> int:
    """How many finalised readings of the service were made with a grid."""
    return Reading.objects.filter(service=service, grid=code).finalised().count()


def rereadings(service: Service, made_with: Grid, grid: Grid) -> Iterator[Transitions]:
    """The same count, growing with each reading. In the service's space, for as long as it is read."""
    found = Transitions()
    last: dict[str, Any] = {}
    for row in _rows(service, made_with.code):
        row["on"] = timezone.localdate(row["finalised_at"])
        row["answers"] = _answers(row.pop("given"), made_with)
        again = reread(
            row["answers"], made_with=made_with, grid=grid, on=row["on"], previous=_previous(row, last)
        )
        _count(found, row, again)
        last = row
        yield found


def _rows(service: Service, code: str) -> Iterator[Any]:
    """Finalised readings with their answers, case by case, each after the one it follows."""
    answer = JSONObject(
        indicator="answers__indicator",
        value="answers__value",
        seen="answers__seen",
        details="answers__details",
    )
    rows = (
        Reading.objects.filter(service=service, grid=code)
        .finalised()
        .order_by("case_id", "finalised_at")
        .values("pk", "previous_id", "previous_level", "finalised_at", "suggested", "dynamics")
        .annotate(found=F("markers"), given=JSONBAgg(answer, filter=~Q(answers__value=""), default=Value([])))
    )
    return rows.iterator(chunk_size=AT_A_TIME)


def _answers(given: list[dict[str, Any]], grid: Grid) -> dict[str, Answer]:
    """Free texts stay sealed: no grid looks at them."""
    return {
        each["indicator"]: Answer(
            each["value"],
            date.fromisoformat(each["seen"]) if each["seen"] else None,
            None,
            _details(each["details"], grid.indicators[each["indicator"]]) if each["details"] else {},
        )
        for each in given
    }


def _details(details: dict[str, Any], indicator: Indicator) -> dict[str, Any]:
    kinds = {detail.code: detail.kind for detail in indicator.details.values()}
    return {
        code: date.fromisoformat(value) if kinds.get(code) == "date" else value
        for code, value in details.items()
    }


def _previous(row: dict[str, Any], last: dict[str, Any]) -> Previous | None:
    """As it stood on the day; its answers are known where it was made with the same grid."""
    if row["previous_id"] is None:
        return None
    if row["previous_id"] != last.get("pk"):
        return Previous(row["previous_level"])
    return Previous(row["previous_level"], last["answers"], last["on"], last["previous_level"])


def _count(found: Transitions, row: dict[str, Any], again: Reread) -> None:
    now, before = again.result, set(row["found"])
    found.readings += 1
    found.levels[row["suggested"], now.severity] += 1
    found.retyped += (now.dynamics or "") != row["dynamics"]
    found.markers_new.update(set(now.markers) - before)
    found.markers_gone.update(before - set(now.markers))
    found.incomplete += now.incomplete
    found.left_out += bool(again.left_out)
