"""The duty rota: who is on duty at a moment, and who may change that."""

from datetime import date, datetime, time, timedelta

import pytest
from django.utils import timezone

from pole.audit.models import Event, Tag
from pole.calendar import BRUSSELS
from pole.tenancy import duty_planning
from pole.tenancy.actor import RightLacking
from pole.tenancy.context import inside
from pole.tenancy.duty import on_duty
from pole.tenancy.models import DutyTurn, Membership
from tests.cast import Cast
from tests.pole.tenancy.rota import plan, replace, there, tomorrow

pytestmark = pytest.mark.django_db


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


def test_the_turns_of_another_service_are_out_of_reach(cast: Cast):
    [turn] = plan(cast, cast.ana)
    dina = cast.actor(cast.dina)
    with inside(cast.programme), pytest.raises(DutyTurn.DoesNotExist):
        duty_planning.remove(actor=dina, turn_id=turn.pk)
    assert there(cast, 10) == ["Ana"]
