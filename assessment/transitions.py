"""All readings of a service read again with another grid: how the levels move. Nothing is written.

Streamed: one row of the database at a time, whatever their number.
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Self
from uuid import UUID

from django.contrib.postgres.aggregates import JSONBAgg
from django.db.models import F, Q, QuerySet, Value
from django.db.models.functions import JSONObject
from django.utils import timezone

from assessment.grid import Answer, Grid, Indicator
from assessment.models import Reading
from assessment.reading import Previous
from assessment.rereading import Reread, reread
from pole.tenancy.models import Service

AT_A_TIME = 2000
PAIRS, MARKERS = ("levels", "types"), ("markers_new", "markers_gone")


@dataclass(slots=True)
class Transitions:
    """What the other grid makes of readings. `levels`, `types`: suggested then and now -> how many.

    A level None is NE, a type "" is none. `left_out`: how many had answers that mean nothing to the other grid;
    where all of them do, the reading is `not_comparable` and in no other count.
    """

    readings: int = 0
    levels: Counter[tuple[int | None, int | None]] = field(default_factory=Counter)
    types: Counter[tuple[str, str]] = field(default_factory=Counter)
    markers_new: Counter[str] = field(default_factory=Counter)
    markers_gone: Counter[str] = field(default_factory=Counter)
    incomplete_then: int = 0
    incomplete: int = 0
    left_out: int = 0
    not_comparable: int = 0

    @property
    def moved(self) -> int:
        return sum(count for (then, now), count in self.levels.items() if then != now)

    @property
    def retyped(self) -> int:
        return sum(count for (then, now), count in self.types.items() if then != now)

    def to_json(self) -> dict[str, Any]:
        """Plain data, from which `from_json` makes the same."""
        return {
            "readings": self.readings,
            "levels": [[*pair, count] for pair, count in self.levels.items()],
            "types": [[*pair, count] for pair, count in self.types.items()],
            "markers_new": dict(self.markers_new),
            "markers_gone": dict(self.markers_gone),
            "incomplete_then": self.incomplete_then,
            "incomplete": self.incomplete,
            "left_out": self.left_out,
            "not_comparable": self.not_comparable,
        }

    @classmethod
    def from_json(cls, kept: dict[str, Any]) -> Self:
        """What was counted so far; nothing yet where `kept` is empty."""
        if not kept:
            return cls()
        counted = {name: Counter({(then, now): n for then, now, n in kept[name]}) for name in PAIRS}
        return cls(**kept | counted | {name: Counter(kept[name]) for name in MARKERS})


def readings_with(service: Service, code: str) -> int:
    """How many finalised readings of the service were made with a grid."""
    return _made_with(service, code).count()


def cases_with(service: Service, code: str, *, after: UUID | None, at_most: int) -> list[UUID]:
    """The next cases that have such readings, in the order in which they are read again."""
    found = _made_with(service, code).order_by("case_id").values_list("case_id", flat=True).distinct()
    return list(found.filter(case_id__gt=after)[:at_most] if after else found[:at_most])


def rereadings(
    service: Service,
    made_with: Grid,
    grid: Grid,
    *,
    cases: tuple[UUID, UUID] | None = None,
    found: Transitions | None = None,
) -> Iterator[Transitions]:
    """The same count, growing with each reading. In the service's space, for as long as it is read.

    Args:
        cases: from the first of these to the second, both included; None is all.
        found: what was counted before, to go on from.
    """
    found = found or Transitions()
    last: dict[str, Any] = {}
    for row in _rows(service, made_with.code, cases):
        row["on"] = timezone.localdate(row["finalised_at"])
        row["answers"] = _answers(row.pop("given"), made_with)
        again = reread(
            row["answers"], made_with=made_with, grid=grid, on=row["on"], previous=_previous(row, last)
        )
        _count(found, row, again)
        last = row
        yield found


def _made_with(service: Service, code: str) -> QuerySet[Reading]:
    return Reading.objects.filter(service=service, grid=code).finalised()


def _rows(service: Service, code: str, cases: tuple[UUID, UUID] | None = None) -> Iterator[Any]:
    """Finalised readings with their answers, case by case, each after the one it follows."""
    readings = _made_with(service, code)
    if cases:
        readings = readings.filter(case_id__gte=cases[0], case_id__lte=cases[1])
    answer = JSONObject(
        indicator="answers__indicator",
        value="answers__value",
        seen="answers__seen",
        details="answers__details",
    )
    rows = (
        readings.order_by("case_id", "finalised_at")
        .values("pk", "previous_id", "previous_level", "finalised_at", "suggested", "dynamics", "incomplete")
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
    found.left_out += bool(again.left_out)
    if again.left_out and not now.answers:
        found.not_comparable += 1
        return
    found.levels[row["suggested"], now.severity] += 1
    found.types[row["dynamics"], now.dynamics or ""] += 1
    found.markers_new.update(set(now.markers) - before)
    found.markers_gone.update(before - set(now.markers))
    found.incomplete_then += row["incomplete"]
    found.incomplete += now.incomplete
