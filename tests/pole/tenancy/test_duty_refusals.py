"""What a rota refuses: spans that are none, hours that clocks skip, people who can't be there."""

from datetime import date, time, timedelta

import pytest
from django.utils import timezone

from pole.clock import database_now
from pole.tenancy import duty_refusals
from pole.tenancy.context import inside
from pole.tenancy.duty_checks import FARTHEST
from pole.tenancy.models import DutyTurn, Membership
from tests.cast import Cast
from tests.pole.tenancy.rota import LONG_AGO, plan, replace, there, tomorrow

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("refusal", "when"),
    [
        pytest.param(
            "EndsBefore", {"ends_on": "the same", "ends": time(8)}, id="the end before the beginning"
        ),
        pytest.param("EndsBefore", {"ends_on": "the same", "ends": time(9)}, id="no time at all"),
        pytest.param("TooLong", {"ends_on": "in 40 days"}, id="forty days"),
        pytest.param("TooFar", {"starts_on": date(9999, 12, 31)}, id="the year 9999"),
        pytest.param("TooFar", {"starts_on": LONG_AGO}, id="years ago"),
        pytest.param("BegunBefore", {"starts_on": "yesterday"}, id="yesterday"),
        pytest.param(
            "BegunBefore",
            {"starts_on": "20 days ago", "ends_on": "tomorrow"},
            id="begun long ago, running still",
        ),
        pytest.param(
            "TooFar", {"ends_on": date(1, 1, 1), "ends": time(0)}, id="an end on the first day there is"
        ),
        pytest.param("TooFar", {"ends_on": date(9999, 12, 31)}, id="an end on the last day there is"),
        pytest.param("TooManyWeeks", {"weeks": 27}, id="half a year and a week"),
        pytest.param("TooManyWeeks", {"weeks": 0}, id="no week"),
        pytest.param("WeeksOverlap", {"ends_on": "in 9 days", "weeks": 2}, id="a turn longer than its week"),
    ],
)
def test_a_span_that_is_none_is_refused(cast: Cast, refusal, when):
    words = {
        "the same": tomorrow(),
        "in 40 days": tomorrow() + timedelta(days=40),
        "in 9 days": tomorrow() + timedelta(days=9),
        "yesterday": tomorrow() - timedelta(days=2),
        "20 days ago": tomorrow() - timedelta(days=21),
        "tomorrow": tomorrow(),
    }
    with pytest.raises(getattr(duty_refusals, refusal)):
        plan(cast, cast.ana, **{name: words.get(value, value) for name, value in when.items()})
    with inside(cast.victims):
        assert not DutyTurn.objects.exists()


def test_a_turn_of_today_may_be_entered_after_its_beginning(cast: Cast):
    [turn] = plan(cast, cast.ana, starts_on=timezone.localdate(), starts=time(0), ends=time(0))
    assert turn.starts_at <= database_now() < turn.ends_at


@pytest.mark.parametrize(
    "when",
    [
        pytest.param({"ends_on": date(1, 1, 1), "ends": time(0)}, id="an end on the first day there is"),
        pytest.param({"starts_on": date(1, 1, 1), "starts": time(0)}, id="a beginning on it"),
        pytest.param(
            {"starts_on": date(9999, 12, 31), "starts": time(20), "ends": time(8)},
            id="a night after the last day there is",
        ),
        pytest.param({"ends_on": date(9999, 12, 31)}, id="an end on the last day there is"),
    ],
)
def test_a_replacement_on_a_mistyped_day_is_told_the_turns_own_hours(cast: Cast, when):
    [turn] = plan(cast, cast.ana)
    with pytest.raises(duty_refusals.OutsideTheTurn, match="09:00"):
        replace(cast, turn, cast.eli, **when)
    assert there(cast, 12) == ["Ana"]


def test_a_turn_repeated_far_ahead_can_be_replaced(cast: Cast):
    first = timezone.localdate() + FARTHEST
    *_turns, last = plan(cast, cast.ana, starts_on=first, weeks=26)
    day = timezone.localtime(last.starts_at).date()
    assert replace(cast, last, cast.eli, starts_on=day).replaces == last


