"""A change in a case can make rules fire; what it orders is held, since nobody retained a level yet."""

from datetime import UTC, timedelta

import pytest
from django.utils import timezone

from alerts import outbox, work
from alerts.changes import consume_changes
from alerts.factories import agreement, finalised, in_force_around, protocol
from alerts.models import Alert, Owed, OwedKind
from assessment.factories import LEVEL_2, LEVEL_4
from assessment.models import Answer
from cases import services as cases
from cases.factories import case as make_case
from cases.models import CaseChange, MeasureKind, MeasureStatus, Task
from pole.calendar import BRUSSELS
from pole.clock import database_now
from pole.crypto.models import ServiceKey
from pole.tenancy.context import inside
from pole.tenancy.factories import service
from pole.tenancy.models import Service, ServiceKind
from protocols.models import Exchange
from protocols.registry import register_version, shipped_text
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


def reminder(measure, days: int) -> Owed:
    day = measure.ends_on - timedelta(days=days)
    rows = Owed.objects.filter(kind=OwedKind.REMINDER, subject_id=measure.pk)
    return next(row for row in rows if row.due_at.astimezone(BRUSSELS).date() == day)


def make_due(row: Owed) -> None:
    """On its day, before nine as after."""
    now = database_now()
    Owed.objects.filter(pk=row.pk).update(due_at=now, next_try_at=now, leased_until=None)


def sooner_protocol(cast: Cast, *, police: Service) -> None:
    """A second protocol of the same text, looked at before the first."""
    text = in_force_around(shipped_text("demo-2026"), timezone.localdate())
    parties = {"VIC": cast.victims, "AUT": cast.programme, "POL": police, "COO": cast.coordination}
    register_version(text.replace("protocol: demo-2026", "protocol: autre-2026"), parties=parties)


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
    days = {row.due_at.astimezone(BRUSSELS).date() for row in rows}
    assert days == {measure.ends_on - timedelta(days=4), measure.ends_on - timedelta(days=1)}


def test_a_reminder_reaches_whom_matrix_and_agreement_allow(cast: Cast, read_case):
    measure = record_measure(cast, read_case)
    consume(cast)
    row = reminder(measure, 4)
    make_due(row)

    assert work.work_off(row.pk)

    with inside(cast.police):
        exchange = Exchange.objects.received_by(cast.police.pk).get()
        assert (exchange.kind, exchange.article) == ("reminder", "8")
        assert "C07" in exchange.categories
    assert received_by(cast.programme) == 0  # no agreement for it
    assert received_by(cast.elsewhere) == 0


def test_an_alert_is_no_update_of_a_reminder_whatever_the_protocol_calls_it(cast: Cast, read_case):
    measure = record_measure(cast, read_case)
    consume(cast)
    row = reminder(measure, 4)
    make_due(row)
    assert work.work_off(row.pk)
    with inside(cast.victims):
        assert Alert.objects.sent().update(urgency="yellow") == 1
    alerts = finalised(cast.actor(cast.ana), LEVEL_4, at=database_now(), case=read_case)
    [to_police] = [alert for alert in alerts if alert.recipient_id == cast.police.pk]
    with inside(cast.victims):
        exchange = Exchange.objects.get(pk=to_police.exchange_id)
        assert (exchange.kind, exchange.in_reply_to_id) == ("alert", None)
    assert received_by(cast.elsewhere) == 0


def test_a_measure_that_ended_early_reminds_nobody(cast: Cast, read_case):
    measure = record_measure(cast, read_case)
    consume(cast)
    row = reminder(measure, 4)
    with inside(cast.victims):
        cases.change_measure(
            actor=cast.actor(cast.ana), case=measure.case, measure=measure, status=MeasureStatus.ENDED
        )
    make_due(row)

    assert work.work_off(row.pk)
    assert received_by(cast.police) == 0


def prolong(cast: Cast, measure, *, days: int):
    with inside(cast.victims):
        cases.change_measure(
            actor=cast.actor(cast.ana),
            case=measure.case,
            measure=measure,
            status=MeasureStatus.IN_FORCE,
            ends_on=measure.ends_on + timedelta(days=days),
        )
    consume(cast)


def test_a_measure_prolonged_after_a_reminder_is_recalled_for_its_new_end(cast: Cast, read_case):
    measure = record_measure(cast, read_case)
    consume(cast)
    first = reminder(measure, 4)
    make_due(first)
    assert work.work_off(first.pk)

    prolong(cast, measure, days=10)

    again = reminder(measure, 4)
    assert (again.pk != first.pk, again.done_at) == (True, None)


