from datetime import UTC, datetime, timedelta

import pytest
from django.utils import timezone

from cases import factories
from cases.models import Case, CaseGrant, GlassBreak
from cases.refusals import (
    GlassChangesNoTeam,
    GlassStaysShut,
    LastOfTeam,
    MotiveMissing,
    NotAMemberHere,
    OwnGlass,
)
from cases.services import assign, break_glass, remove, restrict, review_glass
from cases.services.glass import REVIEW_WITHIN, by_glass_only
from pole.audit.models import Event, Tag
from pole.calendar import due
from pole.opening import office_hours
from pole.tenancy.actor import RightLacking
from pole.tenancy.context import tenant
from pole.tenancy.models import Membership

pytestmark = pytest.mark.django_db


@pytest.fixture
def space(cast):
    with tenant(cast.victims.pk):
        yield cast


@pytest.fixture
def case(space):
    return factories.case(space.victims, team=[space.eli], followed="Nora Lien")


def test_a_colleague_joins_and_leaves(space, case):
    eli = space.actor(space.eli)
    assign(actor=eli, case=case, user=space.ana)
    assert case in Case.objects.visible_to(space.actor(space.ana))
    remove(actor=eli, case=case, user=space.ana)
    assert case not in Case.objects.visible_to(space.actor(space.ana))
    assert Event.objects.filter(tag=Tag.TEAM_CHANGED, subject_id=case.pk).count() == 2


def test_a_substitute_becomes_a_member_and_back(space, case):
    eli, day = space.actor(space.eli), timezone.localdate() + timedelta(days=7)
    assert assign(actor=eli, case=case, user=space.ana, until=day).until == day
    assert assign(actor=eli, case=case, user=space.ana).until is None
    assert CaseGrant.objects.filter(user=space.ana).count() == 1


def test_somebody_stays_in_the_team(space, case):
    eli = space.actor(space.eli)
    assign(actor=eli, case=case, user=space.ana, until=timezone.localdate() + timedelta(days=7))
    with pytest.raises(LastOfTeam):
        remove(actor=eli, case=case, user=space.eli)
    with pytest.raises(LastOfTeam):
        assign(actor=eli, case=case, user=space.eli, until=timezone.localdate())
    assert case in Case.objects.visible_to(eli)


def test_only_those_who_read_cases_here_join_a_team(space, case):
    eli = space.actor(space.eli)
    for user in (space.dora, space.bruno, space.olga):
        with pytest.raises(NotAMemberHere):
            assign(actor=eli, case=case, user=user)
    Membership.objects.filter(user=space.ana).update(ends_on=timezone.localdate())
    with pytest.raises(NotAMemberHere):
        assign(actor=eli, case=case, user=space.ana)


def test_a_reserved_case_disappears_from_the_referents_list(space, case):
    rita = space.actor(space.rita)
    assert case in Case.objects.visible_to(rita)
    restrict(actor=space.actor(space.eli), case=case, restricted=True)
    assert case not in Case.objects.visible_to(rita)
    restrict(actor=space.actor(space.eli), case=case, restricted=False)
    assert case in Case.objects.visible_to(rita)


def test_breaking_the_glass_opens_the_case_and_is_reviewed_in_two_working_days(space, case):
    ana, rita = space.actor(space.ana), space.actor(space.rita)
    assert break_glass(actor=ana, reference=case.reference, motive="Eli est malade.") == case
    broken = GlassBreak.objects.get()
    assert broken.review_due_at == due(broken.at, REVIEW_WITHIN, office_hours(broken.at))
    assert by_glass_only(ana, case)
    assert not by_glass_only(space.actor(space.eli), case)
    with pytest.raises(RightLacking):
        review_glass(actor=space.actor(space.eli), broken=broken)
    assert review_glass(actor=rita, broken=broken).reviewed_by_id == space.rita.pk
    assert Event.objects.filter(tag=Tag.GLASS_BROKEN, subject_id=case.pk).count() == 2


def test_over_a_holiday_weekend_the_review_waits_for_working_days():
    friday = datetime(2026, 12, 24, 15, 0, tzinfo=UTC)  # Thursday before Christmas, 16:00 in Brussels
    assert due(friday, REVIEW_WITHIN, office_hours(friday)).date().isoformat() == "2026-12-29"


def test_nobody_reviews_their_own_opening(space, case):
    rita = space.actor(space.rita)
    broken = GlassBreak.objects.create(
        service=space.victims, case=case, user=space.rita, motive="Moi.", review_due_at=timezone.now()
    )
    with pytest.raises(OwnGlass):
        review_glass(actor=rita, broken=broken)


def test_the_glass_needs_a_motive_and_tells_nothing_about_what_exists(space, case):
    ana = space.actor(space.ana)
    with pytest.raises(MotiveMissing):
        break_glass(actor=ana, reference=case.reference, motive=" ")
    restrict(actor=space.actor(space.eli), case=case, restricted=True)
    said = set()
    for reference in (case.reference, "1999-0001"):
        with pytest.raises(GlassStaysShut) as refused:
            break_glass(actor=ana, reference=reference, motive="Urgence.")
        said.add(str(refused.value))
    assert len(said) == 1
    assert not GlassBreak.objects.exists()


def test_the_reference_of_another_services_case_opens_nothing(cast):
    with tenant(cast.victims.pk):
        case = factories.case(cast.victims, team=[cast.eli])
    with tenant(cast.elsewhere.pk), pytest.raises(GlassStaysShut):
        break_glass(actor=cast.actor(cast.dora), reference=case.reference, motive="Curiosité.")


def test_who_is_in_the_team_needs_no_glass(space, case):
    assert break_glass(actor=space.actor(space.eli), reference=case.reference, motive="Habitude.") == case
    assert not GlassBreak.objects.exists()


def test_a_glass_broken_for_a_day_gives_no_place_for_good(space, case):
    ana, eli = space.actor(space.ana), space.actor(space.eli)
    break_glass(actor=ana, reference=case.reference, motive="Eli est malade.")

    with pytest.raises(GlassChangesNoTeam):
        assign(actor=ana, case=case, user=space.ana)
    with pytest.raises(GlassChangesNoTeam):
        restrict(actor=ana, case=case, restricted=True)

    assert CaseGrant.objects.get(user=space.ana).until == timezone.localdate()
    assert assign(actor=eli, case=case, user=space.ana).until is None
