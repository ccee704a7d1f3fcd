"""The pages of a simulation: begun, watched, stopped, read; nobody else's, and no case that one may not open."""

import re
from datetime import date, timedelta

import pytest
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone

from alerts.models import Simulation
from alerts.simulating import turns
from alerts.simulating.picture import picture_of
from alerts.simulating.turns import take_turn
from assessment.factories import LEVEL_4
from cases.models import Case
from pole.tenancy.context import inside
from pole.tenancy.factories import person
from pole.tenancy.permissions import Role
from protocols import drafts
from protocols.models import ProtocolDraft
from tests.alerts.screens import get, in_force, post, queries_of, text_of, undefined_variables_fail
from tests.alerts.simulated import CLOSED, a_past, begun, carried, draft_of, now, proposed, read_before
from tests.cast import Cast

pytestmark = pytest.mark.django_db
__all__ = ["in_force", "undefined_variables_fail"]


@pytest.fixture(autouse=True)
def nobody_works(monkeypatch: pytest.MonkeyPatch) -> None:
    """No broker here: turns are taken by hand."""
    monkeypatch.setattr(turns.outbox, "publish", lambda *given, **how: True)


@pytest.fixture
def draft(cast: Cast) -> ProtocolDraft:
    return draft_of(cast, CLOSED, by=cast.rita)


def days(first: int = 60, last: int = 0) -> dict[str, str]:
    today = timezone.localdate()
    return {name: str(today - timedelta(days=ago)) for name, ago in (("first", first), ("last", last))}


def page_of(simulation: Simulation, who: object, name: str = "simulation") -> str:
    return text_of(get(who, f"simulation:{name}", simulation.draft_id, simulation.pk))


def test_it_is_begun_from_the_draft_and_its_result_is_a_sentence(cast: Cast, in_force, draft):
    cases = a_past(cast)
    url = reverse("simulation:begin", args=[cast.victims.slug, draft.pk])
    assert url in text_of(get(cast.rita, "protocols:draft", draft.pk))
    assert url not in text_of(get(cast.olga, "protocols:draft", draft.pk))
    assert "Aucune pour l’instant." in text_of(get(cast.rita, "simulation:begin", draft.pk))
    answer = post(cast.rita, "simulation:begin", draft.pk, kind="past", **days())
    with inside(cast.victims):
        simulation = Simulation.objects.select_related("service", "draft").get()
    assert answer["Location"].endswith(f"/simuler/{simulation.pk}/")
    watched = page_of(simulation, cast.rita)
    assert "0 lecture rejouée sur 5" in watched
    assert "Arrêter" in watched

    carried(simulation)
    html = page_of(simulation, cast.rita)
    assert "5 lectures de 5 dossiers :" in html
    assert "5 messages seraient partis, soit 0,6 par semaine en moyenne, et 1 aurait été retenu" in html
    assert "La version 1, en vigueur, aurait ordonné autre chose" in html
    assert f"<strong>{cast.programme.name}</strong>" in html
    assert "avec un autre article, une autre urgence ou d’autres catégories" in html
    assert any(case.reference in html for case in cases)
    assert cast.elsewhere.name not in html
    assert "Simulation du" in text_of(get(cast.rita, "simulation:begin", draft.pk))


def test_the_picture_and_its_table_say_the_same(cast: Cast, draft):
    a_past(cast)
    html = page_of(carried(begun(cast, draft, cast.rita)), cast.rita)
    drawn = re.findall(r"Semaine du [^<]* : (\d+) (envoyés?), (\d+) (retenus?)</title>", html)
    tabled = re.findall(r'<th scope="row">\w+ \w+ \d{4}</th><td>(\d+)</td><td>(\d+)</td>', html)
    assert [row for row in tabled if row != ("0", "0")] == [(sent, held) for sent, _, held, _ in drawn]
    assert sum(int(sent) for sent, *_ in drawn) == 5
    for n, word, m, other in drawn:
        assert (word.endswith("s"), other.endswith("s")) == (int(n) > 1, int(m) > 1), (
            "numbers and words agree"
        )
    assert 'role="img" aria-labelledby="weeks-title weeks-desc"' in html


