"""What left, what is held, and a reading once it is final."""

import re
from datetime import timedelta
from uuid import uuid4

import pytest
from django.utils import timezone

from alerts.factories import agreement, finalised
from alerts.models import AlertState
from assessment.factories import LEVEL_2, LEVEL_3, LEVEL_4
from cases import factories as cases
from pole.tenancy.context import inside
from tests.alerts.screens import (
    alerts_of,
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


@pytest.fixture
def held(cast: Cast, in_force):
    [alert] = finalised(cast.actor(cast.ana), LEVEL_3, at=timezone.now())
    return alert


def lowered(cast: Cast):
    return finalised(cast.actor(cast.ana), LEVEL_4, at=timezone.now(), chosen=3, motive="Elle est à l’abri.")


def test_what_was_sent_is_listed_with_where_it_stands(cast: Cast, in_force):
    finalised(cast.actor(cast.ana), LEVEL_4, at=timezone.now())
    html = text_of(get(cast.ana, "alerts:sent"))

    assert cast.police.name in html
    assert "remise, accusé attendu" in html
    assert "banner-danger" not in html


def test_an_unacknowledged_red_gets_a_red_banner_with_the_numbers(cast: Cast, in_force):
    finalised(cast.actor(cast.ana), LEVEL_4, at=timezone.now() - timedelta(hours=2))
    [alert] = [alert for alert in alerts_of(cast.victims) if alert.recipient == cast.police]

    for html in (text_of(get(cast.ana, "alerts:sent")), text_of(get(cast.ana, "alerts:alert", alert.pk))):
        banner = re.search(r'<section class="banner banner-danger">.*?</section>', html)[0]
        assert cast.police.name in banner
        assert cast.police.urgent_phone in banner
        assert "rappelez le 112 ou le 101" in banner
    post(cast.carla, "alerts:acknowledge", alert.exchange_id)
    assert "banner-danger" not in text_of(get(cast.ana, "alerts:alert", alert.pk))


def test_an_unacknowledged_orange_asks_for_a_call_without_red(cast: Cast, in_force):
    with inside(cast.victims):
        case = cases.case(cast.victims, team=[cast.ana], followed="Zoé Petit")
        given = timezone.localdate() - timedelta(days=20)
        agreement(case, cast.programme, by=cast.ana, given_on=given, informed_on=given)
    finalised(cast.actor(cast.ana), LEVEL_3, at=timezone.now() - timedelta(days=10), case=case)

    html = text_of(get(cast.ana, "alerts:sent"))
    assert "n’a pas accusé réception" in html
    assert cast.programme.urgent_phone in html
    assert "banner-danger" not in html


def test_the_alert_says_why_and_what_left(cast: Cast, in_force):
    finalised(cast.actor(cast.ana), LEVEL_4, at=timezone.now())
    [alert] = [alert for alert in alerts_of(cast.victims) if alert.recipient == cast.police]
    html = text_of(get(cast.ana, "alerts:alert", alert.pk))

    for words in ("Article 4 §1 : s&#x27;applique", "Ce qui est parti", "Nora Lien", "état de nécessité"):
        assert words in html


def test_a_held_alert_says_what_would_leave_and_who_decides_by_when(cast: Cast, held):
    listed = text_of(get(cast.rita, "alerts:held"))
    html = text_of(get(cast.rita, "alerts:alert", held.pk))

    assert f"Pour {cast.programme.name}" in listed
    assert "à décider" in listed
    assert "Ce qui partirait" in html
    assert "la personne n’a pas donné son accord" in html
    assert 'name="decision"' in html
    assert 'name="decision"' not in text_of(get(cast.ana, "alerts:alert", held.pk))


def test_released_on_another_basis_it_leaves_to_its_recipient_alone(cast: Cast, held):
    motive = "Il sort de prison demain ; personne d’autre ne peut la prévenir."
    response = post(cast.rita, "alerts:decide", held.pk, decision="release", basis="referent", motive=motive)

    assert response.status_code == 302
    assert len(received_by(cast.programme)) == 1
    assert not received_by(cast.police)
    assert not received_by(cast.elsewhere)
    html = text_of(get(cast.ana, "alerts:alert", held.pk))
    assert motive in html
    assert "Décidé par Rita" in html


def test_dropped_it_stays_here_with_its_motive(cast: Cast, held):
    post(cast.rita, "alerts:decide", held.pk, decision="drop", motive="Elle le fera elle-même ce soir.")

    [alert] = alerts_of(cast.victims)
    assert alert.state == AlertState.DROPPED
    assert not received_by(cast.programme)
    assert "Elle le fera elle-même ce soir." in text_of(get(cast.ana, "alerts:alert", held.pk))


def test_a_decision_without_basis_comes_back_with_its_motive(cast: Cast, held):
    response = post(cast.rita, "alerts:decide", held.pk, decision="release", motive="Un danger précis.")
    html = text_of(response)

    assert response.status_code == 422
    assert "Un danger précis." in html
    assert "Choisissez la base" in html
    assert not received_by(cast.programme)


def test_decided_twice_the_first_counts(cast: Cast, held):
    post(cast.rita, "alerts:decide", held.pk, decision="drop", motive="Non.")
    response = post(cast.denis, "alerts:decide", held.pk, decision="release", basis="referent", motive="Si.")
    assert response.status_code == 302
    assert not received_by(cast.programme)


def test_who_may_not_decide_is_refused(cast: Cast, held):
    assert (
        post(
            cast.ana, "alerts:decide", held.pk, decision="release", basis="referent", motive="Je veux."
        ).status_code
        == 403
    )
    assert not received_by(cast.programme)


@pytest.mark.parametrize("route", ["alert", "decide"])
def test_an_alert_exists_for_its_sender_and_the_team_alone(cast: Cast, held, route):
    ask = get if route == "alert" else post
    for stranger in (cast.remy, cast.rosa):
        assert ask(stranger, f"alerts:{route}", held.pk).status_code == 404
    assert ask(cast.dora, f"alerts:{route}", held.pk, service=cast.victims).status_code == 404
    assert ask(cast.rita, f"alerts:{route}", uuid4()).status_code == 404
    assert get(cast.eli, "alerts:alert", held.pk).status_code == 404
    assert get(cast.dora, "alerts:alert", held.pk).status_code == 404


def test_lists_show_nothing_of_cases_one_does_not_follow(cast: Cast, held):
    finalised(cast.actor(cast.ana), LEVEL_4, at=timezone.now())
    for page in ("alerts:sent", "alerts:held"):
        assert "message-row" not in text_of(get(cast.eli, page))
        assert cast.programme.name not in text_of(get(cast.dora, page))


def test_a_lowered_reading_is_put_before_another_person(cast: Cast, in_force):
    waiting = lowered(cast)
    reading_id = waiting[0].reading_id

    assert "Une seconde lecture est attendue" in text_of(get(cast.ana, "alerts:reading", reading_id))
    assert 'name="word"' not in text_of(get(cast.ana, "alerts:reading", reading_id))
    assert 'name="word"' in text_of(get(cast.rita, "alerts:reading", reading_id))
    assert "Aller à la lecture" in text_of(get(cast.rita, "alerts:alert", waiting[0].pk))


def test_a_second_reader_who_disagrees_lets_what_waited_leave(cast: Cast, in_force):
    reading_id = lowered(cast)[0].reading_id
    assert not received_by(cast.police)
    post(cast.rita, "alerts:second", reading_id, word="disagree", motive="Rien ne la protège cette nuit.")

    assert len(received_by(cast.police)) == 1
    assert not received_by(cast.coordination)
    html = text_of(get(cast.ana, "alerts:reading", reading_id))
    assert "Rien ne la protège cette nuit." in html
    assert "Rita" in html


def test_a_second_reading_without_a_word_comes_back(cast: Cast, in_force):
    reading_id = lowered(cast)[0].reading_id
    response = post(cast.rita, "alerts:second", reading_id, word="agree")
    assert response.status_code == 422
    assert re.search(r'value="agree"[^>]* checked', text_of(response))


def test_ones_own_reading_is_not_read_a_second_time(cast: Cast, in_force):
    reading_id = lowered(cast)[0].reading_id
    assert post(cast.ana, "alerts:second", reading_id, word="agree", motive="Oui.").status_code == 403


def test_a_reading_that_ordered_nothing_says_so(cast: Cast, in_force):
    with inside(cast.victims):
        case = cases.case(cast.victims, team=[cast.ana], followed="Zoé Petit")
    finalised(cast.actor(cast.ana), LEVEL_2, at=timezone.now(), case=case)
    with inside(cast.victims):
        reading = case.readings.get()
    html = text_of(get(cast.ana, "alerts:reading", reading.pk))
    assert "Aucune alerte : aucun article" in html
    for stranger in (cast.eli, cast.bruno, cast.dora):
        assert get(stranger, "alerts:reading", reading.pk).status_code == 404


@pytest.mark.parametrize(("page", "answers"), [("alerts:sent", LEVEL_4), ("alerts:held", LEVEL_3)])
def test_a_list_asks_as_much_for_a_full_page_as_for_three(cast: Cast, in_force, page, answers):
    ana, at = cast.actor(cast.ana), timezone.now() - timedelta(hours=3)
    for _ in range(3):
        finalised(ana, answers, at=at)
    few = queries_of(cast.ana, page)
    for _ in range(22):
        finalised(ana, answers, at=at)
    assert len(queries_of(cast.ana, page)) == len(few) <= 15, "\n".join(few)


@pytest.mark.parametrize("page", ["alert", "reading"])
def test_one_page_takes_few_queries(cast: Cast, in_force, page):
    finalised(cast.actor(cast.ana), LEVEL_4, at=timezone.now())
    [alert] = [alert for alert in alerts_of(cast.victims) if alert.recipient == cast.police]
    post(cast.carla, "alerts:answer", alert.exchange_id, outcome="taken_on", message="Une patrouille passe.")
    asked = queries_of(cast.ana, f"alerts:{page}", alert.pk if page == "alert" else alert.reading_id)
    assert len(asked) <= 15, "\n".join(asked)


def test_a_finalised_reading_tells_what_was_not_known_and_could_have_changed_it(cast: Cast, in_force):
    with inside(cast.victims):
        case = cases.case(cast.victims, team=[cast.ana], followed="Zoé Petit")
    answers = LEVEL_2 | {"A8": "unknown", "B9": {"value": "recent"}}
    finalised(cast.actor(cast.ana), answers, at=timezone.now(), case=case)
    with inside(cast.victims):
        reading = case.readings.get()
    html = text_of(get(cast.ana, "alerts:reading", reading.pk))
    asked, without_detail, never_asked = (
        html.index(heading)
        for heading in ("Demandé, resté inconnu", "Connu, mais sans une précision", "Non exploré")
    )
    strangled = html.index("Si Étranglement / étouffement (A8) : actuel")
    threat = html.index("Si Menace de tuer")
    assert asked < strangled < without_detail < never_asked < threat
    assert "Ce que demander pourrait changer" not in html, "it is no draft"
