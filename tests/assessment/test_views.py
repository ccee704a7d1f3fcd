"""Filling in over HTTP: what is saved, what is shown, who sees nothing."""

import re
from datetime import timedelta
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from assessment.factories import LEVEL_3, draft
from assessment.finalising import freeze
from assessment.grids import load_grid
from assessment.models import Answer, Reading
from assessment.services import Given, given_of, save_answers
from cases import factories
from pole.audit.models import Event, Tag
from pole.tenancy.context import tenant
from tests.cast import posting, signed_in
from tests.ui.conftest import undefined_variables_fail  # noqa: F401 - pages are held to it too

pytestmark = pytest.mark.django_db
AUTOSAVE = {"X-Requested-With": "autosave"}


@pytest.fixture
def web(client: Client, cast) -> Client:
    return signed_in(client, cast.ana)


@pytest.fixture
def reading(cast, case) -> Reading:
    return draft(case, cast.ana, {})


def address(cast, name, *args, service=None):
    return reverse(f"assessment:{name}", args=[(service or cast.victims).slug, *args])


def autosave(web, cast, reading, **fields):
    headers = AUTOSAVE | {"Idempotency-Key": str(uuid4())}
    return web.post(address(cast, "save", reading.pk), fields, headers=headers)


def test_starting_leads_to_the_draft_however_often(web, cast, case):
    first = web.post(address(cast, "start", case.pk), posting())
    again = web.post(address(cast, "start", case.pk), posting())
    assert first.url == again.url == address(cast, "fill", Reading.objects.get().pk)


def test_every_line_of_the_grid_is_asked(web, cast, reading):
    page = web.get(address(cast, "fill", reading.pk)).content.decode()
    grid = load_grid("pdc-1")
    assert set(re.findall(r'id="answer-(\w+)"', page)) == set(grid.indicators)
    assert set(re.findall(r'<section class="panel axis" id="axis-(\w+)"', page)) == set(grid.axes)
    assert "non validée" in page
    assert "Rien n’est encore répondu" in page


def test_not_known_and_not_explored_look_different(web, cast, reading):
    page = web.get(address(cast, "fill", reading.pk)).content.decode()
    lines = len(load_grid("pdc-1").indicators)
    assert page.count('class="answer-choice answer-unknown"') == lines
    assert page.count('class="answer-choice answer-unexplored"') >= lines


def test_reading_the_page_is_written_in_the_journal(web, cast, case, reading):
    web.get(address(cast, "fill", reading.pk))
    assert Event.objects.filter(tag=Tag.CASE_READ, subject_id=case.pk, user=cast.ana).count() == 1


def test_an_answer_is_saved_as_it_is_given(web, cast, reading):
    assert autosave(web, cast, reading, **{"A15": "current"}).status_code == 204
    assert autosave(web, cast, reading, **{"A15.means": "yes"}).status_code == 204
    assert autosave(web, cast, reading, **{"A15-note": "Dit devant les enfants."}).status_code == 204
    given = {"A15": Given("current", details={"means": True}, note="Dit devant les enfants.")}
    assert given_of(reading) == given


def test_not_said_is_not_no(web, cast, reading):
    autosave(web, cast, reading, **{"A15": "current", "A15.means": "no", "A15.access_or_date": ""})
    assert given_of(reading)["A15"].details == {"means": False}


def test_what_is_good_is_saved_beside_what_is_not(web, cast, reading):
    answer = autosave(web, cast, reading, **{"A1": "recent", "A2": "recent", "A2-seen": "2999-01-01"})
    assert answer.status_code == 422
    assert list(answer.json()["errors"]) == ["A2-seen"]
    assert given_of(reading) == {"A1": Given("recent")}


@pytest.mark.parametrize(
    ("fields", "at_fault"),
    [
        pytest.param({"A1": "often"}, "A1", id="a value of no scale"),
        pytest.param({"Z1": "recent"}, "Z1", id="a line of no grid"),
        pytest.param({"A1.means": "yes"}, "A1.means", id="a detail of another line"),
        pytest.param({"A1": "recent", "A1-seen": "hier"}, "A1-seen", id="no date"),
        pytest.param({"A1": "recent", "A1-source": "radio"}, "A1-source", id="no source"),
        pytest.param({"A15": "recent", "A15.means": "maybe"}, "A15", id="neither yes nor no"),
        pytest.param({"C6": "number", "C6.days": "douze"}, "C6.days", id="not a number"),
        pytest.param({"E5": "recent", "E5.kind": "knife"}, "E5", id="a choice that is not offered"),
        pytest.param({"E7": "recent", "E7.what": "x" * 501}, "E7", id="a word of five hundred letters"),
    ],
)
def test_what_can_not_be_taken_is_said_in_french_beside_its_field(web, cast, reading, fields, at_fault):
    answer = autosave(web, cast, reading, **fields)
    assert answer.status_code == 422
    [(name, sentence)] = answer.json()["errors"].items()
    assert name == at_fault
    assert re.match(r"(Cette|Ce|Choisissez|Donnez) ", sentence)
    assert given_of(reading) == {}