def test_a_replacement_begins_today_or_later(cast: Cast):
    [turn] = plan(cast, cast.ana)
    with inside(cast.victims):
        DutyTurn.objects.update(starts_at=database_now() - timedelta(days=6))
    with pytest.raises(duty_refusals.BegunBefore):
        replace(cast, turn, cast.eli, starts_on=tomorrow() - timedelta(days=3), ends_on=tomorrow())
    replace(cast, turn, cast.eli, starts_on=timezone.localdate(), starts=time(0), ends_on=tomorrow())


def next_change(*, to_summer: bool) -> date:
    """The next last Sunday of March or October."""
    day, month = timezone.localdate() + timedelta(days=2), 3 if to_summer else 10
    while not (day.month == month and day.day >= 25 and day.weekday() == 6):
        day += timedelta(days=1)
    return day


def test_a_time_that_the_clocks_skip_is_refused_with_its_day(cast: Cast):
    night = next_change(to_summer=True)
    with pytest.raises(duty_refusals.SkippedTime, match=f"{night.year}.*02:30"):
        plan(cast, cast.ana, starts_on=night, starts=time(2, 30), ends=time(6))
    with pytest.raises(duty_refusals.SkippedTime):
        plan(cast, cast.ana, starts_on=night - timedelta(weeks=1), starts=time(2, 30), ends=time(6), weeks=2)


@pytest.mark.parametrize("to_summer", [True, False])
def test_repeated_over_a_clock_change_it_keeps_its_hours(cast: Cast, to_summer: bool):
    eve = next_change(to_summer=to_summer) - timedelta(days=1)
    before, after = plan(cast, cast.ana, starts_on=eve, weeks=2)
    assert after.starts_at - before.starts_at == timedelta(weeks=1, hours=-1 if to_summer else 1)
    assert {timezone.localtime(turn.starts_at).time() for turn in (before, after)} == {time(9)}
    assert {timezone.localtime(turn.ends_at).time() for turn in (before, after)} == {time(17)}


def test_a_night_to_winter_time_is_an_hour_longer(cast: Cast):
    night = next_change(to_summer=False)
    [turn] = plan(cast, cast.ana, starts_on=night, starts=time(2, 30), ends_on=night, ends=time(2, 45))
    assert turn.ends_at - turn.starts_at == timedelta(hours=1, minutes=15)


def test_one_person_is_not_on_duty_twice_at_once(cast: Cast):
    plan(cast, cast.ana)
    with pytest.raises(duty_refusals.OnDutyAlready, match="Ana"):
        plan(cast, cast.ana, starts=time(16), ends=time(20))
    plan(cast, cast.ana, starts=time(17), ends=time(20))


@pytest.mark.parametrize("who", ["olga", "bruno", "dora"])
def test_only_members_who_may_acknowledge_are_planned(cast: Cast, who):
    with pytest.raises(duty_refusals.NotOnDutyHere):
        plan(cast, getattr(cast, who))


def test_who_left_or_leaves_before_the_end_is_not_planned(cast: Cast):
    place = Membership.objects.filter(user=cast.ana)
    place.update(ends_on=tomorrow() + timedelta(days=10))
    with pytest.raises(duty_refusals.LeavesBefore, match="Ana"):
        plan(cast, cast.ana, weeks=3)
    plan(cast, cast.ana)
    place.update(ends_on=timezone.localdate())
    with pytest.raises(duty_refusals.NotOnDutyHere):
        plan(cast, cast.ana, starts=time(18), ends=time(20))


def test_who_begins_later_is_planned_from_then_on(cast: Cast):
    Membership.objects.filter(user=cast.ana).update(starts_on=tomorrow() + timedelta(days=5))
    with pytest.raises(duty_refusals.ArrivesLater):
        plan(cast, cast.ana)
    plan(cast, cast.ana, starts_on=tomorrow() + timedelta(days=5))


def test_a_replacement_stays_within_its_turn_and_is_somebody_else(cast: Cast):
    [turn] = plan(cast, cast.ana)
    with pytest.raises(duty_refusals.OutsideTheTurn):
        replace(cast, turn, cast.eli, starts=time(8))
    with pytest.raises(duty_refusals.OwnTurn):
        replace(cast, turn, cast.ana)
    replace(cast, turn, cast.eli)
    with pytest.raises(duty_refusals.ReplacedAlready, match="Eli"):
        replace(cast, turn, cast.rita, starts=time(12))
