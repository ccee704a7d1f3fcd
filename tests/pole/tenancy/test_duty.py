"""The duty rota: who may change it, what it refuses, and who is on duty at a moment."""

from datetime import date, datetime, time, timedelta

import pytest
from django.utils import timezone

from pole.audit.models import Event, Tag
from pole.calendar import BRUSSELS
from pole.clock import database_now
from pole.tenancy import duty_planning, duty_refusals
from pole.tenancy.actor import RightLacking
from pole.tenancy.context import inside
from pole.tenancy.duty import on_duty
from pole.tenancy.factories import on_duty as begun
from pole.tenancy.models import DutyTurn, Membership
from tests.cast import Cast

pytestmark = pytest.mark.django_db


def tomorrow() -> date:
    return timezone.localdate() + timedelta(days=1)


def plan(cast: Cast, who, by=None, **when) -> list[DutyTurn]:
    """By Denis, tomorrow from 9 to 17, unless said otherwise."""
    said = {"starts_on": tomorrow(), "starts": time(9), "ends_on": None, "ends": time(17)} | when
    with inside(cast.victims):
        return duty_planning.plan(actor=cast.actor(by or cast.denis), user_id=who.pk, **said)


def replace(cast: Cast, turn: DutyTurn, who, **when) -> DutyTurn:
    said = {"starts_on": tomorrow(), "starts": time(11), "ends_on": None, "ends": time(13)} | when
    with inside(cast.victims):
        return duty_planning.replace(actor=cast.actor(cast.denis), turn_id=turn.pk, user_id=who.pk, **said)


def there(cast: Cast, hour: int, minute: int = 0) -> list[str]:
    at = datetime.combine(tomorrow(), time(hour, minute), BRUSSELS)
    with inside(cast.victims):
        return [member.user.name for member in on_duty(cast.victims, at)]


def test_from_the_first_moment_to_the_last_and_not_after(cast: Cast):
    plan(cast, cast.ana)
    assert there(cast, 8, 59) == there(cast, 17) == []
    assert there(cast, 9) == there(cast, 16, 59) == ["Ana"]


def test_without_a_rota_nobody_is_on_duty(cast: Cast):
    assert there(cast, 9) == []


def test_the_rota_of_another_service_is_not_ours(cast: Cast):
    plan(cast, cast.ana)
    at = datetime.combine(tomorrow(), time(10), BRUSSELS)
    with inside(cast.programme):
        assert on_duty(cast.programme, at) == on_duty(cast.victims, at) == []


def test_several_are_on_duty_together_by_name(cast: Cast):
    plan(cast, cast.rita)
    plan(cast, cast.ana)
    assert there(cast, 10) == ["Ana", "Rita"]


def test_a_replacement_holds_its_hours_alone(cast: Cast):
    [turn] = plan(cast, cast.ana)
    replace(cast, turn, cast.eli)
    assert [there(cast, hour) for hour in (10, 11, 12, 13)] == [["Ana"], ["Eli"], ["Eli"], ["Ana"]]


def test_where_the_replacement_left_the_service_the_replaced_is_on_duty_again(cast: Cast):
    [turn] = plan(cast, cast.ana)
    replace(cast, turn, cast.eli)
    Membership.objects.filter(user=cast.eli).update(ends_on=timezone.localdate())
    assert there(cast, 12) == ["Ana"]


@pytest.mark.parametrize(
    "change", [{"role": "audit"}, {"ends_on": date(2026, 1, 2)}, {"starts_on": date(2099, 1, 1)}]
)
def test_who_may_not_acknowledge_or_is_no_member_is_not_on_duty(cast: Cast, change):
    plan(cast, cast.ana)
    Membership.objects.filter(user=cast.ana).update(**change)
    assert there(cast, 10) == []


def test_whose_account_is_closed_is_not_on_duty(cast: Cast):
    plan(cast, cast.ana)
    type(cast.ana).objects.filter(pk=cast.ana.pk).update(is_active=False)
    assert there(cast, 10) == []


def test_a_night_ends_the_next_morning(cast: Cast):
    [turn] = plan(cast, cast.ana, starts=time(22), ends=time(6))
    assert timezone.localtime(turn.ends_at).date() == tomorrow() + timedelta(days=1)