@pytest.mark.parametrize(
    ("steps", "kept"),
    [
        pytest.param([{"C6": "number"}], {}, id="a number announced, not yet given"),
        pytest.param([{"C6": "number"}, {"C6.days": "12"}], {"C6": Given("12")}, id="then given"),
        pytest.param([{"C6.days": "12"}], {"C6": Given("12")}, id="typed at once"),
        pytest.param([{"C6.days": "12"}, {"C6": "unknown"}], {"C6": Given("unknown")}, id="then not known"),
        pytest.param([{"C6": "unknown"}, {"C6.days": "12"}], {"C6": Given("12")}, id="known after all"),
        pytest.param([{"C6.days": "12"}, {"C6": ""}], {}, id="taken back"),
    ],
)
def test_a_number_of_days(web, cast, reading, steps, kept):
    for fields in steps:
        assert autosave(web, cast, reading, **fields).status_code == 204
    assert given_of(reading) == kept


def test_dates_may_be_typed_as_one_writes_them(web, cast, reading):
    autosave(web, cast, reading, **{"A8": "recent", "A8-seen": "03/11/2026"})
    assert given_of(reading)["A8"].seen.isoformat() == "2026-11-03"


def test_without_a_script_each_axis_has_its_button(web, cast, reading):
    answer = web.post(address(cast, "save", reading.pk), posting(A1="recent", B3="unknown", axis="B"))
    assert answer.url == address(cast, "fill", reading.pk) + "#axis-B"
    assert given_of(reading) == {"A1": Given("recent"), "B3": Given("unknown")}


def test_without_a_script_what_was_typed_comes_back_with_what_is_wrong(web, cast, reading):
    sent = posting(**{"A1": "recent", "A8": "recent", "A8-seen": "avant-hier", "A8-note": "à la gorge"})
    answer = web.post(address(cast, "save", reading.pk), sent)
    page = answer.content.decode()
    assert answer.status_code == 422
    assert 'href="#answer-A8"' in page
    assert 'value="avant-hier"' in page
    assert ">à la gorge</textarea>" in page
    assert given_of(reading) == {"A1": Given("recent")}


def test_the_same_sending_twice_is_done_once(web, cast, reading):
    key = {"Idempotency-Key": str(uuid4())} | AUTOSAVE
    web.post(address(cast, "save", reading.pk), {"A1": "recent"}, headers=key)
    autosave(web, cast, reading, A1="absent")
    assert web.post(address(cast, "save", reading.pk), {"A1": "recent"}, headers=key).status_code == 204
    assert given_of(reading) == {"A1": Given("absent")}


def test_the_explanation_follows_the_answers(web, cast, case):
    reading = draft(case, cast.ana, LEVEL_3 | {"A8": "unknown"})
    running = web.get(address(cast, "explanation", reading.pk)).content.decode()
    assert "3 · élevée" in running
    assert "Séquestration" in running
    assert "Lecture incomplète" in running
    assert 'hx-swap-oob="true"' in running
    assert "8/15" not in running
    assert "9/15" in running  # "not known" is an answer


def test_what_asking_could_change_is_told_while_it_can_be_asked(web, cast, ana, case):
    reading = draft(case, cast.ana, LEVEL_3 | {"A8": "unknown"})
    told = "Si Étranglement / étouffement (A8) : actuel (30 jours ou moins)"
    for page in (
        address(cast, "fill", reading.pk),
        reverse("alerts:preview", args=[cast.victims.slug, reading.pk]),
    ):
        assert told in " ".join(web.get(page).content.decode().split())

    with tenant(cast.victims.pk):
        save_answers(actor=ana, reading_id=reading.pk, answers={"A8": Given("absent")})
    assert "(A8) : actuel" not in web.get(address(cast, "explanation", reading.pk)).content.decode()


TODAY = timezone.localdate()
BAN = {"starts_on": TODAY - timedelta(days=30), "ends_on": None}
OVER = BAN | {"ends_on": TODAY - timedelta(days=1)}
BREACHED = BAN | {"status": "breached", "breached_on": TODAY}


