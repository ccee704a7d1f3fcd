"""What leaves without agreement leaves at once, is explained in four lines, and is reviewed in two working days."""

from datetime import timedelta

import pytest

from alerts import emergencies, work
from alerts.factories import agreement, finalised
from alerts.models import Alert, Emergency, Owed, OwedKind
from alerts.releasing import release_held
from assessment.factories import LEVEL_2, LEVEL_3, LEVEL_4
from cases import factories
from cases.models import Case
from pole.audit.models import Event, Tag
from pole.calendar import due
from pole.clock import database_now
from pole.opening import office_hours
from pole.tenancy.actor import RightLacking
from pole.tenancy.context import inside
from pole.tenancy.models import Membership
from protocols import exchange as door
from tests.alerts.screens import (
    get,
    in_force,
    post,
    queries_of,
    received_by,
    text_of,
    undefined_variables_fail,
)
from tests.cast import Cast

pytestmark = pytest.mark.django_db
__all__ = ["in_force", "undefined_variables_fail"]
FOUR = {
    "danger": "Il a dit qu’il la tuerait ce soir.",
    "protects": "Sa vie et celle des enfants.",
    "no_other_means": "Elle ne répond plus.",
    "minimum": "Qui, où, quel danger.",
}


@pytest.fixture
def case(cast: Cast, in_force) -> Case:
    with inside(cast.victims):
        return factories.case(cast.victims, team=[cast.ana], followed="Nora Lien")


@pytest.fixture
def red(cast: Cast, case) -> Emergency:
    finalised(cast.actor(cast.ana), LEVEL_4, at=database_now(), case=case)
    [emergency] = of_victims(cast)
    return emergency


def of_victims(cast: Cast) -> list[Emergency]:
    with inside(cast.victims):
        return list(Emergency.objects.select_related("case"))


def review(cast: Cast, emergency, who=None, founded=True, words="Vu avec elle."):
    with inside(cast.victims):
        return emergencies.review(
            actor=cast.actor(who or cast.rita),
            emergency_id=emergency.pk,
            founded=founded,
            words=words,
            at=database_now(),
        )


def test_it_leaves_at_once_to_both_and_one_review_is_owed(cast: Cast, red):
    assert len(received_by(cast.police)) == len(received_by(cast.programme)) == 1
    assert not received_by(cast.elsewhere)
    assert red.acted_by == cast.ana
    expected = due(red.at, emergencies.REVIEWED_WITHIN, office_hours(red.at))
    assert red.review_due_at == expected
    with inside(cast.victims):
        assert {alert.recipient for alert in emergencies.alerts_of(red)} == {cast.police, cast.programme}


@pytest.mark.parametrize("answers", [LEVEL_2, LEVEL_3], ids=["2", "3"])
def test_what_does_not_leave_by_itself_is_none(cast: Cast, case, answers):
    finalised(cast.actor(cast.ana), answers, at=database_now(), case=case)
    assert of_victims(cast) == []


def test_with_agreement_it_is_none(cast: Cast, case):
    with inside(cast.victims):
        agreement(case, cast.programme, by=cast.ana)
    finalised(cast.actor(cast.ana), LEVEL_3, at=database_now(), case=case)
    assert received_by(cast.programme)
    assert of_victims(cast) == []


def test_what_a_referent_releases_has_a_motive_and_is_none(cast: Cast, case):
    [held] = finalised(cast.actor(cast.ana), LEVEL_3, at=database_now(), case=case)
    with inside(cast.victims):
        release_held(
            actor=cast.actor(cast.rita),
            alert_id=held.pk,
            basis="referent",
            motive="Péril.",
            at=database_now(),
        )
    assert received_by(cast.programme)
    assert of_victims(cast) == []


def test_the_four_lines_are_asked_and_may_be_poor(cast: Cast, red):
    assert "Écrire les quatre lignes" in text_of(get(cast.ana, "alerts:reading", reading_of(cast)))
    assert post(cast.ana, "alerts:emergency", red.pk, danger="Menace.").status_code == 302
    [kept] = of_victims(cast)
    assert (kept.danger, kept.minimum, kept.written_by) == ("Menace.", "", cast.ana)
    post(cast.ana, "alerts:emergency", red.pk, **FOUR)
    [kept] = of_victims(cast)
    assert {name: getattr(kept, name) for name in FOUR} == FOUR


def reading_of(cast: Cast):
    with inside(cast.victims):
        return Alert.objects.exclude(reading=None).first().reading_id


def test_nothing_written_is_said_and_nothing_is_lost(cast: Cast, red):
    response = post(cast.ana, "alerts:emergency", red.pk)
    assert response.status_code == 422
    assert "Écrivez au moins une des quatre lignes" in text_of(response)
    assert len(received_by(cast.police)) == 1, "it had left"


def test_the_referent_reviews_and_the_lines_then_stay(cast: Cast, red):
    post(cast.ana, "alerts:emergency", red.pk, **FOUR)
    html = text_of(get(cast.rita, "alerts:emergency", red.pk))
    assert "qu’il la tuerait" in html
    response = post(cast.rita, "alerts:emergency_review", red.pk, founded="yes", review="Revu avec Ana.")
    assert response.status_code == 302
    html = text_of(get(cast.ana, "alerts:emergency", red.pk))
    assert "Revu : c’était fondé" in html
    assert "Revu avec Ana." in html
    assert post(cast.ana, "alerts:emergency", red.pk, danger="Autre chose.").status_code == 422
    with inside(cast.victims):
        tags = set(Event.objects.filter(subject_id=red.pk).values_list("tag", flat=True))
    assert tags >= {Tag.EMERGENCY_WRITTEN, Tag.EMERGENCY_REVIEWED}


