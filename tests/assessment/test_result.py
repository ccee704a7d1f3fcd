"""What a reading says of itself: grounds, details, questions, sentences, and all that is stored of it."""

import json
from datetime import date

import pytest

from assessment.grid import Answer
from assessment.lines import said as said_of
from assessment.plain import as_plain_data
from assessment.reading import Previous
from assessment.sentences import explain, why
from assessment.wording import GridWording
from pole.calendar import Period
from pole.conditions import Test
from tests.assessment.reader import DOMINATION, GRID, ON, absent, answers, reading


def test_grounds_say_what_they_rest_on():
    result = reading(DOMINATION | {"B4": "current", "E1": "recent", "A4": "recent", "E9": "current"})
    causes = {ground.code: ground.causes for ground in result.grounds}
    assert causes["M8"] == {"E9"}
    assert causes["T5"] == {"E9"}, "the whole of T5 hangs on E9 alone"
    assert causes["M4"] == {"E1", "A4"}
    assert result.decisive == tuple(g for g in result.grounds if g.code in {"M8", "T5"})


def test_the_previous_level_is_no_indicator_to_rest_on():
    [ground] = reading({"C6": 9}, previous=Previous(3, answers({}))).grounds[:1]
    assert (ground.code, ground.causes) == ("M13", {"C6"})


def test_a_floor_that_tells_what_its_marker_rests_on_tells_it_once():
    result = reading({"A15": {"value": "recent", "means": True, "access_or_date": True}})
    assert why(result, "M1", 4) == (
        "menace de tuer, avec moyens et accès ou date [Menace de tuer (elle, les enfants, un tiers) ou de « tout "
        "finir » (A15) et moyens à disposition (A15) et accès à la personne ou date annoncée (A15)]"
    )


def test_the_details_of_what_counts_are_told_and_of_nothing_else():
    assert reading({"C4": {"value": "breached", "approaching": True}}).details() == {"C4.approaching": True}
    assert reading({"E7": {"value": "absent", "due": date(2026, 9, 20)}}).details() == {}
    assert reading({"E7": {"value": "current", "due": ON, "what": "audience"}}).details() == {"E7.due": ON}


def test_what_is_lacking_adds_up_over_the_answers():
    result = reading({"B9": "recent", "A12": "recent", "A8": "past", "E7": "current"})
    assert result.missing_details == ("B9.plan", "A12.preparation", "A12.children_present")
    assert [asked.code for asked in result.questions] == ["A8", "E7.due"]


def test_what_an_answer_without_date_or_details_comes_to_is_worked_out_once():
    [first], [again] = reading({"A8": "past"}).questions, reading({"A8": "past"}).questions
    assert first is again


def test_the_explanation_is_in_sentences_and_can_be_stored():
    result = reading(DOMINATION | {"B4": "current", "E1": "recent", "A8": "past"})
    text = " ".join(explain(result))
    assert "Dynamique T4, Perte de contrôle" in text
    assert "Criticité suggérée : 3 (élevée)" in text
    assert "Séparation <12 mois ou imminente (E1)" in text
    assert "depuis quand ?" in text
    stored = json.loads(json.dumps(as_plain_data(result)))
    assert (stored["severity"], stored["dynamics"], stored["grid"]) == (3, "T4", "pdc-1")
    assert stored["explanation"] == explain(result)
    assert {ground["code"] for ground in stored["grounds"]} == {ground.code for ground in result.grounds}