@pytest.mark.parametrize(
    ("answer", "on_file", "asked"),
    [
        pytest.param("breached", None, "aucune mesure de protection en cours", id="breached, none"),
        pytest.param("breached", OVER, "aucune mesure de protection en cours", id="breached, one that ended"),
        pytest.param("respected", BREACHED, "consigne une mesure violée", id="respected, a breached one"),
        pytest.param("none", BAN, "consigne une mesure de protection en cours", id="none, one in force"),
        pytest.param("breached", BAN, "", id="breached, one in force"),
        pytest.param("none", None, "", id="none, none"),
        pytest.param("unknown", BAN, "", id="not known, one in force"),
    ],
)
def test_an_answer_that_the_file_contradicts_is_asked_about(web, cast, case, answer, on_file, asked):
    if on_file:
        factories.measure(case, cast.ana, **on_file)
    reading = draft(case, cast.ana, LEVEL_3 | {"C4": answer})
    preview = reverse("alerts:preview", args=[cast.victims.slug, reading.pk])
    for page in (address(cast, "explanation", reading.pk), preview):
        found = re.findall(r"<li>[^<]*\(C4\) : ([^<]* dossier[^<]*)</li>", web.get(page).content.decode())
        assert [asked in sentence for sentence in found] == [True] * bool(asked)


def test_a_violence_of_resistance_is_never_shown_without_its_warning(web, cast, case):
    answers = dict.fromkeys(["A1", "A2", "A3", "B3"], "current")
    page = web.get(address(cast, "fill", draft(case, cast.ana, answers).pk)).content.decode()
    assert "Violence de résistance" in page
    assert "Ne pas symétriser" in page
    assert "Les coups ne disent pas qui domine" in page


def test_the_previous_answer_stands_beside_and_is_not_copied(web, cast, ana, case):
    given = {"A1": {"value": "recent", "seen": timezone.localdate(), "source": "victim", "note": "secret"}}
    freeze(actor=ana, reading_id=draft(case, cast.ana, LEVEL_3 | given).pk, at=timezone.now())
    reading = draft(case, cast.ana, {})
    page = web.get(address(cast, "fill", reading.pk)).content.decode()
    assert "récent (12 mois ou moins), vu le" in page
    assert "dit par la victime" in page
    assert "secret" not in page
    assert not Answer.everything.filter(reading=reading).exists()
    assert 'value="recent" data-unfolds checked' not in page


@pytest.fixture
def followed(cast, ana, case) -> Reading:
    """A draft that follows a reading of A1 recent and C6, twelve days."""
    given = {"A1": {"value": "recent", "source": "victim", "note": "secret"}, "C6": "12"}
    freeze(actor=ana, reading_id=draft(case, cast.ana, given).pk, at=timezone.now())
    return draft(case, cast.ana, {})


def test_a_previous_answer_is_confirmed_one_at_a_time(web, cast, followed):
    answer = web.post(address(cast, "save", followed.pk), posting(confirm="A1"))
    assert answer.url == address(cast, "fill", followed.pk) + "#answer-A1"
    assert given_of(followed) == {"A1": Given("recent")}
    web.post(address(cast, "save", followed.pk), posting(confirm="C6"))
    assert given_of(followed) == {"A1": Given("recent"), "C6": Given("12")}


def test_confirming_brings_what_else_was_typed_and_nothing_that_was_never_answered(web, cast, followed):
    web.post(address(cast, "save", followed.pk), posting(confirm="A8", A2="absent"))
    assert given_of(followed) == {"A2": Given("absent")}


def test_the_answers_that_wait_to_be_confirmed_are_counted(web, cast, followed):
    running = address(cast, "explanation", followed.pk)
    text = " ".join(web.get(running).content.decode().split())
    assert '#answer-A1">2 réponses de la lecture précédente</a> sont à confirmer' in text
    autosave(web, cast, followed, A1="absent")
    text = " ".join(web.get(running).content.decode().split())
    assert '#answer-C6">1 réponse de la lecture précédente</a> est à confirmer' in text
    autosave(web, cast, followed, C6="unknown")
    assert "lecture précédente" not in web.get(running).content.decode()


