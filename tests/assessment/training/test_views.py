"""Exercises over HTTP: who sees what, and when."""

import csv
import json
from io import StringIO
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from assessment.grids import load_grid
from assessment.models import Invitation, VignetteReading
from assessment.training import factories
from assessment.training.factories import hand_in, publish, read
from assessment.training.outcome import outcome_of
from assessment.vignettes import load_vignette
from pole.audit.models import Event, Tag
from pole.tenancy.context import tenant
from tests.assessment.training.conftest import VIGNETTES
from tests.cast import posting, signed_in

pytestmark = pytest.mark.django_db
FIRST = VIGNETTES[0]
AUTOSAVE = {"X-Requested-With": "autosave"}


def address(service, name, *args):
    return reverse(f"training:{name}", args=[service.slug, *args])


@pytest.fixture
def web(client: Client, cast) -> Client:
    return signed_in(client, cast.ana)


@pytest.fixture
def finished(cast, opened):
    """Three raters of two services, who differ on one vignette; Rita read and did not hand in."""
    for who, value in ((cast.ana, "recent"), (cast.eli, "absent"), (cast.bruno, "current")):
        hand_in(cast.actor(who), opened, {FIRST: {"A7": value, "B11": "current"}})
    read(cast.actor(cast.rita), opened)
    publish(cast.actor(cast.cleo), opened)
    return opened


def test_an_empty_list_says_what_exercises_are_for(web, cast):
    page = web.get(address(cast.victims, "list")).content.decode()
    assert "chacune de son côté" in page
    assert address(cast.victims, "new") not in page


def test_whoever_may_organise_is_offered_it(client, cast):
    page = signed_in(client, cast.cleo).get(address(cast.coordination, "list")).content.decode()
    assert address(cast.coordination, "new") in page


def test_the_coordination_opens_an_exercise_for_the_services_it_chose(client, cast):
    signed_in(client, cast.cleo)
    data = {
        "invited": [str(cast.victims.pk), str(cast.programme.pk)],
        "vignettes": VIGNETTES,
        "grid": "pdc-1",
        "closes_on": timezone.localdate().isoformat(),
    }
    answer = client.post(address(cast.coordination, "new"), posting(**data))
    assert answer.status_code == 302
    with tenant(cast.coordination.pk):
        assert {each.invited for each in Invitation.objects.all()} == {cast.victims, cast.programme}
        assert {tuple(each.vignettes) for each in Invitation.objects.all()} == {tuple(VIGNETTES)}
    page = client.get(answer.url).content.decode()
    assert cast.programme.name in page


def test_an_exercise_that_closed_before_it_opened_is_refused_beside_its_field(client, cast):
    signed_in(client, cast.cleo)
    data = {
        "invited": [str(cast.victims.pk)],
        "vignettes": VIGNETTES,
        "grid": "pdc-1",
        "closes_on": "2020-01-01",
    }
    answer = client.post(address(cast.coordination, "new"), posting(**data))
    assert answer.status_code == 422
    assert "Choisissez un jour à venir" in answer.content.decode()


def test_the_screen_says_that_nothing_leaves_and_shows_the_text_and_the_grid(web, cast, opened):
    page = web.get(address(cast.victims, "fill", opened, FIRST)).content.decode()
    assert "rien ne part, aucun dossier" in page
    assert "nous sommes le 12 mars 2026" in page
    assert "Yasmina" in page
    assert 'id="answer-A8"' in page
    assert "Vignette 1 sur 5" in page
    assert "Ce que cela ferait" not in page


def test_an_answer_is_saved_as_it_is_given_and_explained(web, cast, opened):
    at = address(cast.victims, "save", opened, FIRST)
    headers = AUTOSAVE | {"Idempotency-Key": str(uuid4())}
    assert web.post(at, {"E10": "current"}, headers=headers).status_code == 204
    running = web.get(address(cast.victims, "explanation", opened, FIRST)).content.decode()
    assert "Séquestration" in running
    assert "4 · imminente" in running