@pytest.mark.parametrize(
    ("sent", "held", "said"),
    [(1, 2, "1 envoyé, 2 retenus"), (2, 1, "2 envoyés, 1 retenu"), (0, 1, "0 envoyé, 1 retenu")],
)
def test_numbers_and_words_of_the_picture_agree(sent: int, held: int, said: str):
    monday = date(2026, 6, 1)
    picture = picture_of(monday, monday, {monday: sent}, {monday: held})
    html = render_to_string("alerts/simulation/_picture.html", {"picture": picture})
    assert f"<title>Semaine du 1er juin 2026\xa0: {said}</title>" in html


def test_no_case_is_named_to_who_may_not_open_it(cast: Cast, draft):
    case = read_before(cast)
    with inside(cast.victims):
        restricted = read_before(cast)
        Case.objects.filter(pk=restricted.pk).update(is_restricted=True)
        cleo = person("Clio", at=cast.victims, role=Role.COORDINATION)
    simulation = carried(begun(cast, draft, cast.rita))
    html = page_of(simulation, cast.rita)
    assert case.reference in html
    assert restricted.reference not in html
    assert str(restricted.pk) not in html
    coordination = page_of(simulation, cleo)
    assert "Aucun que vous puissiez ouvrir." in coordination
    assert case.reference not in coordination


def test_invented_readings_are_called_invented(cast: Cast, draft):
    answer = post(cast.rita, "simulation:begin", draft.pk, kind="invented", number=300, **days(300))
    assert answer.status_code == 302
    with inside(cast.victims):
        simulation = carried(Simulation.objects.select_related("service").get())
    html = page_of(simulation, cast.rita)
    assert "Lectures inventées : personne ne les a faites" in html
    assert "300 lectures" in html
    assert "Dossiers concernés" not in html
    assert "Montrer les nombres" not in html


def test_the_page_asks_how_far_it_is_until_the_end(cast: Cast, draft):
    simulation = begun(cast, draft, cast.rita, kind="invented", number=1500)
    take_turn(cast.victims.pk, simulation.pk, 0)
    answer = get(cast.rita, "simulation:progress", draft.pk, simulation.pk)
    assert "1000 lectures rejouées sur 1500" in text_of(answer)
    assert "HX-Refresh" not in answer
    take_turn(cast.victims.pk, simulation.pk, 1)
    assert get(cast.rita, "simulation:progress", draft.pk, simulation.pk)["HX-Refresh"] == "true"


def test_stopped_it_says_that_it_counts_a_part(cast: Cast, draft):
    simulation = begun(cast, draft, cast.rita, kind="invented", number=5000)
    take_turn(cast.victims.pk, simulation.pk, 0)
    assert post(cast.rita, "simulation:stop", draft.pk, simulation.pk).status_code == 302
    html = page_of(simulation, cast.rita)
    assert "Seules 1000 lectures sur 5000 ont été rejouées" in html
    assert "1000 lectures" in html


def test_failed_it_says_what_to_do(cast: Cast, draft, monkeypatch):
    simulation = begun(cast, draft, cast.rita, kind="invented", number=5000)
    with monkeypatch.context() as patch:
        patch.setattr(turns, "simulate", None)
        take_turn(cast.victims.pk, simulation.pk, 0)
    html = page_of(simulation, cast.rita)
    assert "La simulation a échoué" in html
    assert "Rien n’a été rejoué" in html


def test_a_second_one_is_refused_with_a_link_to_the_first(cast: Cast, draft):
    simulation = begun(cast, draft, cast.rita, kind="invented", number=5000)
    answer = post(cast.denis, "simulation:begin", draft.pk, kind="invented", number=10, **days())
    assert answer.status_code == 422
    url = reverse("simulation:simulation", args=[cast.victims.slug, draft.pk, simulation.pk])
    assert "Votre service a une simulation en cours" in text_of(answer)
    assert url in text_of(answer)


