"""A service's past readings as the moments at which protocols would have been asked, in chunks of cases.

Agreements, incidents and levels count as they stood at each moment. In the service's space, for as long as it is read.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from itertools import groupby, zip_longest
from typing import Any
from uuid import UUID

from django.db.models import F, Max, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.utils import timezone

from alerts.facts import KEPT, facts_kept
from assessment.grids import load_grid
from assessment.models import Reading, SecondReading, SentBack
from cases.models import Agreement as StoredAgreement
from cases.models import Incident, PersonRole
from pole.tenancy.models import Service
from protocols.engine import Agreement, Facts
from protocols.history import INCIDENT, READING, Event
from protocols.simulation import Moment
from protocols.terms import Protocol

AT_ONCE = 200
Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Seat:
    """A protocol as one service sits in it: which party it is, and which party every other service is."""

    protocol: Protocol
    party: str
    codes: Mapping[UUID, str]


@dataclass(frozen=True, slots=True)
class Span:
    """Days from the first to the last, both included, Brussels time."""

    first: date
    last: date

    @property
    def begins(self) -> datetime:
        return timezone.make_aware(datetime.combine(self.first, time.min))

    @property
    def ends(self) -> datetime:
        return timezone.make_aware(datetime.combine(self.last + timedelta(days=1), time.min))


def readings_in(service: Service, span: Span) -> QuerySet[Reading]:
    """Those of the service that were finalised within these days."""
    return Reading.objects.filter(service=service, finalised_at__gte=span.begins, finalised_at__lt=span.ends)


def cases_in(
    service: Service, span: Span, *, after: UUID | None = None, at_most: int = AT_ONCE
) -> list[UUID]:
    """The next cases with such readings, in the order in which they are played."""
    found = readings_in(service, span).order_by("case_id").values_list("case_id", flat=True).distinct()
    return list(found.filter(case_id__gt=after)[:at_most] if after else found[:at_most])


def all_moments(service: Service, seats: Sequence[Seat], span: Span) -> Iterator[Moment]:
    """Every moment of the days, a chunk of cases in memory at a time."""
    after = None
    while cases := cases_in(service, span, after=after):
        yield from moments_of(service, seats, span, cases)
        after = cases[-1]


def moments_of(
    service: Service, seats: Sequence[Seat], span: Span, cases: Sequence[UUID]
) -> Iterator[Moment]:
    """The moments of these cases. What was read before the days is there, uncounted, where a protocol looks back."""
    looks_back = any(seat.protocol.history for seat in seats)
    agreements = _agreements(service, cases)
    incidents = _incidents(service, cases) if looks_back else {}
    for case, found in groupby(_rows(service, span, cases, looks_back), key=lambda row: row["case_id"]):
        yield from _Course(seats, span, list(found), agreements[case], incidents.get(case, [])).moments()


def _rows(service: Service, span: Span, cases: Sequence[UUID], looks_back: bool) -> Iterator[Row]:
    asked_back = SentBack.objects.filter(reading=OuterRef("pk")).values("reading").annotate(at=Max("at"))
    readings = Reading.objects.filter(service=service, case_id__in=cases, finalised_at__lt=span.ends)
    if not looks_back:
        readings = readings.filter(finalised_at__gte=span.begins)
    kept = {f"kept_{key}": F(f"result__{key}") for key in KEPT}
    rows = readings.order_by("case_id", "finalised_at").annotate(
        **kept, settled_at=Coalesce("second_at", Subquery(asked_back.values("at")))
    )
    columns = ("case_id", "grid", "finalised_at", "chosen", "suggested", "in_force", "second", "settled_at")
    found: Iterator[Row] = rows.values(*columns, *kept).iterator(chunk_size=2000)
    return found


def _agreements(service: Service, cases: Sequence[UUID]) -> dict[UUID, list[StoredAgreement]]:
    """Of the person followed alone, as `alerts.facts.agreements_of`."""
    found: dict[UUID, list[StoredAgreement]] = defaultdict(list)
    stored = StoredAgreement.objects.filter(
        service=service, case_id__in=cases, person__role=PersonRole.FOLLOWED
    )
    for agreement in stored:
        found[agreement.case_id].append(agreement)
    return found


def _incidents(service: Service, cases: Sequence[UUID]) -> dict[UUID, list[tuple[date, str, datetime]]]:
    found: dict[UUID, list[tuple[date, str, datetime]]] = defaultdict(list)
    stored = Incident.objects.filter(service=service, case_id__in=cases)
    for case, on, kind, at in stored.values_list("case_id", "happened_on", "kind", "recorded_at"):
        found[case].append((on, kind, at))
    return found


@dataclass(frozen=True, slots=True)
class _Course:
    """One case: its readings in order, and what else was known when."""

    seats: Sequence[Seat]
    span: Span
    rows: list[Row]
    agreements: list[StoredAgreement]
    incidents: list[tuple[date, str, datetime]]

    def moments(self) -> Iterator[Moment]:
        for row, following in zip_longest(self.rows, self.rows[1:]):
            at = row["finalised_at"]
            level = _on_the_day(row)
            is_lowered = (level or 0) > (row["chosen"] or 0)
            yield self._moment(row, at, level, held=is_lowered, chosen=row["chosen"] if is_lowered else None)
            settled = row["settled_at"]
            if _suggestion_stayed(row) and (following is None or following["finalised_at"] > settled):
                yield self._moment(row, settled, row["in_force"])

    def _moment(
        self, row: Row, at: datetime, level: int | None, *, held: bool = False, chosen: int | None = None
    ) -> Moment:
        return Moment(
            case=row["case_id"],
            at=at,
            facts=tuple(self._facts(seat, row, at, level, held) for seat in self.seats),
            chosen=tuple(self._facts(seat, row, at, chosen, False) for seat in self.seats) if held else (),
            is_counted=self.span.begins <= at < self.span.ends,
        )

    def _facts(self, seat: Seat, row: Row, at: datetime, level: int | None, held: bool) -> Facts:
        return facts_kept(
            seat.protocol,
            {"grid": row["grid"]} | {key: row[f"kept_{key}"] for key in KEPT},
            party=seat.party,
            level=level,
            agreements=self._agreed(seat, at),
            events=self._events(row, at) if seat.protocol.history else (),
            held=held,
        )

    def _agreed(self, seat: Seat, at: datetime) -> tuple[Agreement, ...]:
        """Given, not withdrawn, not expired at that moment."""
        day = timezone.localdate(at)
        return tuple(
            Agreement(code, frozenset(row.categories), frozenset(row.purposes), row.expires_on)
            for row in self.agreements
            if row.given_on <= day <= row.expires_on
            and (row.withdrawn_at is None or row.withdrawn_at > at)
            and (code := seat.codes.get(row.recipient_id))
        )

    def _events(self, row: Row, at: datetime) -> tuple[Event, ...]:
        """What was recorded, and read, before; what was sent before is the simulation's own."""
        return (
            *(Event(INCIDENT, on, kind) for on, kind, recorded_at in self.incidents if recorded_at <= at),
            *(
                Event(READING, timezone.localdate(other["finalised_at"]), level=_as_of(other, at))
                for other in self.rows
                if other is not row and other["finalised_at"] < at
            ),
        )


def _on_the_day(row: Row) -> int | None:
    """The level in force when it was finalised: what a second reader agreed to later was not yet so."""
    if row["second"] != SecondReading.AGREED:
        level: int | None = row["in_force"]
        return level
    chosen, suggested = row["chosen"], row["suggested"]
    if suggested is None:
        return None if chosen == load_grid(row["grid"]).lowest.value else int(chosen)
    return max(int(chosen or 0), int(suggested))


def _as_of(row: Row, at: datetime) -> int | None:
    settled = row["settled_at"]
    if settled is None or settled > at:
        return _on_the_day(row)
    level: int | None = row["in_force"]
    return level


def _suggestion_stayed(row: Row) -> bool:
    """Somebody settled the level against the lower choice, so the protocols were asked again."""
    stayed = (SecondReading.DISAGREED, SecondReading.SUGGESTION)
    return bool(row["settled_at"]) and row["second"] in stayed