def test_what_can_not_be_taken_is_said_and_the_rest_is_kept(web, cast, opened):
    at = address(cast.victims, "save", opened, FIRST)
    answer = web.post(at, posting(**{"A1": "recent", "A8": "recent", "A8-seen": "2026-03-13"}))
    assert answer.status_code == 422
    assert 'href="#answer-A8"' in answer.content.decode()
    with tenant(cast.victims.pk):
        assert VignetteReading.objects.get().answered == 1


def test_saving_goes_on_to_the_next_vignette_without_answers_and_home_after_the_last(web, cast, opened):
    read(cast.actor(cast.ana), opened, {VIGNETTES[1]: {"A1": ""}, FIRST: {"A1": ""}})
    answer = web.post(address(cast.victims, "save", opened, FIRST), posting(A1="recent", onward="1"))
    assert answer.url == address(cast.victims, "fill", opened, VIGNETTES[1])
    answer = web.post(answer.url + "reponses/", posting(A1="recent", onward="1"))
    assert answer.url == address(cast.victims, "exercise", opened)


def test_progress_is_told_on_the_list_and_on_the_exercise(web, cast, opened):
    web.post(address(cast.victims, "save", opened, FIRST), posting(A1="recent"))
    for page in (address(cast.victims, "list"), address(cast.victims, "exercise", opened)):
        assert "1 vignette lue sur 5" in web.get(page).content.decode()
    assert address(cast.victims, "hand_in", opened) not in web.get(page).content.decode()


def test_handing_in_too_early_is_refused_in_french(web, cast, opened):
    answer = web.post(address(cast.victims, "hand_in", opened), posting(), follow=True)
    assert "Lisez chaque vignette" in answer.content.decode()


def test_before_the_end_nobody_sees_an_answer_of_anybody_else(cast, opened):
    """Neither a colleague who has not handed in, nor one who has, nor the organiser."""
    hand_in(cast.actor(cast.ana), opened, {FIRST: {"E10": "current"}})
    hand_in(cast.actor(cast.bruno), opened)
    here = [cast.ana, cast.eli, cast.denis]
    for who, service in [*((each, cast.victims) for each in here), (cast.cleo, cast.coordination)]:
        web = signed_in(Client(), who)
        for name, args in (("results", []), ("vignette", [FIRST]), ("export_csv", []), ("export_json", [])):
            assert web.get(address(service, name, opened, *args)).status_code in {403, 404}
        for name, args in (("list", []), ("exercise", [opened])):
            assert "Séquestration" not in web.get(address(service, name, *args)).content.decode()
    eli = signed_in(Client(), cast.eli)
    page = eli.get(address(cast.victims, "fill", opened, FIRST)).content.decode()
    assert "Rien n’est encore répondu" in page
    assert "actuel" in page
    assert ' value="current" data-unfolds checked' not in page
    assert (
        "Rien n’est encore répondu"
        in eli.get(address(cast.victims, "explanation", opened, FIRST)).content.decode()
    )


def test_the_proposed_reading_is_not_shown_before_the_end(cast, opened, web):
    comment = load_vignette(FIRST).readings["pdc-1"].comment[:40]
    for name in ("fill", "explanation"):
        assert comment not in web.get(address(cast.victims, name, opened, FIRST)).content.decode()
    hand_in(cast.actor(cast.ana), opened)
    page = web.get(address(cast.victims, "exercise", opened)).content.decode()
    assert comment not in page
    assert "Vous avez remis" in page
    assert web.get(address(cast.victims, "fill", opened, FIRST)).status_code == 302


def test_the_organiser_sees_how_many_of_each_service_and_the_others_do_not(cast, opened):
    hand_in(cast.actor(cast.ana), opened)
    cleo = signed_in(Client(), cast.cleo).get(address(cast.coordination, "exercise", opened))
    assert f"<dt>{cast.victims.name}</dt>\n          <dd>1</dd>" in cleo.content.decode()
    assert "Ana" not in cleo.content.decode()
    bruno = signed_in(Client(), cast.bruno).get(address(cast.programme, "exercise", opened))
    assert cast.victims.name not in bruno.content.decode()


