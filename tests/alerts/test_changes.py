"""A change in a case can make rules fire; what it orders is held, since nobody retained a level yet."""

from datetime import timedelta

import pytest
from django.utils import timezone

from alerts import work
from alerts.changes import consume_changes
from alerts.factories import agreement, finalised, protocol
from alerts.models import Alert, Owed, OwedKind
from assessment.factories import LEVEL_2
from cases import services as cases
from cases.factories import case as make_case
from cases.models import CaseChange, MeasureKind, MeasureStatus
from pole.calendar import BRUSSELS
from pole.clock import database_now
from pole.tenancy.context import inside
from protocols.models import Exchange
from tests.cast import Cast

pytestmark = pytest.mark.django_db


@pytest.fixture
def read_case(cast: Cast):
    """A case at level 2, with an agreement for the police, under a protocol in force today."""
    now = database_now()
    protocol(
        victims=cast.victims,
        programme=cast.programme,
        police=cast.police,
        coordination=cast.coordination,
        today=now.date(),
    )
    with inside(cast.victims):
        case = make_case(cast.victims, team=[cast.ana], followed="Nora Lien")
        agreement(case, cast.police, by=cast.ana)
    finalised(cast.actor(cast.ana), LEVEL_2, at=now - timedelta(days=1), case=case)
    return case


def record_measure(cast: Cast, case, **fields):
    today = timezone.localdate()
    with inside(cast.victims):
        return cases.record_measure(
            actor=cast.actor(cast.ana),
            case=case,
            kind=MeasureKind.RESIDENCE_BAN,
            starts_on=today - timedelta(days=10),
            **{"ends_on": today + timedelta(days=4), **fields},
        )


def breach(cast: Cast, measure):
    with inside(cast.victims):
        cases.change_measure(
            actor=cast.actor(cast.ana),
            case=measure.case,
            measure=measure,
            status=MeasureStatus.BREACHED,
            breached_on=timezone.localdate(),
        )


def consume(cast: Cast) -> int:
    with inside(cast.victims) as service:
        return consume_changes(service)


def received_by(service) -> int:
    with inside(service):
        return Exchange.objects.received_by(service.pk).count()


def test_a_breached_measure_orders_alerts_that_wait_for_the_referent(cast: Cast, read_case):
    breach(cast, record_measure(cast, read_case))
    consume(cast)

    with inside(cast.victims):
        held = Alert.objects.held().select_related("change", "recipient")
        assert {(alert.recipient, alert.urgency) for alert in held} == {
            (cast.programme, "orange"),
            (cast.police, "orange"),
        }
        assert all(alert.change is not None for alert in held)
    assert received_by(cast.police) == received_by(cast.programme) == 0
    assert Owed.objects.filter(kind=OwedKind.NOTICE, addressee_id=cast.rita.pk).count() == 2
    assert not Owed.objects.filter(addressee_id=cast.remy.pk).exists()


def test_each_change_is_consumed_once(cast: Cast, read_case):
    breach(cast, record_measure(cast, read_case))

    assert consume(cast) > 0
    assert consume(cast) == 0
    with inside(cast.victims):
        assert Alert.objects.held().count() == 2
        assert not CaseChange.objects.filter(consumed_at=None).exists()


def test_an_incident_makes_the_review_due_at_once_and_tells_nobody_outside(cast: Cast, read_case):
    with inside(cast.victims):
        cases.record_incident(
            actor=cast.actor(cast.ana),
            case=read_case,
            kind="physical",
            happened_on=timezone.localdate(),
            text="Bousculée.",
        )
    consume(cast)

    with inside(cast.victims):
        read_case.refresh_from_db()
        assert read_case.review_due_at <= database_now()
        assert not Alert.objects.exists()
    assert received_by(cast.police) == 0


def test_reminders_are_owed_four_days_and_one_day_before_the_end(cast: Cast, read_case):
    measure = record_measure(cast, read_case)
    consume(cast)

    rows = Owed.objects.filter(kind=OwedKind.REMINDER, subject_id=measure.pk)
    days = {(row.step, row.due_at.astimezone(BRUSSELS).date()) for row in rows}
    assert days == {(4, measure.ends_on - timedelta(days=4)), (1, measure.ends_on - timedelta(days=1))}


def test_a_reminder_reaches_whom_matrix_and_agreement_allow(cast: Cast, read_case):
    measure = record_measure(cast, read_case)
    consume(cast)
    row = Owed.objects.get(kind=OwedKind.REMINDER, subject_id=measure.pk, step=4)
    Owed.objects.filter(pk=row.pk).update(due_at=database_now(), next_try_at=database_now())

    assert work.work_off(row.pk)

    with inside(cast.police):
        exchange = Exchange.objects.received_by(cast.police.pk).get()
        assert (exchange.kind, exchange.article) == ("reminder", "8")
        assert "C07" in exchange.categories
    assert received_by(cast.programme) == 0  # no agreement for it
    assert received_by(cast.elsewhere) == 0


def test_a_measure_that_ended_early_reminds_nobody(cast: Cast, read_case):
    measure = record_measure(cast, read_case)
    consume(cast)
    row = Owed.objects.get(kind=OwedKind.REMINDER, subject_id=measure.pk, step=4)
    with inside(cast.victims):
        cases.change_measure(
            actor=cast.actor(cast.ana), case=measure.case, measure=measure, status=MeasureStatus.ENDED
        )
    Owed.objects.filter(pk=row.pk).update(due_at=database_now(), next_try_at=database_now())

    assert work.work_off(row.pk)
    assert received_by(cast.police) == 0