def test_without_a_word_the_review_comes_back_as_typed(cast: Cast, red):
    response = post(cast.rita, "alerts:emergency_review", red.pk, founded="no", review=" ")
    assert response.status_code == 422
    assert 'value="no"' in text_of(response).split("checked")[0][-120:]


def test_nobody_reviews_their_own_and_no_practitioner_does(cast: Cast, case):
    with inside(cast.victims):
        mine = factories.case(cast.victims, team=[cast.rita], followed="Lise Autre")
    finalised(cast.actor(cast.rita), LEVEL_4, at=database_now(), case=mine)
    [own] = of_victims(cast)
    with pytest.raises(emergencies.OwnDecision):
        review(cast, own)
    with pytest.raises(RightLacking):
        review(cast, own, cast.ana)
    review(cast, own, cast.denis)
    with pytest.raises(emergencies.ReviewedAlready):
        review(cast, own, cast.denis)


def told(emergency) -> list[str]:
    names = dict(Membership.objects.values_list("user_id", "user__name"))
    rows = Owed.objects.filter(kind=OwedKind.NOTICE, subject_id=emergency.pk)
    return sorted(names[row.addressee_id] for row in rows)


def on_its_day(emergency, step: int) -> None:
    row = Owed.objects.get(kind=OwedKind.EMERGENCY, subject_id=emergency.pk, step=step)
    now = database_now() - timedelta(seconds=1)
    Owed.objects.filter(pk=row.pk).update(due_at=now, next_try_at=now)
    assert work.work_off(row.pk)


def test_the_referent_is_reminded_then_the_direction_told(cast: Cast, red):
    assert told(red) == []
    on_its_day(red, emergencies.RECALLED)
    assert told(red) == ["Rita"]
    on_its_day(red, emergencies.OVERDUE)
    assert told(red) == ["Denis", "Rita", "Rita"]
    with inside(cast.victims):
        assert Event.objects.filter(tag=Tag.EMERGENCY_OVERDUE, subject_id=red.pk).exists()


def test_who_wrote_lines_is_not_asked_to_review_them(cast: Cast, red):
    assert post(cast.rita, "alerts:emergency", red.pk, danger="Vu au téléphone.").status_code == 302
    on_its_day(red, emergencies.RECALLED)
    assert told(red) == []
    on_its_day(red, emergencies.OVERDUE)
    assert told(red) == ["Denis"]


def test_reviewed_in_time_nobody_is_disturbed(cast: Cast, red):
    review(cast, red)
    on_its_day(red, emergencies.RECALLED)
    on_its_day(red, emergencies.OVERDUE)
    assert told(red) == []


def test_the_list_shows_what_waits_and_no_more(cast: Cast, red):
    assert "Nora Lien" in text_of(get(cast.rita, "alerts:emergencies"))
    review(cast, red)
    assert "Nora Lien" not in text_of(get(cast.rita, "alerts:emergencies"))


def test_strangers_colleagues_and_recipients_see_none(cast: Cast, red):
    assert get(cast.eli, "alerts:emergency", red.pk).status_code == 404
    assert "Nora" not in text_of(get(cast.eli, "alerts:emergencies"))
    assert get(cast.olga, "alerts:emergency", red.pk).status_code == 403
    assert get(cast.bruno, "alerts:emergency", red.pk).status_code == 404
    assert get(cast.dora, "alerts:emergency", red.pk, service=cast.victims).status_code == 404
    with inside(cast.programme):
        assert not Emergency.objects.exists()


def test_few_queries(cast: Cast, red):
    assert len(queries_of(cast.rita, "alerts:emergency", red.pk)) <= 15
    assert len(queries_of(cast.rita, "alerts:emergencies")) <= 15
    assert len(queries_of(cast.ana, "alerts:reading", reading_of(cast))) <= 15


def test_the_referent_takes_a_category_out_of_what_is_held_and_adds_none(cast: Cast, case):
    [held] = finalised(cast.actor(cast.ana), LEVEL_3, at=database_now(), case=case)
    out = sorted(held.categories)[0]
    data = {"decision": "release", "basis": "referent", "motive": "Péril.", "left_out": [out]}
    assert post(cast.rita, "alerts:decide", held.pk, **data).status_code == 302
    [exchange] = received_by(cast.programme)
    assert out not in exchange.bases
    assert set(exchange.bases) == set(held.categories) - {out}


def test_with_everything_taken_out_nothing_leaves(cast: Cast, case):
    [held] = finalised(cast.actor(cast.ana), LEVEL_3, at=database_now(), case=case)
    with inside(cast.victims), pytest.raises(door.Refused, match="Il ne reste rien"):
        release_held(
            actor=cast.actor(cast.rita),
            alert_id=held.pk,
            basis="referent",
            motive="Péril.",
            left_out=list(held.categories),
            at=database_now(),
        )
    assert not received_by(cast.programme)