def test_repeated_it_makes_a_turn_a_week_at_the_same_hours(cast: Cast):
    turns = plan(cast, cast.ana, weeks=26)
    assert len(turns) == 26
    local = [(timezone.localtime(turn.starts_at), timezone.localtime(turn.ends_at)) for turn in turns]
    assert {(begins.time(), ends.time()) for begins, ends in local} == {(time(9), time(17))}
    assert {begins.weekday() for begins, _ends in local} == {tomorrow().weekday()}


@pytest.mark.parametrize("by", ["ana", "rita", "olga"])
def test_only_coordination_and_direction_change_it(cast: Cast, by):
    with pytest.raises(RightLacking):
        plan(cast, cast.ana, by=getattr(cast, by))


def test_it_stands_in_the_journal(cast: Cast):
    [turn] = plan(cast, cast.ana)
    with inside(cast.victims):
        duty_planning.remove(actor=cast.actor(cast.denis), turn_id=turn.pk)
        duty_planning.restore(actor=cast.actor(cast.denis), turn_id=turn.pk)
        events = Event.objects.filter(subject_id=turn.pk).order_by("at").values_list("tag", "user_id")
        assert list(events) == [
            (tag, cast.denis.pk) for tag in (Tag.DUTY_PLANNED, Tag.DUTY_REMOVED, Tag.DUTY_RESTORED)
        ]


# ---- What it refuses -------------------------------------------------------------------------------------------

LONG_AGO = date(2020, 1, 6)


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
    first = timezone.localdate() + duty_planning.FARTHEST
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


# ---- Removed, and put back -------------------------------------------------------------------------------------


def remove(cast: Cast, turn: DutyTurn) -> None:
    with inside(cast.victims):
        duty_planning.remove(actor=cast.actor(cast.denis), turn_id=turn.pk)


def restore(cast: Cast, turn: DutyTurn) -> None:
    with inside(cast.victims):
        duty_planning.restore(actor=cast.actor(cast.denis), turn_id=turn.pk)


def test_removing_takes_the_replacements_along_and_undoing_brings_them_back(cast: Cast):
    [turn] = plan(cast, cast.ana)
    replace(cast, turn, cast.eli)
    remove(cast, turn)
    assert there(cast, 10) == there(cast, 12) == []
    restore(cast, turn)
    assert (there(cast, 10), there(cast, 12)) == (["Ana"], ["Eli"])


def test_removing_a_replacement_gives_the_hours_back(cast: Cast):
    [turn] = plan(cast, cast.ana)
    remove(cast, replace(cast, turn, cast.eli))
    assert there(cast, 12) == ["Ana"]


def test_undoing_does_not_put_somebody_on_duty_twice(cast: Cast):
    [turn] = plan(cast, cast.ana)
    remove(cast, turn)
    plan(cast, cast.ana, starts=time(16), ends=time(20))
    with pytest.raises(duty_refusals.OnDutyAlready):
        restore(cast, turn)
    assert there(cast, 10) == []


def test_a_replacement_is_not_put_back_beside_another(cast: Cast):
    [turn] = plan(cast, cast.ana)
    first = replace(cast, turn, cast.eli)
    remove(cast, first)
    replace(cast, turn, cast.rita)
    with pytest.raises(duty_refusals.NothingToReplace):
        restore(cast, first)


def test_what_is_over_stays(cast: Cast):
    [turn] = plan(cast, cast.ana)
    with inside(cast.victims):
        now = database_now()
        DutyTurn.objects.update(starts_at=now - timedelta(hours=9), ends_at=now - timedelta(hours=1))
    with pytest.raises(duty_refusals.OverAlready):
        remove(cast, turn)


def running(cast: Cast, who, *, days: float = 6, more: float = 0.1) -> DutyTurn:
    """A turn begun so many days ago that lasts so many more."""
    turn, now = begun(who, at=cast.victims), database_now()
    moved(cast, turn, starts_at=now - timedelta(days=days), ends_at=now + timedelta(days=more))
    return turn


