"""Who sees which case inside the service: the table, then the wall around it."""

from datetime import timedelta

import pytest
from django.http import Http404
from django.utils import timezone

from cases import factories
from cases.access import case_for
from cases.models import Case, CaseGrant
from cases.services import break_glass
from pole.accounts.models import User
from pole.audit.models import Event, Tag
from pole.tenancy.context import tenant

pytestmark = pytest.mark.django_db


@pytest.fixture
def space(cast):
    with tenant(cast.victims.pk):
        yield cast


@pytest.mark.parametrize(
    ("who", "in_team", "restricted", "sees"),
    [
        pytest.param("ana", True, False, True, id="a practitioner sees the cases of her team"),
        pytest.param("ana", False, False, False, id="and no other"),
        pytest.param("ana", True, True, True, id="a restricted case is seen by its team"),
        pytest.param("rita", False, False, True, id="the référent sees every case"),
        pytest.param("rita", False, True, False, id="but not a restricted one"),
        pytest.param("rita", True, True, True, id="unless in its team"),
        pytest.param("denis", False, False, True, id="so does the direction"),
        pytest.param("denis", False, True, False, id="with the same limit"),
        pytest.param(
            "olga", False, False, False, id="the data protection officer reads the journal, not the files"
        ),
    ],
)
def test_who_sees_a_case(space, who, in_team, restricted, sees):
    user = getattr(space, who)
    team = [space.eli, user] if in_team else [space.eli]
    case = factories.case(space.victims, team=team, is_restricted=restricted)
    assert Case.objects.visible_to(space.actor(user)).filter(pk=case.pk).exists() is sees


@pytest.mark.parametrize(
    ("days", "sees"),
    [
        pytest.param(0, True, id="a substitute still sees the case on the last day"),
        pytest.param(-1, False, id="and no longer the day after"),
    ],
)
def test_a_substitute_sees_until_the_last_day(space, days, sees):
    case = factories.case(space.victims, team=[space.eli])
    factories.substitute(case, space.ana, until=timezone.localdate() + timedelta(days=days))
    visible = Case.objects.visible_to(space.actor(space.ana))
    assert visible.exists() is sees
    assert Case.objects.of_team(space.actor(space.ana)).exists() is sees


@pytest.mark.parametrize("left", ["membership", "account", "team"])
def test_a_restricted_case_whose_whole_team_left_falls_to_the_direction_alone(space, left):
    case = factories.case(space.victims, team=[space.eli], is_restricted=True)
    direction = space.actor(space.denis)
    assert not Case.objects.visible_to(direction).exists()

    if left == "membership":
        space.eli.memberships.update(ends_on=timezone.localdate())
    elif left == "account":
        User.objects.filter(pk=space.eli.pk).update(is_active=False)
    else:
        CaseGrant.objects.update(until=timezone.localdate() - timedelta(days=1))

    assert Case.objects.visible_to(direction).get() == case
    for other in (space.rita, space.ana, space.olga):
        assert not Case.objects.visible_to(space.actor(other)).exists()


def test_a_broken_glass_lasts_one_day(space):
    actor = space.actor(space.ana)
    case = factories.case(space.victims, team=[space.eli])
    break_glass(actor=actor, reference=case.reference, motive="Eli est malade.")
    assert Case.objects.visible_to(actor).exists()
    CaseGrant.objects.filter(user=space.ana).update(until=timezone.localdate() - timedelta(days=1))
    assert not Case.objects.visible_to(actor).exists()


def test_a_case_that_one_may_not_see_is_like_one_that_does_not_exist(space):
    case = factories.case(space.victims, team=[space.eli])
    with pytest.raises(Http404):
        case_for(space.actor(space.ana), case.pk)
    assert not Event.objects.filter(tag=Tag.CASE_READ).exists()


def test_reading_a_case_is_written_in_the_journal(space):
    case = factories.case(space.victims, team=[space.ana])
    assert case_for(space.actor(space.ana), case.pk) == case
    event = Event.objects.get(tag=Tag.CASE_READ)
    assert (event.user_id, event.subject_id) == (space.ana.pk, case.pk)
    case_for(space.actor(space.ana), case.pk, shown=False)
    assert Event.objects.filter(tag=Tag.CASE_READ).count() == 1


def test_another_service_sees_nothing_of_it(cast):
    with tenant(cast.victims.pk):
        factories.case(cast.victims, team=[cast.ana], followed="Nora Lien")
    with tenant(cast.elsewhere.pk):
        assert not Case.objects.exists()
        assert not CaseGrant.objects.exists()