@pytest.mark.parametrize(
    ("said", "words"),
    [
        pytest.param(
            {"kind": "past", **days(5, 10)}, "Le dernier jour précède le premier.", id="back to front"
        ),
        pytest.param({"kind": "past", **days(5, -3)}, "Ce jour est à venir", id="in the future"),
        pytest.param({"kind": "past", **days(900)}, "Choisissez deux ans au plus", id="too long"),
        pytest.param({"kind": "past", **days(400, 300)}, "aucune lecture entre ces dates", id="nothing read"),
        pytest.param({"kind": "past", "first": "hier", "last": ""}, "date", id="no dates"),
        pytest.param({"kind": "invented", "number": "100001", **days()}, "de 1 à 100 000", id="too many"),
        pytest.param({"kind": "invented", "number": "", **days()}, "de 1 à 100 000", id="no number"),
        pytest.param({"kind": "invented", "number": "beaucoup", **days()}, "beaucoup", id="no number at all"),
        pytest.param({"kind": "autre", **days()}, "autre", id="neither"),
    ],
)
def test_what_is_not_begun_is_said_and_shown_again(cast: Cast, draft, said: dict, words: str):
    read_before(cast)
    answer = post(cast.rita, "simulation:begin", draft.pk, **said)
    assert answer.status_code == 422
    assert words in text_of(answer)
    assert f'value="{said["first"]}"' in text_of(answer)
    with inside(cast.victims):
        assert not Simulation.objects.exists()


def test_a_draft_that_does_not_parse_says_what_stops_it_and_leads_there(cast: Cast, draft):
    with inside(cast.victims):
        text = draft.text.replace("urgency: yellow\n", "urgency: mauve\n")
        drafts.save(actor=cast.actor(cast.rita), draft=draft, text=text, revision=2)
    html = text_of(get(cast.rita, "simulation:begin", draft.pk))
    assert "Le texte ne peut être rejoué tel qu’il est" in html
    assert "mauve" in html
    line = text.split("\n").index(next(line for line in text.split("\n") if "mauve" in line)) + 1
    assert f"{reverse('protocols:draft_text', args=[cast.victims.slug, draft.pk])}#l{line}" in html
    assert "Lancer la simulation" not in html
    answer = post(cast.rita, "simulation:begin", draft.pk, kind="invented", number=10, **days())
    assert answer.status_code == 422


def test_nobody_elses_simulation_is_found(cast: Cast):
    draft = draft_of(cast)
    for _n in range(5):  # enough for something to be shown to the parties
        read_before(cast)
    rose = person("Rose", at=cast.elsewhere, role=Role.REFERENT)
    for who in (cast.rita, rose):
        assert get(who, "simulation:begin", draft.pk).status_code == 404, "not proposed yet"
    proposed(cast, draft)
    simulation = carried(begun(cast, draft, cast.rita))
    assert get(cast.remy, "simulation:begin", draft.pk).status_code == 200
    for name in ("simulation", "progress", "publish"):
        assert get(cast.rita, f"simulation:{name}", draft.pk, simulation.pk).status_code == 200
        for who in (cast.remy, cast.cleo, rose):
            assert get(who, f"simulation:{name}", draft.pk, simulation.pk).status_code == 404
        assert (
            get(rose, f"simulation:{name}", draft.pk, simulation.pk, service=cast.victims).status_code == 404
        )
        assert get(cast.ana, f"simulation:{name}", draft.pk, simulation.pk).status_code == 403
    for name in ("stop", "publish"):
        assert post(cast.remy, f"simulation:{name}", draft.pk, simulation.pk).status_code == 404
    assert get(rose, "simulation:begin", draft.pk).status_code == 404
    assert get(cast.ana, "simulation:begin", draft.pk).status_code == 403
    html = text_of(get(cast.remy, "simulation:begin", draft.pk))
    assert str(simulation.pk) not in html
    assert cast.rita.name not in html


def test_pages_take_few_queries_however_much_there_is(cast: Cast, in_force, draft):
    for _n in range(2):
        read_before(cast)
    few = carried(begun(cast, draft, cast.rita))
    once = len(queries_of(cast.rita, "simulation:simulation", draft.pk, few.pk))
    begin = len(queries_of(cast.rita, "simulation:begin", draft.pk))
    for _n in range(8):
        read_before(cast, LEVEL_4)
    many = carried(begun(cast, draft, cast.rita))
    assert len(queries_of(cast.rita, "simulation:simulation", draft.pk, many.pk)) == once <= 15
    assert len(queries_of(cast.rita, "simulation:begin", draft.pk)) == begin <= 15
    assert len(queries_of(cast.rita, "simulation:progress", draft.pk, many.pk)) <= 15
    assert now(many).done == 10