def moved(cast: Cast, turn: DutyTurn, **times: datetime) -> None:
    """To other times, at which everybody worked here."""
    Membership.objects.filter(service=cast.victims).update(starts_on=LONG_AGO)
    with inside(cast.victims):
        DutyTurn.objects.filter(pk=turn.pk).update(**times)


def then(cast: Cast, **ago: float) -> list[str]:
    with inside(cast.victims):
        return [member.user.name for member in on_duty(cast.victims, database_now() - timedelta(**ago))]


def test_removed_while_it_runs_it_ends_now_and_its_past_stays(cast: Cast):
    turn = running(cast, cast.ana)
    remove(cast, turn)
    assert then(cast, days=5) == then(cast, seconds=30) == ["Ana"]
    assert then(cast) == then(cast, hours=-1) == then(cast, days=7) == []
    restore(cast, turn)
    assert then(cast, days=5) == then(cast, hours=-1) == ["Ana"]
    assert then(cast, hours=-3) == []  # its own end


def test_removed_while_it_runs_whoever_replaced_stays_in_the_past_as_well(cast: Cast):
    turn, part = running(cast, cast.ana), running(cast, cast.eli, days=3, more=-2)
    with inside(cast.victims):
        DutyTurn.objects.filter(pk=part.pk).update(replaces=turn)
    remove(cast, turn)
    assert (then(cast, days=5), then(cast, days=2.5), then(cast, days=1)) == (["Ana"], ["Eli"], ["Ana"])


def test_a_replacement_removed_while_it_runs_gives_back_only_the_hours_to_come(cast: Cast):
    turn, part = running(cast, cast.ana, more=3), running(cast, cast.eli, days=3)
    with inside(cast.victims):
        DutyTurn.objects.filter(pk=part.pk).update(replaces=turn)
    remove(cast, part)
    assert (then(cast, days=5), then(cast, days=2), then(cast, hours=-1)) == (["Ana"], ["Eli"], ["Ana"])
    with pytest.raises(duty_refusals.ReplacedAlready, match="Eli"):
        replace(cast, turn, cast.rita, starts_on=timezone.localdate(), starts=time(0), ends=time(0))


def test_the_hours_of_a_removed_turn_that_somebody_held_are_theirs(cast: Cast):
    today = timezone.localdate()
    remove(cast, running(cast, cast.ana))
    with pytest.raises(duty_refusals.OnDutyAlready, match="Ana"):
        plan(cast, cast.ana, starts_on=today, starts=time(0), ends=time(0))
    plan(cast, cast.eli, starts_on=today, starts=time(0), ends=time(0))


def test_what_is_over_or_began_meanwhile_is_not_put_back(cast: Cast):
    [turn] = plan(cast, cast.ana)
    remove(cast, turn)
    now = database_now()
    moved(cast, turn, starts_at=now - timedelta(hours=9), ends_at=now - timedelta(hours=1))
    with pytest.raises(duty_refusals.OverAlready):
        restore(cast, turn)
    removed_at = now - timedelta(days=5)
    moved(
        cast, turn, starts_at=now - timedelta(days=6), ends_at=now + timedelta(hours=1), removed_at=removed_at
    )
    with pytest.raises(duty_refusals.BegunBefore):
        restore(cast, turn)
    assert (then(cast, days=5.5), then(cast, days=2)) == (["Ana"], [])


def test_what_a_colleague_changed_meanwhile_is_refused_as_that(cast: Cast):
    [turn] = plan(cast, cast.ana)
    with pytest.raises(duty_refusals.ChangedMeanwhile):
        restore(cast, turn)
    remove(cast, turn)
    with pytest.raises(duty_refusals.ChangedMeanwhile):
        remove(cast, turn)
    with pytest.raises(duty_refusals.ChangedMeanwhile):
        replace(cast, turn, cast.eli)
    assert there(cast, 10) == there(cast, 12) == []


def test_the_turns_of_another_service_are_out_of_reach(cast: Cast):
    [turn] = plan(cast, cast.ana)
    dina = cast.actor(cast.dina)
    with inside(cast.programme), pytest.raises(DutyTurn.DoesNotExist):
        duty_planning.remove(actor=dina, turn_id=turn.pk)
    assert there(cast, 10) == ["Ana"]
