"""A turn that is removed, while it runs or before, and put back."""

from datetime import time, timedelta

import pytest
from django.utils import timezone

from pole.clock import database_now
from pole.tenancy import duty_refusals
from pole.tenancy.context import inside
from pole.tenancy.models import DutyTurn
from tests.cast import Cast
from tests.pole.tenancy.rota import moved, plan, remove, replace, restore, running, then, there

pytestmark = pytest.mark.django_db


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