def test_the_reminder_of_an_end_that_was_put_off_tells_nobody(cast: Cast, read_case):
    measure = record_measure(cast, read_case)
    consume(cast)
    row = reminder(measure, 4)
    prolong(cast, measure, days=10)
    make_due(row)

    assert work.work_off(row.pk)
    assert received_by(cast.police) == 0


def test_a_reminder_sent_late_leaves_no_more_on_an_agreement_withdrawn_since(cast: Cast, read_case):
    measure = record_measure(cast, read_case)
    consume(cast)
    row = reminder(measure, 4)
    early = database_now() - timedelta(seconds=5)
    Owed.objects.filter(pk=row.pk).update(due_at=early, next_try_at=early)
    with inside(cast.victims):
        cases.withdraw_agreement(
            actor=cast.actor(cast.ana), case=read_case, agreement=read_case.agreements.get()
        )

    assert work.work_off(row.pk)
    assert received_by(cast.police) == 0


def test_a_breach_of_today_is_read_at_night_too(cast: Cast, read_case, monkeypatch):
    """Half past midnight in Brussels is still yesterday where the database counts."""
    tonight = timezone.localtime(database_now()).replace(hour=0, minute=30).astimezone(UTC)
    monkeypatch.setattr("alerts.changes.database_now", lambda: tonight)
    breach(cast, record_measure(cast, read_case))

    assert consume(cast) == 2

    with inside(cast.victims):
        assert Alert.objects.held().count() == 2


def test_a_change_that_cannot_be_consumed_holds_up_no_other(cast: Cast, read_case):
    with inside(cast.victims):
        older = make_case(cast.victims, team=[cast.ana], followed="Lise Autre")
    finalised(cast.actor(cast.ana), LEVEL_2, at=database_now() - timedelta(days=1), case=older)
    stuck = record_measure(cast, older)
    with inside(cast.victims):
        Answer.objects.filter(reading__case=older, indicator="A1").update(value="no such answer")
    breach(cast, stuck)
    breach(cast, record_measure(cast, read_case))

    consume(cast)

    with inside(cast.victims):
        assert {alert.case for alert in Alert.objects.held().select_related("case")} == {read_case}
        assert CaseChange.objects.get(consumed_at=None).case == older


def test_a_worker_that_dies_before_it_says_so_reminds_once(cast: Cast, read_case, monkeypatch):
    measure = record_measure(cast, read_case)
    consume(cast)
    row = reminder(measure, 4)
    make_due(row)

    def dies(*_args):
        raise SystemExit

    with monkeypatch.context() as at_the_last_moment:
        at_the_last_moment.setattr(outbox, "settle", dies)
        with pytest.raises(SystemExit):
            work.work_off(row.pk)
    make_due(row)
    assert work.work_off(row.pk)

    assert received_by(cast.police) == 1


def test_two_colleagues_at_one_row_write_it_once(cast: Cast, read_case):
    measure = record_measure(cast, read_case)
    consume(cast)
    row = reminder(measure, 4)
    make_due(row)
    claimed = outbox.claim(row.pk)
    outbox.settle(claimed, "by a faster one")

    with pytest.raises(outbox.DoneByAnother):
        outbox.settle(claimed, "by a slow one")


def test_a_reminder_that_one_protocol_holds_up_stops_none_of_another_and_becomes_a_task(
    cast: Cast, read_case
):
    unreadable = service("zone-sans-cle", ServiceKind.POLICE)
    ServiceKey.objects.filter(service_id=unreadable.pk).delete()  # nothing can be sealed for it
    sooner_protocol(cast, police=unreadable)
    with inside(cast.victims):
        agreement(read_case, unreadable, by=cast.ana)
    measure = record_measure(cast, read_case)
    consume(cast)
    row = reminder(measure, 4)
    make_due(row)

    assert work.work_off(row.pk)

    assert received_by(cast.police) == 1
    assert received_by(cast.programme) == received_by(cast.elsewhere) == 0
    with inside(cast.victims):
        [task] = Task.objects.filter(is_urgent=True)
        assert task.case == read_case
        assert task.assigned_to_id == cast.ana.pk
        assert unreadable.name in task.text
    with inside(cast.elsewhere):
        assert not Task.objects.exists()
