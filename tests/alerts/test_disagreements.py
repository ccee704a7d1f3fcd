"""Two realities of one situation: what is seen of the other's, and how a difference is dealt with on both sides."""

import pytest
from django.utils import timezone

from alerts import concluding, disagreements, work
from alerts.concluding import ClosedAlready
from alerts.disagreements import AboutMissing, NotLinked, OpenAlready
from alerts.factories import finalised
from alerts.models import Conclusion, Disagreement, Owed, OwedKind, Situation
from alerts.realities import Reality, set_side_by_side
from assessment.factories import LEVEL_4
from assessment.grids import load_grid
from cases.models import Task
from pole.clock import database_now
from pole.tenancy.actor import RightLacking
from pole.tenancy.context import inside
from pole.tenancy.models import Membership
from protocols import exchange as door
from protocols.models import Exchange, ExchangeKind
from tests.alerts.screens import get, in_force, post, queries_of, text_of, undefined_variables_fail
from tests.alerts.two_sides import SECRET, conclude, declare, linked, row_of, work_off
from tests.cast import Cast

pytestmark = pytest.mark.django_db
__all__ = ["in_force", "linked", "undefined_variables_fail"]
AGREED, RECORDED, PARTIAL = Conclusion.AGREEMENT, Conclusion.RECORDED, Conclusion.PARTIAL


def told(subject) -> list[str]:
    names = dict(Membership.objects.values_list("user_id", "user__name"))
    rows = Owed.objects.filter(kind=OwedKind.NOTICE, subject_id=subject.pk)
    return sorted(names[row.addressee_id] for row in rows)


def test_a_difference_opens_a_disagreement_where_it_is_found(cast: Cast, linked):
    found = row_of(cast.programme)
    assert (found.is_open, found.opened_by) == (True, None)
    with inside(cast.victims):
        assert not Disagreement.objects.exists()
    with inside(cast.police):
        assert not Disagreement.objects.exists()


def test_the_other_side_learns_of_it_with_the_first_conclusion(cast: Cast, linked):
    conclude(cast, cast.remy, PARTIAL, "D’accord sur la dynamique, pas sur le niveau.")
    theirs = row_of(cast.victims)
    assert (theirs.partner_conclusion, theirs.is_open) == (PARTIAL, True)
    assert theirs.partner_words == "D’accord sur la dynamique, pas sur le niveau."
    assert told(theirs) == ["Rita"]


@pytest.mark.parametrize("conclusion", list(Conclusion))
def test_it_ends_on_both_sides_when_both_conclude_the_same(cast: Cast, linked, conclusion):
    conclude(cast, cast.remy, conclusion)
    conclude(cast, cast.rita, conclusion)
    for service in (cast.victims, cast.programme):
        ended = row_of(service)
        assert (ended.is_open, ended.ended) == (False, conclusion)


def test_different_conclusions_leave_it_open_until_one_side_changes_its_own(cast: Cast, linked):
    conclude(cast, cast.remy, AGREED)
    conclude(cast, cast.rita, RECORDED)
    assert row_of(cast.victims).is_open
    assert row_of(cast.programme).is_open
    conclude(cast, cast.remy, RECORDED)
    assert row_of(cast.victims).ended == row_of(cast.programme).ended == RECORDED


def test_both_concluding_at_the_same_moment_closes_both(cast: Cast, linked):
    declare_on_both = [(cast.remy, cast.programme), (cast.rita, cast.victims)]
    with inside(cast.victims):
        disagreements.open_one(actor=cast.actor(cast.rita), situation=linked[0], at=database_now())
    for who, service in declare_on_both:
        actor = cast.actor(who)
        with inside(service):
            concluding.conclude(
                actor=actor,
                disagreement_id=Disagreement.objects.open().get().pk,
                conclusion=AGREED,
                words="Vu.",
                at=database_now(),
            )
    work_off(OwedKind.CONCLUSION)
    assert row_of(cast.victims).ended == row_of(cast.programme).ended == AGREED


def test_a_conclusion_changes_no_level(cast: Cast, linked):
    conclude(cast, cast.remy)
    conclude(cast, cast.rita)
    with inside(cast.programme):
        his = Situation.objects.select_related("case").get()
        assert (his.case.level, his.received_level) == (2, 4)


