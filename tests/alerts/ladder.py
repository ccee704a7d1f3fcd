"""A red alert to a service where nobody is left to tell, and what became of it."""

import pytest

from alerts import handling, work
from alerts.factories import finalised
from alerts.models import Alert, Owed, OwedKind
from assessment.factories import LEVEL_4
from cases.models import Task
from pole.clock import database_now
from pole.tenancy.context import inside
from pole.tenancy.models import Service
from protocols import exchange as door
from protocols.models import Exchange, ExchangeKind
from tests.alerts.notices import due_again
from tests.alerts.screens import in_force
from tests.cast import Cast

__all__ = ["in_force"]


@pytest.fixture
def red(cast: Cast, in_force) -> Alert:
    """From the victim service to the police, where nobody is of the direction."""
    alerts = finalised(cast.actor(cast.ana), LEVEL_4, at=database_now())
    return next(alert for alert in alerts if alert.recipient_id == cast.police.pk)


def owed(kind: OwedKind, alert: Alert, step: int = 0) -> Owed:
    return Owed.objects.get(kind=kind, subject_id=alert.exchange_id, step=step, addressee_id=None)


def work_off(kind: OwedKind, alert: Alert, step: int = 0) -> str:
    row = due_again(owed(kind, alert, step))
    assert work.work_off(row.pk)
    row.refresh_from_db()
    return row.reply


def ladder_ends(cast: Cast, red: Alert) -> list[Exchange]:
    """What the coordination has received once the last rung found nobody and the sender's clock was worked off."""
    work_off(OwedKind.RUNG, red, step=2)
    work_off(OwedKind.UNHEARD, red)
    return told(cast.coordination)


def told(service: Service) -> list[Exchange]:
    with inside(service):
        return list(Exchange.objects.received_by(service.pk).filter(kind=ExchangeKind.UNHEARD))


def tasks(service: Service) -> list[str]:
    with inside(service):
        return [task.text for task in Task.objects.filter(service=service)]


def acknowledge(cast: Cast, red: Alert) -> None:
    carla = cast.actor(cast.carla)
    with inside(cast.police):
        handling.acknowledge(actor=carla, exchange=door.received(carla, red.exchange_id))
