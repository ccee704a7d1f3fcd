"""Reminders before a protection measure ends: owed as soon as its end is known, once each."""

from datetime import date, datetime, time

from django.utils import timezone

from alerts import outbox
from alerts.deciding import decide
from alerts.facts import agreements_of
from alerts.models import Owed, OwedKind
from assessment.models import Reading
from cases.models import Measure, MeasureStatus
from pole.calendar import BRUSSELS
from pole.clock import database_now
from pole.holidays import holidays_around
from pole.tenancy.actor import Actor
from pole.tenancy.context import inside
from protocols.engine import Facts, reminder_days, reminders
from protocols.models import ExchangeKind
from protocols.registry import standings

MORNING = time(9)
DAY_ONE = date(2000, 1, 1)
"""Days are counted from here: a measure prolonged after a reminder owes another for its new end."""


def owe_reminders(*, measure: Measure, now: datetime) -> None:
    """Owe one row per reminder that the protocols in force foresee for this end; a changed end owes its own."""
    if measure.ends_on is None or measure.status == MeasureStatus.ENDED:
        return
    for standing in standings(measure.service, now):
        for day in reminder_days(standing.protocol, measure.ends_on):
            if day >= timezone.localdate(now):
                outbox.owe(
                    service=measure.service,
                    kind=OwedKind.REMINDER,
                    subject_id=measure.pk,
                    step=(day - DAY_ONE).days,
                    due_at=datetime.combine(day, MORNING, BRUSSELS),
                    urgency="reminder",
                )


def remind(row: Owed) -> str:
    """On the day, if the measure still ends then: to those whom matrix and agreement allow to know by now."""
    with inside(row.service) as service:
        measure = Measure.objects.filter(pk=row.subject_id, service=service).select_related("case").first()
        # Late is late for the day alone: what was withdrawn or expired since opens nothing.
        day, at = timezone.localdate(row.due_at), database_now()
        if (
            measure is None
            or measure.status == MeasureStatus.ENDED
            or measure.ends_on is None
            or measure.ends_on < timezone.localdate(at)
        ):
            return "the measure changed"
        case = measure.case
        reading = Reading.objects.filter(case=case, service=service).finalised().latest_first().first()
        sent = 0
        for standing in standings(service, at):
            facts = Facts(standing.code, case.level, agreements=agreements_of(case, standing, at))
            owed = reminders(
                standing.protocol,
                facts,
                ends_on=measure.ends_on,
                after=day,
                holidays=holidays_around(day),
            )
            for on, order in owed:
                if on != day:
                    continue
                decide(
                    actor=Actor.clockwork(service),
                    standing=standing,
                    order=order,
                    case=case,
                    reading=reading,
                    at=at,
                    kind=ExchangeKind.REMINDER,
                )
                sent += 1
        return f"{sent} reminder(s) sent"