def test_what_crosses_is_the_conclusion_and_its_words(cast: Cast, linked):
    declare(cast, linked[0])
    with inside(cast.programme):
        exchange = Exchange.objects.received_by(cast.programme.pk).get(kind=ExchangeKind.DISAGREEMENT)
        content = door.read(cast.actor(cast.bruno), exchange)
    assert content["categories"] == {}
    assert content["message"] == {"conclusion": "declared", "text": ""}
    for bystander in (cast.police, cast.coordination, cast.elsewhere):
        with inside(bystander):
            sent = Exchange.objects.received_by(bystander.pk).filter(kind=ExchangeKind.DISAGREEMENT)
            assert not sent.exists()


def test_declared_by_somebody_the_partners_referents_are_told_and_no_word_of_it_crosses(cast: Cast, linked):
    conclude(cast, cast.remy)
    conclude(cast, cast.rita)
    mine = declare(cast, linked[0])
    work_off(OwedKind.CONCLUSION)
    theirs = row_of(cast.programme)
    assert (mine.about, theirs.about) == (SECRET, "")
    assert theirs.is_open
    assert told(theirs) == ["Remy"]


def test_one_is_open_at_a_time_and_none_without_a_link_or_a_word(cast: Cast, linked):
    declare(cast, linked[0])
    with pytest.raises(OpenAlready):
        declare(cast, linked[0])
    with inside(cast.victims), pytest.raises(AboutMissing):
        disagreements.declare(
            actor=cast.actor(cast.ana), situation_id=linked[0].pk, about=" ", at=database_now()
        )


def test_a_proposal_that_was_not_accepted_is_nothing_to_disagree_about(cast: Cast, linked):
    with inside(cast.victims):
        unlinked = Situation.objects.create(
            service=cast.victims,
            case=linked[0].case,
            partner=cast.police,
            proposal=Exchange.objects.sent_by(cast.victims.pk).filter(recipient=cast.police).first(),
        )
    with pytest.raises(NotLinked):
        declare(cast, unlinked)


def test_only_referents_and_direction_conclude(cast: Cast, linked):
    for who in (cast.bruno,):
        with pytest.raises(RightLacking):
            conclude(cast, who)
    conclude(cast, cast.dina)
    conclude(cast, cast.rita)
    with inside(cast.victims), pytest.raises(ClosedAlready):
        concluding.conclude(
            actor=cast.actor(cast.rita),
            disagreement_id=Disagreement.objects.get().pk,
            conclusion=AGREED,
            words="Encore.",
            at=database_now(),
        )


def test_a_new_reading_that_no_longer_differs_ends_it_by_itself(cast: Cast, linked):
    finalised(cast.actor(cast.bruno), LEVEL_4, at=database_now(), case=linked[1].case)
    ended = row_of(cast.programme)
    assert (ended.is_open, ended.ended) == (False, "moot")


def on_its_day(disagreement: Disagreement, step: int) -> None:
    row = Owed.objects.get(kind=OwedKind.DISAGREEMENT, subject_id=disagreement.pk, step=step)
    now = database_now()
    Owed.objects.filter(pk=row.pk).update(due_at=now, next_try_at=now)
    assert work.work_off(row.pk)


def test_late_the_referents_are_told_then_the_direction_and_no_bystander(cast: Cast, linked):
    found = row_of(cast.programme)
    on_its_day(found, 1)
    assert told(found) == ["Remy"]
    on_its_day(found, 2)
    assert told(found) == ["Dina", "Remy"]


def test_dealt_with_in_time_nobody_is_disturbed(cast: Cast, linked):
    found = row_of(cast.programme)
    conclude(cast, cast.remy)
    conclude(cast, cast.rita)
    before = told(found)
    on_its_day(found, 1)
    assert told(found) == before


def test_late_and_nobody_left_to_tell_becomes_a_task(cast: Cast, linked):
    found = row_of(cast.programme)
    leaders = Membership.objects.filter(service=cast.programme, role__in=("referent", "direction"))
    leaders.update(ends_on=timezone.localdate())
    with inside(cast.programme):
        before = Task.objects.count()
    on_its_day(found, 1)
    with inside(cast.programme):
        assert Task.objects.count() == before + 1


GRID = load_grid("pdc-1")
SPLIT = {"M4": GRID.markers["M4"].label}


def side_by_side(own, theirs, known=()):
    return set_side_by_side(own, theirs, grid=GRID, known=frozenset(known))


