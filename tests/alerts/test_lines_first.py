"""The four lines of an emergency beside the button that sends: kept if typed, never waited for, asked afterwards."""

import pytest
from django.test import Client
from django.urls import reverse

from alerts import emergencies, judging
from alerts.factories import agreement
from alerts.models import Emergency
from assessment.factories import LEVEL_2, LEVEL_4
from assessment.factories import draft as draft_of
from cases import factories
from cases.models import Case
from pole.clock import database_now
from pole.tenancy.context import inside
from protocols import exchange as door
from tests.alerts.screens import get, in_force, post, received_by, text_of, undefined_variables_fail
from tests.alerts.test_emergencies import FOUR, review
from tests.cast import Cast, posting, signed_in

pytestmark = pytest.mark.django_db
__all__ = ["in_force", "undefined_variables_fail"]
FIRST = {f"line-{name}": text for name, text in FOUR.items()}
EXPLAINED = "Pourquoi l’accord ne peut être attendu"


@pytest.fixture
def case(cast: Cast, in_force) -> Case:
    with inside(cast.victims):
        return factories.case(cast.victims, team=[cast.ana], followed="Nora Lien")


def of_victims(cast: Cast) -> list[Emergency]:
    with inside(cast.victims):
        return list(Emergency.objects.select_related("case"))


def reading(cast: Cast, case: Case, answers):
    with inside(cast.victims):
        return draft_of(case, cast.ana, answers)


def by_hand(cast: Cast, case: Case, rule: str, **more: str):
    with inside(cast.victims):
        found = judging.offers(case=case, service=cast.victims, at=database_now())
    offer = next(each for each in found if each.rule.id == rule)
    url = f"{reverse('alerts:by_hand_write', args=[cast.victims.slug, case.pk])}?alerte={offer.key}"
    said = dict.fromkeys(judging.WORDS, "Un mot.") | {"categories": ["C01"]}
    client = signed_in(Client(), cast.ana)
    return text_of(client.get(url)), client.post(url, posting(**said | more))


def test_lines_typed_before_a_reading_is_finalised_are_kept_with_what_leaves(cast: Cast, case):
    draft = reading(cast, case, LEVEL_4)
    page = text_of(get(cast.ana, "alerts:preview", draft.pk))
    assert EXPLAINED in page
    assert "data-emergency" in page
    assert post(cast.ana, "alerts:finalise", draft.pk, **FIRST).status_code == 302
    [kept] = of_victims(cast)
    assert {name: getattr(kept, name) for name in FOUR} == FOUR
    assert kept.written_by == cast.ana
    assert len(received_by(cast.police)) == 1
    assert not received_by(cast.elsewhere)
    with inside(cast.police):  # the lines are the sender's own: they cross with nothing
        content = door.read(cast.actor(cast.carla), received_by(cast.police)[0])
    assert FOUR["danger"] not in str(content)


@pytest.mark.parametrize(
    "typed",
    [
        pytest.param({}, id="nothing"),
        pytest.param({"line-danger": "   "}, id="blanks"),
    ],
)
def test_left_empty_they_are_asked_afterwards_and_nothing_waited(cast: Cast, case, typed):
    draft = reading(cast, case, LEVEL_4)
    assert post(cast.ana, "alerts:finalise", draft.pk, **typed).status_code == 302
    [kept] = of_victims(cast)
    assert kept.written_at is None
    assert len(received_by(cast.police)) == 1
    assert "Écrire les quatre lignes" in text_of(get(cast.ana, "alerts:reading", draft.pk))


def test_a_line_that_is_too_long_stops_nothing(cast: Cast, case):
    draft = reading(cast, case, LEVEL_4)
    answer = post(cast.ana, "alerts:finalise", draft.pk, **{"line-danger": "d" * 999})
    assert answer.status_code == 302
    [kept] = of_victims(cast)
    assert kept.danger == "d" * 300
    assert len(received_by(cast.police)) == 1


def test_shown_again_the_page_has_the_lines_as_typed(cast: Cast, case):
    draft = reading(cast, case, LEVEL_4)
    answer = post(cast.ana, "alerts:finalise", draft.pk, **FIRST, see="1")
    assert f'value="{FOUR["protects"]}"' in text_of(answer)
    assert of_victims(cast) == []


def test_lines_about_what_did_not_leave_without_agreement_have_no_place_and_it_is_said(cast: Cast, case):
    draft = reading(cast, case, LEVEL_2)
    assert "data-emergency" not in text_of(get(cast.ana, "alerts:preview", draft.pk))
    url = reverse("alerts:finalise", args=[cast.victims.slug, draft.pk])
    answer = signed_in(Client(), cast.ana).post(url, posting(**FIRST), follow=True)
    assert "Rien n’est parti sans accord" in text_of(answer)
    assert of_victims(cast) == []


def test_lines_typed_with_an_alert_by_hand_are_kept(cast: Cast, case):
    page, answer = by_hand(cast, case, "red-police", **FIRST)
    assert EXPLAINED in page
    assert answer.status_code == 302
    [kept] = of_victims(cast)
    assert {name: getattr(kept, name) for name in FOUR} == FOUR
    assert not received_by(cast.programme)


def test_with_agreement_an_alert_by_hand_asks_none(cast: Cast, case):
    with inside(cast.victims):
        agreement(case, cast.programme, by=cast.ana)
    page, answer = by_hand(cast, case, "orange-from-victim-service")
    assert EXPLAINED not in page
    assert answer.status_code == 302
    assert of_victims(cast) == []


def test_nobody_reviews_lines_of_their_own_also_when_somebody_wrote_them_anew(cast: Cast, case):
    draft = reading(cast, case, LEVEL_4)
    post(cast.ana, "alerts:finalise", draft.pk)
    [emergency] = of_victims(cast)
    assert post(cast.rita, "alerts:emergency", emergency.pk, danger="Vu au téléphone.").status_code == 302
    with pytest.raises(emergencies.OwnLines):
        review(cast, emergency)
    page = text_of(get(cast.rita, "alerts:emergency", emergency.pk))
    assert "vous-même écrit des lignes" in page
    assert "Consigner la revue" not in page
    post(cast.ana, "alerts:emergency", emergency.pk, **FOUR)
    with pytest.raises(emergencies.OwnLines):
        review(cast, emergency)
    answer = post(cast.rita, "alerts:emergency_review", emergency.pk, founded="yes", review="Vu.")
    assert answer.status_code == 302
    [emergency] = of_victims(cast)
    assert emergency.reviewed_at is None
    review(cast, emergency, cast.denis)