def test_results_are_counts_beside_ones_own_answer_and_the_proposed_reading(cast, finished):
    web = signed_in(Client(), cast.eli)
    page = web.get(address(cast.victims, "results", finished)).content.decode()
    assert "3 personnes ont remis" in page
    assert "Violence physique" in page.split("Là où les lectures divergent")[1].split("</p>")[0]
    assert 'role="img"' in page
    vignette = web.get(address(cast.victims, "vignette", finished, FIRST)).content.decode()
    assert load_vignette(FIRST).readings["pdc-1"].comment[:40] in " ".join(vignette.split())
    row = vignette.split('<th scope="row">Violence physique</th>')[1].split("</tr>")[0]
    mine = next(each for each in row.split("<li>") if "vous" in each)
    assert "absent" in mine
    for other in ("Ana", "Bruno", "Rita"):
        assert other not in vignette


def test_whoever_did_not_hand_in_sees_their_answers_and_that_they_count_nowhere(cast, finished):
    page = signed_in(Client(), cast.rita).get(address(cast.victims, "vignette", finished, FIRST))
    assert "Vous n’avez pas remis" in page.content.decode()


def test_with_two_raters_the_page_says_so_and_shows_only_ones_own(cast, opened):
    hand_in(cast.actor(cast.ana), opened, {FIRST: {"E10": "current"}})
    hand_in(cast.actor(cast.bruno), opened, {FIRST: {"A9": "current"}})
    publish(cast.actor(cast.cleo), opened)
    web = signed_in(Client(), cast.ana)
    page = web.get(address(cast.victims, "results", opened)).content.decode()
    assert "Trop peu de remises" in page
    assert "<svg viewBox" not in page
    vignette = web.get(address(cast.victims, "vignette", opened, FIRST)).content.decode()
    assert "Séquestration" in vignette
    assert "Contrainte sexuelle" not in vignette
    for name in ("export_csv", "export_json"):
        cleo = signed_in(Client(), cast.cleo).get(address(cast.coordination, name, opened))
        assert cleo.status_code == 404


def test_the_organiser_closes_after_a_question(client, cast, opened):
    signed_in(client, cast.cleo)
    at = address(cast.coordination, "close", opened)
    assert "Avec moins de 3" in client.get(at).content.decode()
    assert client.post(at, posting()).url == address(cast.coordination, "results", opened)
    assert "déjà envoyés" in client.post(at, posting(), follow=True).content.decode()


EVERYWHERE = [
    ("get", "exercise", []), ("get", "fill", [FIRST]), ("post", "save", [FIRST]),
    ("get", "explanation", [FIRST]), ("post", "hand_in", []), ("get", "results", []),
    ("get", "vignette", [FIRST]), ("get", "close", []), ("post", "close", []),
    ("get", "export_csv", []), ("get", "export_json", []),
]  # fmt: skip


@pytest.mark.parametrize(("method", "name", "args"), EVERYWHERE)
def test_to_a_service_that_is_not_invited_the_exercise_does_not_exist(cast, finished, method, name, args):
    for who, service in [(cast.carla, cast.police), (cast.dora, cast.elsewhere), (cast.dora, cast.victims)]:
        web = signed_in(Client(), who)
        answer = getattr(web, method)(address(service, name, finished, *args), posting(A1="recent"))
        assert answer.status_code in ({404} if service == cast.victims else {403, 404})
        assert str(finished) not in web.get(address(who.memberships.get().service, "list")).content.decode()


@pytest.mark.parametrize(("method", "name", "args"), [each for each in EVERYWHERE if "fill" in each[1]])
def test_no_vignette_but_those_of_the_exercise_is_read(web, cast, opened, method, name, args):
    assert web.get(address(cast.victims, name, opened, "devant-les-enfants")).status_code == 404


def test_an_invited_direction_neither_closes_nor_exports_what_another_organises(cast, finished):
    denis = signed_in(Client(), cast.denis)
    for name in ("close", "export_csv", "export_json"):
        assert denis.get(address(cast.victims, name, finished)).status_code == 404
    assert denis.post(address(cast.victims, "close", finished), posting()).status_code == 404