def test_one_axis_at_a_time_leads_through_the_grid(web, cast, reading):
    fill, axes = address(cast, "fill", reading.pk), list(load_grid("pdc-1").axes)
    page, seen = web.get(f"{fill}?axis={axes[0]}"), []
    while True:
        html = page.content.decode()
        seen += re.findall(r'<section class="panel axis" id="axis-(\w+)"', html)
        further = re.search(r'name="step" value="(\w)">Enregistrer et continuer', html)
        if not further:
            break
        sent = posting(step=further[1], **{f"{seen[-1]}1": "unknown"})
        page = web.post(f"{address(cast, 'save', reading.pk)}?axis={seen[-1]}", sent, follow=True)
    assert seen == axes
    assert set(given_of(reading)) == {f"{axis}1" for axis in axes[:-1]}


def test_an_axis_of_no_grid_shows_the_whole(web, cast, reading):
    page = web.get(address(cast, "fill", reading.pk) + "?axis=Z").content.decode()
    assert page.count('<section class="panel axis"') == len(load_grid("pdc-1").axes)


def test_a_finalised_reading_is_shown_and_takes_no_more_answers(web, cast, ana, case):
    reading = freeze(actor=ana, reading_id=draft(case, cast.ana, LEVEL_3).pk, at=timezone.now())
    shown = reverse("alerts:reading", args=[cast.victims.slug, reading.pk])
    assert web.get(address(cast, "fill", reading.pk)).url == shown
    answer = autosave(web, cast, reading, A1="current")
    assert answer.status_code == 422
    assert "finalisée" in answer.json()["errors"][""]
    assert given_of(reading)["A1"].value == "absent"


def test_a_colleague_of_the_team_sees_that_a_draft_exists_and_not_its_answers(client, cast, case):
    factories.substitute(case, cast.eli, until=timezone.localdate())
    reading = draft(case, cast.ana, {"A8": {"value": "current", "note": "à la gorge"}})
    web = signed_in(client, cast.eli)
    page = web.get(address(cast, "fill", reading.pk)).content.decode()
    assert "Ana" in page
    assert "gorge" not in page
    assert "answer-A8" not in page
    assert web.get(address(cast, "explanation", reading.pk)).status_code == 404
    assert autosave(web, cast, reading, A8="absent").status_code == 422
    web.post(address(cast, "discard", reading.pk), posting())
    assert given_of(reading)["A8"].value == "current"


def test_a_draft_is_given_up_after_a_question(web, cast, case, reading):
    assert "Abandonner" in web.get(address(cast, "discard", reading.pk)).content.decode()
    assert Reading.objects.filter(pk=reading.pk).exists()
    web.post(address(cast, "discard", reading.pk), posting())
    assert not Reading.objects.exists()


PAGES = [("get", "fill"), ("post", "save"), ("get", "explanation"), ("get", "discard"), ("post", "discard")]


@pytest.mark.parametrize(("method", "name"), PAGES)
def test_to_a_colleague_outside_the_team_and_to_a_stranger_nothing_exists(
    client, cast, case, reading, method, name
):
    for person, service in [(cast.eli, cast.victims), (cast.dora, cast.elsewhere), (cast.dora, cast.victims)]:
        web = signed_in(Client(), person)
        answer = getattr(web, method)(address(cast, name, reading.pk, service=service), posting(A1="recent"))
        assert answer.status_code == 404
    assert given_of(reading) == {}


def test_to_a_stranger_no_reading_can_be_started(cast, case):
    for person, service in [(cast.eli, cast.victims), (cast.dora, cast.elsewhere), (cast.dora, cast.victims)]:
        web = signed_in(Client(), person)
        assert web.post(address(cast, "start", case.pk, service=service), posting()).status_code == 404
    assert not Reading.objects.exists()


def test_who_has_no_right_to_read_situations_is_told_so(client, cast, reading):
    assert signed_in(client, cast.olga).get(address(cast, "fill", reading.pk)).status_code == 403


def test_the_page_asks_the_database_as_often_for_three_answers_as_for_all(
    web, cast, ana, case, django_assert_max_num_queries
):
    freeze(actor=ana, reading_id=draft(case, cast.ana, LEVEL_3).pk, at=timezone.now())
    reading = draft(case, cast.ana, {"A1": "recent", "A2": "recent", "A3": "recent"})
    page = address(cast, "fill", reading.pk)
    web.get(page)
    with django_assert_max_num_queries(15) as few:
        web.get(page)
    grid = load_grid("pdc-1")
    everything = {
        code: Given(next(iter(indicator.scale.values), "9"), note="vu")
        for code, indicator in grid.indicators.items()
    }
    with tenant(cast.victims.pk):
        save_answers(actor=ana, reading_id=reading.pk, answers=everything)
    with django_assert_max_num_queries(15) as all_of_them:
        web.get(page)
    assert len(few) == len(all_of_them)
