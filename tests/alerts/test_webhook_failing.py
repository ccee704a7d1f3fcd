"""A partner's system that misbehaves: whatever it does, nobody else waits for it."""

import time
from datetime import timedelta

import pytest
from django.utils import timezone

from alerts import work
from alerts.channels.webhook import endpoints
from alerts.models import ChannelUse, Owed, OwedKind
from cases.models import Task
from pole.tenancy.context import inside
from pole.tenancy.models import Service
from tests.alerts.webhooks import again, alert, call_owed, connect, endpoint_of, system
from tests.cast import Cast

__all__ = ["system"]  # a fixture


@pytest.mark.parametrize(
    ("manner", "reply"),
    [
        pytest.param("redirect", "302 Found: not followed", id="sends elsewhere"),
        pytest.param("error", "503 Service Unavailable", id="is ill"),
        pytest.param("silent", "no answer within 2 s", id="says nothing"),
        pytest.param("drip-headers", "no answer within 2 s", id="drips"),
    ],
)
def test_what_it_does_not_take_stays_owed_and_says_why(cast: Cast, protocol, system, manner, reply):
    connect(cast, cast.police, system.url())
    alert(cast)
    system.manner = manner
    row = call_owed(cast.police)

    began = time.monotonic()
    assert not work.work_off(row.pk)

    assert time.monotonic() - began < 4
    row.refresh_from_db()
    assert (row.done_at, row.reply, row.attempts) == (None, reply, 1)
    assert system.paths() == ["/pole"]  # a redirect is not followed
    assert endpoint_of(cast.police).failures == 1


@pytest.mark.parametrize("manner", ["huge", "drip-body"])
def test_an_answer_without_end_was_an_answer(cast: Cast, protocol, system, manner):
    connect(cast, cast.police, system.url())
    alert(cast)
    system.manner = manner
    began = time.monotonic()
    assert work.work_off(call_owed(cast.police).pk)
    assert time.monotonic() - began < 4
    assert call_owed(cast.police).reply == "200 OK"
    assert system.sent < 160 * 65536


def test_a_system_that_is_down_is_left_alone_for_a_moment_and_mail_goes_on(cast: Cast, protocol, system):
    connect(cast, cast.police, system.url())
    first, second = alert(cast), alert(cast)
    system.manner = "error"
    rows = Owed.objects.filter(kind=OwedKind.WEBHOOK, service=cast.police)
    assert [work.work_off(row.pk) for row in rows] == [False, False]
    assert len(system.calls) == 1
    assert sorted(rows.values_list("reply", flat=True)) == [
        "503 Service Unavailable",
        "resting: 503 Service Unavailable",
    ]
    notices = Owed.objects.filter(
        kind=OwedKind.NOTICE, subject_id__in=[first.exchange_id, second.exchange_id], step=0
    )
    assert set(notices.values_list("attempts", flat=True)) == {0}  # untouched: theirs to be sent


def test_after_some_failures_its_direction_has_a_task_once_and_nobody_else(cast: Cast, protocol, system):
    connect(cast, cast.police, system.url())
    alert(cast)
    system.manner = "error"
    row = call_owed(cast.police)
    for _ in range(endpoints.TOLD_AFTER + 2):
        assert not again(row)

    with inside(cast.police):
        [task] = Task.objects.all()
        assert "503" in task.text
        assert task.assigned_to == endpoint_of(cast.police).set_by
    for other in (cast.victims, cast.elsewhere):
        with inside(other):
            assert not Task.objects.exists()

    system.manner = "ok"
    assert again(row)
    after = endpoint_of(cast.police)
    assert (after.failures, after.told_at, after.reply) == (0, None, "204 No Content")


def test_a_system_that_is_gone_is_called_no_more(cast: Cast, protocol, system):
    connect(cast, cast.police, system.url())
    alert(cast)
    system.manner = "gone"
    row = call_owed(cast.police)
    assert not work.work_off(row.pk)
    assert again(row)
    row.refresh_from_db()
    assert (row.reply, len(system.calls)) == ("switched off", 1)
    assert not ChannelUse.objects.exists()
    with inside(cast.police):
        assert Task.objects.count() == 1


def test_a_call_is_given_up_after_a_day(cast: Cast, protocol, system):
    connect(cast, cast.police, system.url())
    alert(cast)
    row = call_owed(cast.police)
    Owed.objects.filter(pk=row.pk).update(due_at=timezone.now() - timedelta(hours=25), reply="503 x")
    assert work.work_off(row.pk)
    assert call_owed(cast.police).reply == "given up: 503 x"
    assert system.calls == []


def test_a_suspended_service_is_not_called_and_is_when_it_is_back(cast: Cast, protocol, system):
    connect(cast, cast.police, system.url())
    alert(cast)
    row = call_owed(cast.police)
    Service.objects.filter(pk=cast.police.pk).update(is_active=False)
    assert not work.work_off(row.pk)
    assert system.calls == []
    Service.objects.filter(pk=cast.police.pk).update(is_active=True)
    assert again(row)
    assert len(system.calls) == 1


def test_what_was_owed_before_it_was_switched_off_is_not_called(cast: Cast, protocol, system):
    connect(cast, cast.police, system.url())
    alert(cast)
    actor = cast.actor(endpoint_of(cast.police).set_by)
    with inside(cast.police):
        endpoints.switch_off(actor=actor)
    assert work.work_off(call_owed(cast.police).pk)
    assert system.calls == []
    assert endpoint_of(cast.police).secret == ""
