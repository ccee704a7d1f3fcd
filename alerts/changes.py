"""Changes in a case that protocols may look at, consumed once each: after commit, by sweep.

A change is a fact that somebody recorded, not a level that somebody retained. Where it would raise the last
reading, the protocols are asked as if it had been answered so, and whatever they order is held for the référent;
the review is due at once.
"""

import logging
from datetime import date, datetime
from functools import cache
from pathlib import Path
from typing import Any

from django.db import InterfaceError, OperationalError, transaction
from django.utils import timezone

from alerts import askings
from alerts.contacts import owe_contact
from alerts.deciding import decide
from alerts.facts import agreements_of, events_of, facts_of
from alerts.models import Alert
from alerts.reminders import owe_reminders
from alerts.reviews import owe_end, review_missed, review_now
from assessment.grids import load_grid
from assessment.models import Reading
from assessment.reading import Answer, Previous, Result, read
from assessment.stored import answers_of
from cases.models import CaseChange, ChangeKind, Measure, MeasureStatus
from pole.clock import database_now
from pole.holidays import holidays_around
from pole.tenancy.actor import Actor
from pole.tenancy.models import Service
from pole.yamlfile import load
from protocols.deliberation import Deliberation
from protocols.engine import evaluate, orders_of
from protocols.registry import standings

log = logging.getLogger("alerts.changes")

AT_ONCE = 100


def consume_changes(service: Service) -> int:
    """Consume what waits in the service whose space we are in, in the caller's transaction; how many."""
    waiting = (
        CaseChange.objects.filter(service=service, consumed_at=None)
        .select_for_update(skip_locked=True, of=("self",))
        .select_related("case")
        .order_by("at")[:AT_ONCE]
    )
    return sum(_consumed(service, change) for change in waiting)


def _consumed(service: Service, change: CaseChange) -> bool:
    """Consume one; False when it could not be, and waits. It holds up no other: theirs may be the graver one."""
    try:
        with transaction.atomic():
            _consume(service, change, database_now())
    except (InterfaceError, OperationalError):  # the database's trouble, not this change's
        raise
    except Exception:
        log.exception("change %s could not be consumed; tried again at the next sweep", change.pk)
        return False
    return True


def _consume(service: Service, change: CaseChange, now: datetime) -> None:
    if change.kind in (ChangeKind.MEASURE, ChangeKind.BREACH):
        _measure_changed(service, change, now)
    if change.kind in (ChangeKind.MEASURE, ChangeKind.BREACH, ChangeKind.INCIDENT) and not _read_since(
        change
    ):
        review_now(change.case, now)
    if change.kind == ChangeKind.REOPENED and change.case.is_open:
        review_missed(change.case, now)
        owe_contact(change.case, now)
    change.consumed_at = now
    change.save(update_fields=["consumed_at"])


def _read_since(change: CaseChange) -> bool:
    """Whether somebody finalised a reading once it was recorded: they knew of it."""
    return Reading.objects.filter(case=change.case_id, finalised_at__gt=change.at).exists()


def _measure_changed(service: Service, change: CaseChange, now: datetime) -> None:
    measure = Measure.objects.filter(pk=change.subject_id, service=service).first()
    if measure is None:
        return
    owe_reminders(measure=measure, now=now)
    owe_end(measure)
    if change.kind == ChangeKind.BREACH and measure.status == MeasureStatus.BREACHED:
        _hold_what_it_orders(service, change, {"approaching": measure.approaching}, measure.breached_on, now)


def _hold_what_it_orders(
    service: Service, change: CaseChange, details: dict[str, Any], seen: date | None, now: datetime
) -> list[Alert]:
    last = Reading.objects.filter(case=change.case, service=service).finalised().latest_first().first()
    overlay = _overlays().get(last.grid, {}).get("measure_breached") if last else None
    if last is None or overlay is None:
        return []
    actor = Actor.clockwork(service)
    result = _as_if_answered(
        last, {code: _answer(line, details, seen) for code, line in overlay.items()}, now
    )
    alerts = []
    for standing in standings(service, now):
        facts = facts_of(
            result,
            standing=standing,
            level=result.severity,
            agreements=agreements_of(change.case, standing, now),
            events=events_of(change.case, standing, now),
            held=True,
        )
        findings = evaluate(standing.protocol, facts, at=now, holidays=holidays_around(now.date()))
        asked = [Deliberation(facts, findings)]
        askings.keep(actor=actor, reading=last, standing=standing, asked=asked, at=now, change=change)
        alerts += [
            decide(
                actor=actor,
                standing=standing,
                order=order,
                case=change.case,
                reading=last,
                change=change,
                at=now,
            )
            for order in orders_of(findings)
        ]
    return alerts


def _as_if_answered(last: Reading, overlay: dict[str, Answer], now: datetime) -> Result:
    """The last reading's answers with the change laid over them, read as a new one would be."""
    answers = answers_of(last)
    # Days are Brussels': at night the database's own are still yesterday's, and a breach of today would be to come.
    read_on = timezone.localdate(last.finalised_at)
    previous = Previous(last.in_force, answers, read_on, last.previous_level)
    return read(load_grid(last.grid), {**answers, **overlay}, on=timezone.localdate(now), previous=previous)


def _answer(line: dict[str, Any], details: dict[str, Any], seen: date | None) -> Answer:
    named = {detail: details[detail] for detail in line.get("details", [])}
    return Answer(line["value"], seen, "document", named)


@cache
def _overlays() -> dict[str, dict[str, dict[str, dict[str, Any]]]]:
    plain: dict[str, dict[str, dict[str, dict[str, Any]]]] = load(
        Path(__file__).with_name("changes.yaml")
    ).plain()
    return plain
