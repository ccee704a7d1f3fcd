"""Reminders before a protection measure ends: owed as soon as its end is known, once each."""

import logging
from datetime import date, datetime, time

from django.db import InterfaceError, OperationalError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from alerts import outbox
from alerts.deciding import decide
from alerts.facts import agreements_of
from alerts.models import Alert, Owed, OwedKind
from alerts.notices import ask_a_human
from assessment.models import Reading
from cases.models import Case, Measure, MeasureStatus
from pole.calendar import BRUSSELS
from pole.clock import database_now
from pole.holidays import holidays_around
from pole.tenancy.actor import Actor
from pole.tenancy.context import inside
from protocols.engine import Facts, Order, reminder_days, reminders
from protocols.exchange import Refused
from protocols.models import ExchangeKind
from protocols.registry import Standing, standings

log = logging.getLogger("alerts.reminders")

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
        sent = refused = 0
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
                if _leaves(standing, order, case, reading, at):
                    sent += 1
                else:
                    refused += 1
        return f"{sent} reminder(s) sent" + (f", {refused} not: a task" if refused else "")


def _leaves(standing: Standing, order: Order, case: Case, reading: Reading | None, at: datetime) -> bool:
    """Send one. What holds up this one is told to somebody of the case, and holds up no other."""
    service = case.service
    try:
        with transaction.atomic():
            decide(
                actor=Actor.clockwork(service),
                standing=standing,
                order=order,
                case=case,
                reading=reading,
                at=at,
                kind=ExchangeKind.REMINDER,
            )
    except (InterfaceError, OperationalError):  # the database's trouble, not this reminder's: tried again
        raise
    except Exception as error:
        log.exception("a reminder under %s could not be sent: a person is asked", standing.version)
        # Who may not be told by the Pôle may not be told by telephone either: no number here.
        text = _(
            "%(partner)s did not get the reminder that a measure ends soon (%(protocol)s, article %(article)s). %(why)s"
        ) % {
            "partner": standing.services[order.recipient].name
            if order.recipient in standing.services
            else order.recipient,
            "protocol": standing.protocol.title,
            "article": order.article,
            "why": str(error)
            if isinstance(error, Refused)
            else _("See with your référent whether to tell them."),
        }
        # Never written: it says whose matter the task is.
        ask_a_human(service, text, alert=Alert(service=service, case=case, reading=reading))
        return False
    return True
