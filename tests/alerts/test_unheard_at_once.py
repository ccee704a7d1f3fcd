"""The sender's clock and the end of the ladder come due at one moment, on a real database with real transactions."""

import threading
import time
from collections.abc import Callable
from uuid import UUID

import pytest
from django.db import connection, transaction

from alerts import escalation, handling, outbox, suspended, unheard, work
from alerts.factories import finalised
from alerts.models import Alert, Owed, OwedKind
from assessment.factories import LEVEL_4
from cases.models import Task
from pole.audit.models import Event, Tag
from pole.clock import database_now
from pole.tenancy.context import inside
from protocols import exchange as door
from protocols.models import Exchange, ExchangeKind
from tests.alerts.screens import signed_between
from tests.cases.conftest import database_of_its_own
from tests.cast import Cast, make_cast

__all__ = ["database_of_its_own"]

ENOUGH = 20.0
WAITS = "SELECT count(*) FROM pg_locks WHERE NOT granted AND pg_backend_pid() = ANY(pg_blocking_pids(pid))"


@pytest.fixture
def red(database_of_its_own) -> tuple[Cast, Alert]:
    with transaction.atomic():
        cast = make_cast()
        signed_between(cast, from_days=-30, until_days=300)
    alerts = finalised(cast.actor(cast.ana), LEVEL_4, at=database_now())
    return cast, next(alert for alert in alerts if alert.recipient_id == cast.police.pk)


@pytest.mark.parametrize("first", [OwedKind.WATCH, OwedKind.UNHEARD])
def test_both_due_at_once_ask_one_person_to_call(red: tuple[Cast, Alert], first: OwedKind):
    cast, alert = red
    clocks: dict[OwedKind, Callable[[], str]] = {
        OwedKind.WATCH: lambda: unheard.warn_sender(_owed(OwedKind.WATCH, alert.pk)),
        OwedKind.UNHEARD: lambda: unheard.tell_coordination(_owed(OwedKind.UNHEARD, alert.exchange_id)),
    }
    [second] = clocks.keys() - {first}
    failures: list[Exception] = []

    def run() -> None:
        try:
            with transaction.atomic():
                clocks[second]()
        except Exception as failure:
            failures.append(failure)
        finally:
            connection.close()

    other = threading.Thread(target=run)
    with transaction.atomic():
        clocks[first]()
        other.start()  # it has read what it goes by, or waits to
        _until_somebody_waits(other)
    other.join(ENOUGH)

    assert not failures
    assert not other.is_alive()
    with inside(cast.victims):
        assert [task.case_id for task in Task.objects.filter(service=cast.victims)] == [alert.case_id]
        asked = Event.objects.filter(tag=Tag.ALERT_ESCALATED, subject_id=alert.pk)
        assert len([event for event in asked if event.detail.get("side") == "sender"]) == 1
    for bystander in (cast.programme, cast.elsewhere, cast.police):
        with inside(bystander):
            assert not Task.objects.filter(service=bystander).exists()


def test_a_suspended_recipient_found_at_that_moment_leaves_the_hour_that_was_noted(red: tuple[Cast, Alert]):
    cast, alert = red
    with transaction.atomic(), inside(cast.victims):
        escalation.tell_sender(Exchange.objects.get(pk=alert.exchange_id))
    failures: list[Exception] = []

    def run() -> None:
        try:
            with transaction.atomic():
                suspended.warn_sender(_owed(OwedKind.SUSPENDED, alert.exchange_id))
        except Exception as failure:
            failures.append(failure)
        finally:
            connection.close()

    other = threading.Thread(target=run)
    with transaction.atomic():
        unheard.warn_sender(_owed(OwedKind.WATCH, alert.pk))
        with inside(cast.victims):
            noted = Alert.objects.get(pk=alert.pk).overdue_at
        other.start()
        _until_somebody_waits(other)
    other.join(ENOUGH)

    assert not failures
    with inside(cast.victims):
        assert noted == Alert.objects.get(pk=alert.pk).overdue_at
        assert Task.objects.filter(service=cast.victims).count() == 2  # each says something else
    with inside(cast.police):
        assert not Task.objects.filter(service=cast.police).exists()


def test_acknowledged_while_the_coordination_is_being_told_it_is_told_that_too(red: tuple[Cast, Alert]):
    cast, alert = red
    row = _owed(OwedKind.UNHEARD, alert.exchange_id)
    _is_due(row)
    assert outbox.claim(row.pk)
    failures: list[Exception] = []

    def run() -> None:
        try:
            _acknowledge(cast, alert)
            assert work.work_off(_owed(OwedKind.HEARD, alert.exchange_id).pk)  # waits for what is being told
        except Exception as failure:
            failures.append(failure)
        finally:
            connection.close()

    other = threading.Thread(target=run)
    with transaction.atomic():
        assert unheard.tell_coordination(row) == "1 coordination told"
        other.start()
        _until_somebody_waits(other)
    other.join(ENOUGH)

    assert not failures
    with inside(cast.coordination):
        kinds = Exchange.objects.received_by(cast.coordination.pk).order_by("sent_at")
        assert list(kinds.values_list("kind", flat=True)) == [ExchangeKind.UNHEARD, ExchangeKind.HEARD]
    for bystander in (cast.programme, cast.elsewhere):
        with inside(bystander):
            told = Exchange.objects.received_by(bystander.pk).filter(kind=ExchangeKind.HEARD)
            assert not told.exists()


def test_while_it_is_being_acknowledged_no_worker_takes_up_to_tell_the_coordination(red: tuple[Cast, Alert]):
    cast, alert = red
    row = _owed(OwedKind.UNHEARD, alert.exchange_id)
    _is_due(row)
    taken: list[Owed | None] = []

    def run() -> None:
        taken.append(outbox.claim(row.pk))
        connection.close()

    with transaction.atomic():
        _acknowledge(cast, alert)
        other = threading.Thread(target=run)
        other.start()
        other.join(ENOUGH)
    assert taken == [None]
    assert work.work_off(row.pk)
    assert not Owed.objects.filter(kind=OwedKind.HEARD).exists()
    with inside(cast.coordination):
        assert not Exchange.objects.received_by(cast.coordination.pk).exists()


def _is_due(row: Owed) -> None:
    now = database_now()
    Owed.objects.filter(pk=row.pk).update(due_at=now, next_try_at=now)


def _acknowledge(cast: Cast, alert: Alert) -> None:
    carla = cast.actor(cast.carla)
    with inside(cast.police):
        handling.acknowledge(actor=carla, exchange=door.received(carla, alert.exchange_id))


def _owed(kind: OwedKind, subject_id: UUID | None) -> Owed:
    return Owed.objects.select_related("service").get(kind=kind, subject_id=subject_id)


def _until_somebody_waits(other: threading.Thread) -> None:
    """For this connection, or there is nobody left to wait."""
    until = time.monotonic() + ENOUGH
    while other.is_alive() and time.monotonic() < until:
        with connection.cursor() as cursor:
            cursor.execute(WAITS)
            if cursor.fetchone()[0]:
                return
        time.sleep(0.02)
