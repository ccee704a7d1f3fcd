"""Nobody acknowledges: each side's clock, in its own space; and who is left alone."""

from datetime import timedelta

import pytest
from django.utils import timezone

from alerts import escalation, handling, work
from alerts.factories import finalised
from alerts.models import Alert, Handling, Owed, OwedKind
from assessment.factories import LEVEL_3, LEVEL_4
from cases.models import Task
from pole.clock import database_now
from pole.tenancy.context import inside
from pole.tenancy.models import Membership
from protocols import exchange as door
from tests.alerts.conftest import TUESDAY_10
from tests.cast import Cast

pytestmark = pytest.mark.django_db


@pytest.fixture
def red(cast: Cast, protocol) -> Alert:
    """A red alert from the victim service to the police."""
    alerts = finalised(cast.actor(cast.ana), LEVEL_4, at=TUESDAY_10)
    return next(alert for alert in alerts if alert.recipient_id == cast.police.pk)


def owed(kind, subject, step=0) -> Owed:
    return Owed.objects.get(kind=kind, subject_id=subject, step=step, addressee_id=None)


def notices_to(user) -> int:
    return Owed.objects.filter(kind=OwedKind.NOTICE, addressee_id=user.pk).count()


def acknowledge(cast: Cast, red: Alert) -> None:
    carla = cast.actor(cast.carla)
    with inside(cast.police):
        handling.acknowledge(actor=carla, exchange=door.received(carla, red.exchange_id))


def test_rungs_are_due_at_15_and_30_minutes_after_the_hand_over(red):
    rungs = Owed.objects.filter(kind=OwedKind.RUNG, subject_id=red.exchange_id).order_by("step")

    assert [(row.due_at - TUESDAY_10).total_seconds() / 60 for row in rungs] == [15, 30]


def test_the_first_rung_tells_the_recipients_referent_and_nobody_else(cast: Cast, red):
    assert work.work_off(owed(OwedKind.RUNG, red.exchange_id, step=1).pk)

    assert notices_to(cast.rosa) == 1
    assert notices_to(cast.rita) == notices_to(cast.remy) == notices_to(cast.dora) == 0
    with inside(cast.police):
        assert Handling.objects.get(exchange_id=red.exchange_id).rung == 1


def test_without_a_direction_the_last_rung_becomes_a_task(cast: Cast, red):
    assert not Membership.objects.filter(service=cast.police, role="direction").exists()

    assert work.work_off(owed(OwedKind.RUNG, red.exchange_id, step=2).pk)

    with inside(cast.police):
        assert Task.objects.get().is_urgent
    with inside(cast.programme):
        assert not Task.objects.exists()


def test_acknowledged_in_time_nobody_is_disturbed(cast: Cast, red):
    acknowledge(cast, red)

    assert work.work_off(owed(OwedKind.RUNG, red.exchange_id, step=1).pk)
    assert work.work_off(owed(OwedKind.WATCH, red.pk).pk)

    assert notices_to(cast.rosa) == 0
    with inside(cast.victims):
        assert Alert.objects.get(pk=red.pk).overdue_at is None
        assert not Task.objects.exists()


def test_the_senders_own_clock_asks_somebody_to_call(cast: Cast, red):
    assert work.work_off(owed(OwedKind.WATCH, red.pk).pk)

    with inside(cast.victims):
        assert Alert.objects.get(pk=red.pk).overdue_at is not None
        task = Task.objects.get()
        assert task.assigned_to == cast.ana
        assert cast.police.urgent_phone in task.text
        assert "112" in task.text
    with inside(cast.police):
        assert not Task.objects.exists()


def test_a_held_alert_that_nobody_decides_goes_to_the_direction_and_does_not_leave(cast: Cast, protocol):
    [alert] = finalised(cast.actor(cast.ana), LEVEL_3, at=TUESDAY_10)

    assert work.work_off(owed(OwedKind.DECIDE, alert.pk, step=1).pk)

    assert notices_to(cast.denis) == 1
    assert notices_to(cast.dina) == 0
    with inside(cast.victims):
        after = Alert.objects.get(pk=alert.pk)
        assert (after.state, after.exchange, bool(after.undecided_at)) == ("held", None, True)


def test_a_rung_left_undone_by_a_dead_worker_is_done_once(cast: Cast, red):
    row = owed(OwedKind.RUNG, red.exchange_id, step=1)
    escalation.climb(row)  # a worker did it and died before it said so

    assert work.work_off(row.pk)
    assert notices_to(cast.rosa) == 1


def rungs_due_by_now(red: Alert) -> list[int]:
    rows = Owed.objects.filter(kind=OwedKind.RUNG, subject_id=red.exchange_id, due_at__lte=database_now())
    return sorted(rows.values_list("step", flat=True))


def test_an_address_that_refuses_for_good_brings_the_next_rung_forward_and_no_other(cast: Cast, red):
    Owed.objects.filter(kind=OwedKind.RUNG).update(due_at=database_now() + timedelta(hours=1))
    notice = owed(OwedKind.NOTICE, red.exchange_id)

    escalation.hurry(notice)
    assert rungs_due_by_now(red) == [1]
    Owed.objects.filter(kind=OwedKind.RUNG, subject_id=red.exchange_id, step=1).update(done_at=database_now())

    escalation.hurry(notice)  # it is tried again, and refused again
    assert rungs_due_by_now(red) == [1]


def test_a_task_is_not_given_to_somebody_who_left(cast: Cast, red):
    Membership.objects.filter(user=cast.ana).update(ends_on=timezone.localdate())

    assert work.work_off(owed(OwedKind.WATCH, red.pk).pk)

    with inside(cast.victims):
        assert Task.objects.get().assigned_to is None