def test_a_marker_of_the_partners_is_a_blind_spot_with_what_remains_to_explore():
    own, theirs = Reality("pdc-1", 2, "T1", {}), Reality("pdc-1", 3, "T1", SPLIT)
    [spot] = side_by_side(own, theirs, known={"A4", "A6", "E1"}).blind
    assert spot.label == SPLIT["M4"]
    assert set(spot.to_explore) == {GRID.indicators[code].label for code in ("A14", "B5")}


def test_explored_and_not_retained_leaves_nothing_to_explore():
    own, theirs = Reality("pdc-1", 2, "T1", {}), Reality("pdc-1", 3, "T1", SPLIT)
    [spot] = side_by_side(own, theirs, known=GRID.indicators).blind
    assert spot.to_explore == ()


def test_what_both_retain_is_shared_and_what_we_alone_retain_is_theirs_to_see():
    both = Reality("pdc-1", 3, "T4", SPLIT)
    assert side_by_side(both, both).shared == (SPLIT["M4"],)
    [spot] = side_by_side(both, Reality("pdc-1", 2, "T1", {})).blind
    assert spot.ours


def test_a_level_that_could_not_be_assessed_is_not_compared():
    own, theirs = Reality("pdc-1", None, "", {}), Reality("pdc-1", 3, "T4", {})
    found = side_by_side(own, theirs)
    assert (found.same_level, found.same_dynamics) == (None, None)


def test_of_two_grids_only_the_levels_are_compared():
    own, theirs = Reality("pdc-1", 3, "T4", SPLIT), Reality("ticks-1", 3, "", {"M4": "autre chose"})
    found = side_by_side(own, theirs)
    assert (found.same_level, found.shared, found.blind, found.grids_differ) == (True, (), (), True)


def test_the_page_shows_ours_in_full_and_of_theirs_what_crossed(cast: Cast, linked):
    html = text_of(get(cast.bruno, "alerts:situation", linked[1].pk))
    assert "Deux réalités" in html
    assert "2 · modérée" in html
    assert "4 · imminente" in html
    assert "Séquestration : retenu" not in html
    assert "Angles morts" in html
    assert "Nora" not in html
    hers = text_of(get(cast.ana, "alerts:situation", linked[0].pk))
    assert "Rien de leur lecture n’a été transmis" in hers


def test_from_the_page_it_is_declared_and_concluded(cast: Cast, linked):
    assert post(cast.ana, "alerts:declare", linked[0].pk, about="").status_code == 422
    post(cast.ana, "alerts:declare", linked[0].pk, about=SECRET)
    mine = row_of(cast.victims)
    assert 'name="conclusion"' not in text_of(get(cast.ana, "alerts:situation", linked[0].pk))
    assert 'name="conclusion"' in text_of(get(cast.rita, "alerts:situation", linked[0].pk))
    back = post(cast.rita, "alerts:conclude", mine.pk, conclusion="recorded", words="")
    assert back.status_code == 422
    post(cast.rita, "alerts:conclude", mine.pk, conclusion="recorded", words="Chacun garde sa lecture.")
    work_off(OwedKind.CONCLUSION)
    assert "Chacun garde sa lecture." in text_of(get(cast.bruno, "alerts:situation", linked[1].pk))
    assert SECRET not in text_of(get(cast.bruno, "alerts:situation", linked[1].pk))
    assert "le partenaire attend votre conclusion" in text_of(get(cast.remy, "alerts:disagreements"))


def test_to_a_colleague_outside_the_team_and_to_a_stranger_it_is_not_there(cast: Cast, linked):
    mine = declare(cast, linked[0])
    for who, service in ((cast.eli, cast.victims), (cast.dora, cast.elsewhere), (cast.carla, cast.police)):
        assert get(who, "alerts:situation", linked[0].pk, service=service).status_code == 404
        answer = post(who, "alerts:conclude", mine.pk, service=service, conclusion="agreement", words="x")
        assert answer.status_code in (403, 404)
        assert linked[0].case.reference not in text_of(get(who, "alerts:disagreements", service=service))
    assert row_of(cast.victims).is_open


def test_the_list_asks_as_often_for_one_as_for_many(cast: Cast, linked):
    few = queries_of(cast.remy, "alerts:disagreements")
    for _ in range(4):
        conclude(cast, cast.remy)
        conclude(cast, cast.rita)
        declare(cast, linked[0])
        work_off(OwedKind.CONCLUSION)
    assert len(queries_of(cast.remy, "alerts:disagreements")) == len(few) <= 15