def test_who_organises_and_does_not_take_part_reads_no_vignette(client, cast, opened):
    signed_in(client, cast.cleo)
    assert client.get(address(cast.coordination, "fill", opened, FIRST)).status_code == 404
    assert client.post(address(cast.coordination, "hand_in", opened), posting()).status_code == 404


def test_the_data_protection_officer_has_no_exercises(client, cast):
    assert signed_in(client, cast.olga).get(address(cast.victims, "list")).status_code == 403


def test_the_csv_has_numbers_for_people_and_no_service_where_one_has_few(client, cast, finished):
    signed_in(client, cast.cleo)
    answer = client.get(address(cast.coordination, "export_csv", finished))
    rows = list(csv.DictReader(StringIO(answer.content.decode())))
    assert {row["rater"] for row in rows} == {"1", "2", "3"}
    assert {row["service"] for row in rows} == {""}
    a7 = [row["answer"] for row in rows if row["vignette"] == FIRST and row["line"] == "A7"]
    assert sorted(a7) == ["absent", "current", "recent"]
    assert len(rows) == 3 * 5 * (2 + len(load_grid("pdc-1").indicators))
    with tenant(cast.coordination.pk):
        assert Event.objects.filter(tag=Tag.EXERCISE_EXPORTED, user=cast.cleo).count() == 1


def test_the_json_computes_again(client, cast, finished):
    signed_in(client, cast.cleo)
    answer = client.get(address(cast.coordination, "export_json", finished))
    assert "attachment" in answer["Content-Disposition"]
    data = answer.json()
    again = outcome_of(
        load_grid(data["grid"]), data["vignettes"], [each["vignettes"] for each in data["readings"]]
    )
    assert json.loads(json.dumps(again)) == data["result"]
    for who in (cast.ana, cast.eli, cast.bruno):
        assert str(who.pk) not in answer.content.decode()


def test_services_are_named_in_the_data_where_each_has_three(client, cast):
    people = [cast.ana, cast.eli, cast.rita]
    exercise = factories.exercise(cast.actor(cast.cleo), cast.victims, vignettes=VIGNETTES)
    for who in people:
        hand_in(cast.actor(who), exercise)
    publish(cast.actor(cast.cleo), exercise)
    data = signed_in(client, cast.cleo).get(address(cast.coordination, "export_json", exercise)).json()
    assert {each["service"] for each in data["readings"]} == {cast.victims.slug}


def test_the_pages_ask_the_database_as_often_for_three_exercises_as_for_thirty(
    cast, django_assert_max_num_queries
):
    cleo, ana = cast.actor(cast.cleo), cast.actor(cast.ana)
    web, counts = signed_in(Client(), cast.ana), []
    for many in (3, 27):
        for _ in range(many):
            exercise = factories.exercise(cleo, cast.victims, cast.coordination, vignettes=VIGNETTES[:1])
        hand_in(ana, exercise)
        publish(cleo, exercise)
        for at in (
            address(cast.victims, "list"),
            address(cast.victims, "exercise", exercise),
            address(cast.victims, "results", exercise),
            address(cast.victims, "vignette", exercise, FIRST),
        ):
            web.get(at)
            with django_assert_max_num_queries(15) as asked:
                web.get(at)
            counts.append(len(asked))
    assert counts[:4] == counts[4:]


def test_the_filling_page_asks_as_often_for_three_answers_as_for_all(
    web, cast, opened, django_assert_max_num_queries
):
    at, counts = address(cast.victims, "fill", opened, FIRST), []
    for lines in (["A1", "A2", "A3"], [f"A{n}" for n in range(1, 16)]):
        web.post(address(cast.victims, "save", opened, FIRST), posting(**dict.fromkeys(lines, "recent")))
        web.get(at)
        with django_assert_max_num_queries(15) as asked:
            web.get(at)
        counts.append(len(asked))
    assert counts[0] == counts[1]
