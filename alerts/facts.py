"""The data-protection boundary: the few values of a reading and a case that protocols may look at."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from django.utils import timezone

from alerts.models import Alert
from assessment.grids import load_grid
from assessment.models import Reading
from assessment.result import Result
from cases.models import Agreement as StoredAgreement
from cases.models import Case, Incident, PersonRole
from protocols.engine import Agreement, Cause, Facts
from protocols.history import ALERT, INCIDENT, READING, Event
from protocols.registry import Standing
from protocols.terms import Protocol

CHOSEN = "chosen"
"""Ground of a level that the practitioner raised above the suggestion."""
KEPT = (
    "severity",
    "previous_level",
    "first",
    "dynamics",
    "grounds",
    "markers",
    "new_markers",
    "active",
    "newly_active",
    "details",
    "due_is_new",
)
"""What of a result that a reading keeps `facts_kept` looks at."""


def agreements_of(case: Case, standing: Standing, at: datetime) -> tuple[Agreement, ...]:
    """What the person followed agreed may be told to the parties, as it stands at that moment.

    Theirs alone: the agreement of one person never opens another's case (`demo-2026`, article 2 §2).
    """
    stored = StoredAgreement.objects.in_force(at).filter(
        case=case, service=case.service_id, person__role=PersonRole.FOLLOWED
    )
    found = ((standing.code_of(row.recipient_id), row) for row in stored)
    return tuple(
        Agreement(code, frozenset(row.categories), frozenset(row.purposes), row.expires_on)
        for code, row in found
        if code
    )


def events_of(
    case: Case, standing: Standing, at: datetime, *, reading: Reading | None = None
) -> tuple[Event, ...]:
    """The case's past at the service of the standing, for what its protocol counts; nothing where it counts nothing.

    Args:
        reading: the one that is being decided on: neither it nor what it sent is its own past.
    """
    if not standing.protocol.history:
        return ()
    own = {"case": case, "service": case.service_id}
    incidents = Incident.objects.filter(**own).values_list("happened_on", "kind")
    readings = Reading.objects.filter(**own, finalised_at__lt=at)
    alerts = Alert.objects.filter(**own, protocol=standing.version, decided_at__lt=at).sent()
    if reading is not None:
        readings, alerts = readings.exclude(pk=reading.pk), alerts.exclude(reading=reading)
    return (
        *(Event(INCIDENT, on, kind) for on, kind in incidents),
        *(
            Event(READING, timezone.localdate(when), level=level)
            for when, level in readings.values_list("finalised_at", "in_force")
            if when
        ),
        *(
            Event(ALERT, timezone.localdate(when), urgency)
            for when, urgency in alerts.values_list("decided_at", "urgency")
            if when
        ),
    )


def facts_of(
    result: Result,
    *,
    standing: Standing,
    level: int | None,
    agreements: tuple[Agreement, ...],
    events: tuple[Event, ...] = (),
    held: bool = False,
) -> Facts:
    """What the protocol of a standing may know of a reading; see `facts_under`."""
    return facts_under(
        standing.protocol,
        result,
        party=standing.code,
        level=level,
        agreements=agreements,
        events=events,
        held=held,
    )


def facts_under(
    protocol: Protocol,
    result: Result,
    *,
    party: str,
    level: int | None,
    agreements: tuple[Agreement, ...] = (),
    events: tuple[Event, ...] = (),
    held: bool = False,
) -> Facts:
    """What a protocol may know of a reading of one of its parties.

    Args:
        level: the level at which the protocol is asked, in force or chosen.
        held: nothing ordered leaves by itself (a lowered level, or a change in the case without a reading).
    """
    grounds = tuple(Cause(ground.code, ground.level, ground.causes) for ground in result.grounds)
    return Facts(
        service=party,
        severity=level,
        previous=result.previous_level,
        first=result.first,
        dynamics=result.dynamics,
        grounds=_with_chosen(grounds, level, result.severity),
        markers=frozenset(result.markers),
        new_markers=frozenset(result.new_markers),
        active=result.active,
        newly_active=result.newly_active,
        details={name: value for name, value in result.details().items() if name in protocol.vocabulary},
        due_new=result.due_is_new,
        agreements=agreements,
        awaiting_second_reader=held,
        events=events,
    )


def facts_kept(
    protocol: Protocol,
    kept: Mapping[str, Any],
    *,
    party: str,
    level: int | None,
    agreements: tuple[Agreement, ...] = (),
    events: tuple[Event, ...] = (),
    held: bool = False,
) -> Facts:
    """The same as `facts_under`, of a result as its reading keeps it: what stood on that day, without reading again.

    Args:
        kept: from `assessment.plain.as_plain_data`, with at least the keys of `KEPT`, and `grid`.
    """
    grounds = tuple(Cause(each["code"], each["level"], frozenset(each["causes"])) for each in kept["grounds"])
    return Facts(
        service=party,
        severity=level,
        previous=kept["previous_level"],
        first=kept["first"],
        dynamics=kept["dynamics"],
        grounds=_with_chosen(grounds, level, kept["severity"]),
        markers=frozenset(each["code"] for each in kept["markers"]),
        new_markers=frozenset(kept["new_markers"]),
        active=frozenset(kept["active"]),
        newly_active=frozenset(kept["newly_active"]),
        details={
            name: _detail(kept["grid"], name, value)
            for name, value in kept["details"].items()
            if name in protocol.vocabulary
        },
        due_new=kept["due_is_new"],
        agreements=agreements,
        awaiting_second_reader=held,
        events=events,
    )


def _with_chosen(grounds: tuple[Cause, ...], level: int | None, suggested: int | None) -> tuple[Cause, ...]:
    return (*grounds, Cause(CHOSEN, level)) if level is not None and level > (suggested or 0) else grounds


def _detail(grid: str, name: str, value: Any) -> Any:
    code, detail = name.split(".", 1)
    is_date = load_grid(grid).indicators[code].details[detail].kind == "date"
    return date.fromisoformat(value) if is_date else value