def test_what_is_stored_of_a_reading_says_the_whole_of_it():
    given = {
        "A1": "recent", "A2": "recent", "A5": "recent", "A4": {"value": "past", "seen": date(2026, 9, 14)},
        "A15": {"value": "recent", "means": True}, "B3": "recent", "E5": "recent",
        "E7": {"value": "current", "due": date(2026, 9, 20), "what": "audience"},
    }  # fmt: skip
    before = Previous(2, answers(absent() | {"A1": "recent", "A4": "recent"}), date(2026, 8, 1))
    result = reading(given, previous=before)
    stored = json.loads(json.dumps(as_plain_data(result)))
    grounds = {(g["code"], g["level"]): g for g in stored.pop("grounds")}
    assert stored == {
        "grid": "pdc-1",
        "version": "1",
        "on": "2026-09-15",
        "dynamics": "TR",
        "dynamics_label": "Violence de résistance",
        "severity": 4,
        "severity_label": "imminente",
        "markers": [
            {"code": "M1", "label": "Menace de tuer"},
            {"code": "M3", "label": "Arme à feu et domination"},
        ],
        "new_markers": ["M1", "M3"],
        "active": ["A1", "A15", "A2", "A4", "A5", "B3", "E5", "E7"],
        "newly_active": ["A15", "A2", "A5", "B3", "E5", "E7"],
        "strong": ["A4"],
        "incomplete": True,
        "not_known": ["A8", "B7", "D3", "E1"],
        "missing_details": ["A15.access_or_date"],
        "open": True,
        "not_known_again": ["A3", "A6", "A7", "A8", "A9", "B11"],
        "carried": [],
        "first": False,
        "previous_level": 2,
        "due": "2026-09-20",
        "due_is_new": True,
        "details": {"A15.means": True, "E5.kind": "firearm", "E7.due": "2026-09-20"},
        "questions": [
            {
                "code": "A4",
                "kind": "seen_disagrees",
                "text": "Surveille, suit, géolocalise (A4) : la réponse et la date ne concordent pas. Le plus récent a "
                "été retenu ; vérifier.",
            }
        ],
        "cautions": [
            {
                "code": "no-symmetry",
                "text": "Ne pas symétriser : pas de médiation, pas de plan symétrique. Se défendre n'est pas dominer.",
            }
        ],
        "explanation": explain(result),
    }
    assert list(grounds) == [("M3", 4), ("M1", 3), ("TR", 2), ("previous", 2)], "the highest first"
    assert grounds["M1", 3] == {
        "code": "M1",
        "level": 3,
        "label": "Menace de tuer (M1)",
        "causes": ["A15"],
        "why": "Menace de tuer (elle, les enfants, un tiers) ou de « tout finir » (A15)",
    }
    assert grounds["M3", 4]["causes"] == ["A1", "A15", "A2", "A4", "A5", "E5"]
    assert grounds["M3", 4]["why"].endswith(f" ; Menace de tuer (M1) [{grounds['M1', 3]['why']}]"), (
        "and its floor"
    )
    assert grounds["previous", 2]["why"].startswith("il reste à explorer ou à préciser Étranglement")


def test_nothing_but_the_grid_is_said_of_a_reading_of_nothing():
    stored = as_plain_data(reading({}))
    assert (stored["dynamics"], stored["severity"], stored["severity_label"]) == ("TI", None, "non évaluable")
    assert (stored["first"], stored["due"], stored["due_is_new"]) == (True, None, False)
    assert (stored["grounds"], stored["cautions"], stored["details"]) == ([], [], {})


def test_a_kept_level_and_a_lowest_one_are_explained_in_whole_sentences():
    kept = explain(reading(absent() | {"A8": "unknown"}, previous=Previous(3, answers(absent()))))
    assert (
        "Niveau précédent gardé (3) : il reste à explorer ou à préciser Étranglement / étouffement (A8)."
        in kept
    )
    lowest = explain(reading(absent()))
    assert "Tout ce qui compte est exploré, et rien n'élève le niveau (1)." in lowest


@pytest.mark.parametrize(
    ("days", "said"),
    [
        pytest.param(1, "vu il y a 1 jour ou moins", id="one"),
        pytest.param(7, "vu il y a 7 jours ou moins", id="several"),
    ],
)
def test_a_period_of_days_agrees_in_number(days, said):
    assert GridWording(GRID).test(Test("A8.seen", "within", Period(days=days))).endswith(said)


def test_a_number_is_said_with_what_it_counts():
    line = GRID.indicators["C6"]
    assert said_of(GRID, line, Answer("12")) == "12 jours"
    assert said_of(GRID, line, Answer("unknown")) == "inconnu"
