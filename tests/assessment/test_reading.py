"""The grid `pdc-1`, line by line: types, markers, levels, and what is kept from the previous reading."""

import json
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from assessment.grid import InvalidAnswer, UnknownIndicator
from assessment.grids import GridError
from assessment.grids.loading import read_grid
from assessment.reading import Previous, read
from pole.yamlfile import load
from tests.assessment.reader import ASKED, GRID, ON, WATCHED, absent, answers, reading

DOMINATION = {"A1": "current", "A2": "recent", "A5": "recent"}
WITNESSES = load(Path(__file__).with_name("witnesses.yaml")).plain()


@pytest.mark.parametrize("witness", WITNESSES, ids=lambda w: f"{w['reaches']} at {w['level']}")
def test_every_type_marker_and_level_is_within_reach(witness):
    given = absent(code for code, item in GRID.indicators.items() if item.scale.code == "presence")
    given = (given if witness.get("none") else {}) | witness["answers"]
    previous = Previous(witness["previous"]) if "previous" in witness else None
    result = reading(given, previous=previous)
    assert result.severity == (None if witness["level"] == "NE" else witness["level"])
    if witness["reaches"] in GRID.dynamics:
        assert result.dynamics == witness["reaches"]
    else:
        assert (witness["reaches"], witness["level"]) in {(g.code, g.level) for g in result.grounds}


def test_the_witnesses_leave_nothing_out():
    reached = {witness["reaches"] for witness in WITNESSES}
    assert reached >= {*GRID.dynamics, *GRID.markers, *(rule.code for rule in GRID.rules)}
    assert {witness["level"] for witness in WITNESSES} >= {1, 2, 3, 4, "NE"}
    floors = {(code, floor.level) for code, marker in GRID.markers.items() for floor in marker.floors}
    assert floors <= {(witness["reaches"], witness["level"]) for witness in WITNESSES}


@pytest.mark.parametrize(
    ("given", "dynamics"),
    [
        pytest.param({"A1": "current", "A5": "recent"}, "TI", id="two strategies alone are not domination"),
        pytest.param({"A1": "current", "A5": "recent", "B11": "recent"}, "T1", id="with fear they are"),
        pytest.param({"A1": "current", "A5": "past", "A6": "recent"}, "TI", id="what is past does not count"),
        pytest.param(DOMINATION | {"A3": "recent"}, "T2", id="isolation with money control establishes"),
        pytest.param(DOMINATION | {"B1": "current"}, "T2", id="so does complying"),
        pytest.param(DOMINATION | {"B2": "current"}, "T1", id="covert protection contests nothing"),
        pytest.param(DOMINATION | {"B5": "current"}, "T3", id="planning to leave contests"),
        pytest.param(
            DOMINATION | {"B4": "current", "B1": "current"}, "T3", id="contested goes before established"
        ),
        pytest.param(
            DOMINATION | {"B4": "current", "B3": "recent"}, "TR", id="resistance goes before contested"
        ),
        pytest.param(
            DOMINATION | {"B4": "current", "B3": "recent", "E1": "recent"}, "T4", id="T4 before resistance"
        ),
        pytest.param(
            DOMINATION | {"E1": "recent"}, "T1", id="a split without established or contested is no T4"
        ),
        pytest.param(DOMINATION | {"B4": "current", "C4": "breached"}, "T4", id="a breach makes T4"),
        pytest.param(DOMINATION | {"B4": "current", "C4": "respected"}, "T3", id="an order kept does not"),
        pytest.param(DOMINATION | {"B4": "current", "A12": "recent"}, "T4", id="suicide blackmail makes T4"),
        pytest.param(
            DOMINATION | {"B4": "current", "E1": "recent", "A8": {"value": "current", "seen": ON}},
            "T5",
            id="T4 with A8",
        ),
        pytest.param(
            DOMINATION | {"B4": "current", "E1": "recent", "A8": "recent"}, "T4", id="A8 recent: T4"
        ),
        pytest.param({"A8": "current"}, "TI", id="A8 without T4 is no T5"),
        pytest.param({"E9": "recent"}, "TI", id="preparations must be current"),
        pytest.param({"D3": "current"}, "TI", id="D3 needs the concrete plan"),
        pytest.param(absent(WATCHED), "T0", id="all ten explored and absent"),
        pytest.param(absent(WATCHED) | {"A9": "unknown"}, "TI", id="one unknown: not T0"),
        pytest.param(absent(WATCHED[:-1]), "TI", id="one not explored: not T0"),
        pytest.param(absent(WATCHED) | {"B7": "recent"}, "TI", id="a marker: not T0"),
        pytest.param(absent(WATCHED) | {"A10": "current"}, "T0", id="other indicators do not matter to T0"),
        pytest.param({}, "TI", id="nothing answered"),
    ],
)
def test_the_first_line_that_holds_names_the_type(given, dynamics):
    assert reading(given).dynamics == dynamics


@pytest.mark.parametrize(
    ("given", "severity"),
    [
        pytest.param({}, None, id="nothing answered is NE"),
        pytest.param(absent(), 1, id="all asked and absent is 1"),
        pytest.param(absent(ASKED[:-1]), None, id="one not asked is NE"),
        pytest.param(absent() | {"E5": "unknown"}, None, id="one not known is NE"),
        pytest.param(absent() | {"E5": {"value": "current", "kind": "other"}}, 1, id="another weapon alone"),
        pytest.param(absent() | {"A4": "recent"}, 1, id="one strong sign"),
        pytest.param({"A4": "recent", "A14": "recent"}, 2, id="two strong signs"),
        pytest.param({"A7": "recent"}, 2, id="a blow"),
        pytest.param({"A7": "past"}, None, id="an old blow raises nothing"),
        pytest.param(
            {"A6": "recent", "A7": "recent", "A9": "recent", "A4": "recent"}, 2, id="four strong, none an E"
        ),
        pytest.param(
            {"A6": "recent", "A7": "recent", "A9": "recent", "E6": "recent"}, 3, id="four strong, one an E"
        ),
        pytest.param(
            {"A4": "recent", "A6": "recent", "A7": "recent", "A9": "recent", "D2": "recent"}, 3, id="five"
        ),
        pytest.param({"E1": "recent", "A5": "recent"}, None, id="a split alone"),
        pytest.param({"B5": "current", "A6": "recent"}, 3, id="M4 by leaving"),
        pytest.param(
            {"B5": "current", "A9": "recent"}, 2, id="M4 wants surveillance, intimidation or jealousy"
        ),
        pytest.param({"C4": {"value": "breached", "approaching": True}}, 4, id="approaching now"),
        pytest.param(
            {"A15": {"value": "recent", "means": True}}, 3, id="a missing detail keeps the lower floor"
        ),
        pytest.param(
            {"E5": "current", "A1": "recent", "A2": "recent", "A13": "recent"}, 3, id="no kind: firearm"
        ),
        pytest.param(
            {"E5": {"value": "current", "kind": "other"}, "A1": "recent", "A10": "recent", "A13": "recent"},
            None,
            id="another weapon is no M3",
        ),
    ],
)
def test_the_suggested_level_is_the_highest_reached(given, severity):
    assert reading(given).severity == severity


@pytest.mark.parametrize(
    ("given", "previous", "markers"),
    [
        ({"C6": 7}, 3, ("M13",)),
        ({"C6": {"days": 7}}, 3, ("M13",)),
        pytest.param({"C6": 6}, 3, (), id="six days are under the limit"),
        pytest.param({"C6": 30}, 2, (), id="M13 wants a previous 3"),
        pytest.param({"C6": 30}, None, (), id="M13 wants a previous level"),
        pytest.param({"C6": "unknown"}, 3, (), id="unknown days"),
        ({"C5": "excluded", "E1": "recent"}, 2, ("M14",)),
        pytest.param({"C5": "excluded", "E1": "recent"}, 1, (), id="M14 wants a previous 2"),
        pytest.param({"C5": "dropping_out"}, 3, (), id="M14 wants a split"),
        pytest.param({"C5": "regular", "E1": "recent"}, 3, (), id="regular attendance"),
    ],
)
def test_markers_that_look_at_the_previous_level(given, previous, markers):
    assert reading(given, previous=Previous(previous)).markers == markers


@pytest.mark.parametrize(
    ("given", "missing"),
    [
        ({"A12": "recent"}, ("A12.preparation", "A12.children_present")),
        ({"A15": {"value": "recent", "means": False}}, ("A15.access_or_date",)),
        ({"B9": "recent"}, ("B9.plan",)),
        ({"C4": "breached"}, ("C4.approaching",)),
        pytest.param({"C4": "respected"}, (), id="an order kept has nothing to detail"),
        ({"D3": "current"}, ("D3.concrete_plan",)),
        pytest.param({"D3": "past"}, (), id="what is past neither"),
        pytest.param({"E5": "current"}, (), id="a missing kind counts as firearm"),
        pytest.param({"E9": "current"}, (), id="a missing target counts as both"),
        pytest.param(
            {"E7": {"value": "current", "due": date(2026, 9, 19)}}, (), id="what the date is, is free"
        ),
    ],
)
def test_a_missing_detail_leaves_the_reading_incomplete(given, missing):
    result = reading(absent() | given)
    assert result.missing_details == missing
    assert result.incomplete is bool(missing)


@pytest.mark.parametrize("code", ["A8", "B7", "D3", "E1", "E5"])
def test_each_of_the_five_questions_leaves_the_reading_incomplete(code):
    complete = absent()
    assert not reading(complete).incomplete
    assert reading(complete | {code: "unknown"}).incomplete
    del complete[code]
    assert reading(complete).incomplete


@pytest.mark.parametrize("code", WATCHED)
def test_each_of_the_ten_signs_of_domination_leaves_the_reading_open(code):
    before = Previous(2, answers(absent()))
    kept = reading(absent() | {code: "unknown"}, previous=before)
    assert (kept.open, kept.severity) == (True, 2)
    assert reading(absent(), previous=before).severity == 1


@pytest.mark.parametrize(
    ("before", "level", "now", "severity", "is_open"),
    [
        pytest.param({"B9": "recent"}, 3, {}, 3, True, id="what gave a marker is owed an answer"),
        pytest.param({"B9": "recent"}, 3, {"B9": "unknown"}, 3, True, id="and unknown is no answer"),
        pytest.param({"B9": "recent"}, 3, {"B9": "absent"}, 1, False, id="absent is one"),
        pytest.param(
            {"D2": "recent", "E6": "recent"}, 2, {"E6": "absent"}, 2, True, id="so is what was strong"
        ),
        pytest.param(
            {"B5": "current", "A14": "recent"}, 3, {"B5": "absent"}, 3, True, id="each part of a marker"
        ),
        pytest.param({"A10": "recent"}, 3, {}, 1, False, id="what gave nothing is not"),
        pytest.param({"B9": "recent"}, 1, {}, 1, True, id="a previous 1 is not kept"),
        pytest.param({"B9": "recent"}, None, {}, 1, True, id="nor is NE"),
        pytest.param({"B9": "recent"}, 2, {"B10": "recent"}, 3, True, id="nor does it lower what is found"),
    ],
)
def test_the_previous_level_is_kept_while_the_reading_is_open(before, level, now, severity, is_open):
    result = reading(absent() | now, previous=Previous(level, answers(absent() | before)))
    assert (result.severity, result.open) == (severity, is_open)


def test_an_answer_that_made_the_type_and_is_no_longer_known_counts_as_it_was():
    before = absent() | {"A1": "recent", "A2": "recent", "A5": "recent", "B1": "recent", "E1": "recent"}
    assert reading(before).severity == 3, "T4"
    now = {code: value for code, value in before.items() if code != "B1"}
    kept = reading(now, previous=Previous(3, answers(before)))
    assert (kept.dynamics, kept.severity, kept.carried) == ("T1", 3, ("B1",))
    assert "compte comme avant" in " ".join(kept.explain())
    known = reading(now | {"B1": "absent"}, previous=Previous(3, answers(before)))
    assert (known.severity, known.carried) == (2, ())
    gone = reading(absent() | {"E1": "absent"}, previous=Previous(3, answers(before)))
    assert (gone.severity, gone.carried) == (1, ()), "it would change nothing: domination is gone"


def test_what_is_new_is_counted_from_the_previous_reading():
    before = answers({"A1": "current", "B7": "recent", "E7": {"value": "current", "due": date(2026, 9, 20)}})
    now = {"A1": "current", "A4": "recent", "B7": "recent", "B10": "recent"}
    same_date = now | {"E7": {"value": "current", "due": date(2026, 9, 20)}}
    other_date = now | {"E7": {"value": "current", "due": date(2026, 9, 27)}}
    result = reading(same_date, previous=Previous(3, before))
    assert result.new_markers == ("M12",)
    assert result.newly_active == {"A4", "B10"}
    assert not result.due_is_new
    assert reading(other_date, previous=Previous(3, before)).due_is_new


def test_everything_is_new_when_the_previous_answers_are_not_known():
    result = reading({"B7": "recent", "A1": "recent"}, previous=Previous(3))
    assert result.new_markers == ("M10",)
    assert result.newly_active == {"A1", "B7"}
    assert not result.first


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
    assert result.why("M1", 4) == (
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


def test_resistance_is_never_made_symmetrical():
    with_b3 = reading(DOMINATION | {"B3": "recent", "E1": "recent", "B4": "recent"})
    assert (with_b3.dynamics, with_b3.caution_codes) == ("T4", ("no-symmetry",)), "whatever the type"
    assert reading(DOMINATION).caution_codes == ()
    assert reading({"B3": "recent"}).caution_codes == ()


@pytest.mark.parametrize(
    ("given", "review"),
    [
        pytest.param({"B9": {"value": "recent", "plan": True}}, timedelta(hours=72), id="4"),
        pytest.param({"B7": "recent"}, timedelta(days=7), id="3"),
        pytest.param({"A7": "recent"}, timedelta(days=30), id="2"),
        pytest.param(absent(), timedelta(days=60), id="1"),
        pytest.param({}, timedelta(days=7), id="NE"),
    ],
)
def test_every_level_has_its_review(given, review):
    at = datetime(2026, 9, 15, 10, tzinfo=UTC)
    assert reading(given).review_due(at) == at + review


def test_an_approaching_date_makes_the_review_due_on_that_day():
    at = datetime(2026, 9, 15, 10, tzinfo=UTC)
    soon = reading({"A7": "recent", "E7": {"value": "current", "due": date(2026, 9, 19)}})
    assert soon.review_due(at).isoformat() == "2026-09-19T00:00:00+02:00"
    far = reading({"A7": "recent", "E7": {"value": "current", "due": date(2026, 12, 1)}})
    assert far.review_due(at) == at + timedelta(days=30)
    today = reading({"A7": "recent", "E7": {"value": "current", "due": ON}})
    assert today.review_due(at) == at, "at once"
    gone_by = reading({"A7": "recent", "E7": {"value": "current", "due": ON - timedelta(days=1)}})
    assert gone_by.review_due(at) == at + timedelta(days=30)
    assert GRID.levels[4].contact_every == timedelta(days=1)


@pytest.mark.parametrize(
    ("given", "reason", "message"),
    [
        ({"A1": "often"}, "value", "'often' is not one of: absent, past, recent, current, worsening, unknown"),
        ({"C4": "current"}, "value", "'current' is not one of: none, respected, breached, unknown"),
        ({"C6": "many"}, "value", "give a whole number ('days'), or 'unknown'"),
        ({"C6": {"days": -1}}, "detail", "-1 is not a number ('days')"),
        ({"C6": {"days": True}}, "detail", "True is not a number ('days')"),
        ({"A15": {"value": "recent", "meens": True}}, "detail", "'meens' is not a detail of this indicator"),
        ({"A15": {"value": "recent", "means": "yes"}}, "detail", "'yes' is not a flag ('means')"),
        ({"E5": {"value": "recent", "kind": "tank"}}, "detail", "'tank' is not a choice ('kind')"),
        ({"E7": {"value": "recent", "due": "soon"}}, "detail", "'soon' is not a date ('due')"),
        ({"E7": {"value": "recent", "due": datetime(2026, 9, 20, tzinfo=UTC)}}, "detail", "is not a date ('due')"),
        ({"E7": {"value": "recent", "what": 3}}, "detail", "3 is not a text ('what')"),
        ({"A8": {"value": "recent", "seen": "2026-09-01"}}, "seen", "'seen' is a date"),
        ({"A8": {"value": "recent", "seen": datetime(2026, 9, 1, tzinfo=UTC)}}, "seen", "'seen' is a date"),
        ({"A8": {"value": "recent", "seen": date(2026, 9, 16)}}, "future_seen",
         "last seen on 2026-09-16, after the day of the reading (2026-09-15)"),
    ],
)  # fmt: skip
def test_what_the_grid_does_not_take_is_refused_in_words(given, reason, message):
    with pytest.raises(InvalidAnswer) as caught:
        reading(given)
    assert (caught.value.code, caught.value.reason) == (*given, reason)
    assert str(caught.value).endswith(message)


def test_a_code_that_the_grid_does_not_have_is_refused():
    with pytest.raises(UnknownIndicator) as caught:
        reading({"Z9": "recent"})
    assert (caught.value.code, str(caught.value)) == ("Z9", "Z9: this grid has no such indicator")


@pytest.mark.parametrize(
    ("given", "days"), [("9", 9), ({"days": 9}, 9), ({"value": "9", "days": None}, 9), ({"days": 0}, 0)]
)
def test_a_number_stands_as_a_detail_or_as_the_value(given, days):
    result = reading({"C6": given})
    assert (result.facts["C6.known"], result.facts["C6.days"]) == (True, days)


def test_the_explanation_is_in_sentences_and_can_be_stored():
    result = reading(DOMINATION | {"B4": "current", "E1": "recent", "A8": "past"})
    text = " ".join(result.explain())
    assert "Dynamique T4, Perte de contrôle" in text
    assert "Criticité suggérée : 3 (élevée)" in text
    assert "Séparation <12 mois ou imminente (E1)" in text
    assert "depuis quand ?" in text
    stored = json.loads(json.dumps(result.to_json()))
    assert (stored["severity"], stored["dynamics"], stored["grid"]) == (3, "T4", "pdc-1")
    assert stored["explanation"] == result.explain()
    assert {ground["code"] for ground in stored["grounds"]} == {ground.code for ground in result.grounds}


def test_what_is_stored_of_a_reading_says_the_whole_of_it():
    given = {
        "A1": "recent", "A2": "recent", "A5": "recent", "A4": {"value": "past", "seen": date(2026, 9, 14)},
        "A15": {"value": "recent", "means": True}, "B3": "recent", "E5": "recent",
        "E7": {"value": "current", "due": date(2026, 9, 20), "what": "audience"},
    }  # fmt: skip
    before = Previous(2, answers(absent() | {"A1": "recent", "A4": "recent"}), date(2026, 8, 1))
    result = reading(given, previous=before)
    stored = json.loads(json.dumps(result.to_json()))
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
        "explanation": result.explain(),
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
    assert grounds["previous", 2]["why"].startswith("reste à explorer ou à préciser : Étranglement")


def test_nothing_but_the_grid_is_said_of_a_reading_of_nothing():
    stored = reading({}).to_json()
    assert (stored["dynamics"], stored["severity"], stored["severity_label"]) == ("TI", None, "non évaluable")
    assert (stored["first"], stored["due"], stored["due_is_new"]) == (True, None, False)
    assert (stored["grounds"], stored["cautions"], stored["details"]) == ([], [], {})


def previously(given: dict, *, on: date | None = None, level: int | None = 3, before: int | None = None):
    """A previous reading with these answers."""
    return Previous(level, answers(given), on, before)


def test_the_previous_reading_is_read_as_of_its_own_day():
    strangled = {
        "A8": {"value": "past", "seen": date(2024, 7, 1)}
    }  # within 24 months in June, not in September
    now = {"A8": {"value": "recent", "seen": date(2026, 8, 1)}}
    assert reading(now, previous=previously(strangled, on=date(2026, 6, 1))).new_markers == ()
    assert reading(now, previous=previously(strangled, on=date(2026, 8, 1))).new_markers == ("M2",)
    assert reading(now, previous=previously(strangled)).new_markers == ("M2",), (
        "without a day: that of this one"
    )


def test_a_marker_that_looks_at_the_level_before_is_not_new_when_it_held_then():
    silent = {"C6": 9}
    assert reading(silent, previous=previously(silent, before=3)).new_markers == ()
    assert reading(silent, previous=previously(silent)).new_markers == ("M13",)


@pytest.mark.parametrize(
    ("given", "level", "grounds"),
    [
        pytest.param(absent() | {"B7": "recent", "A8": "unknown"}, 3, {("M10", 3), ("previous", 3)}, id="equal"),
        pytest.param(absent() | {"B7": "recent", "A8": "unknown"}, 2, {("M10", 3), ("previous", 2)}, id="lower"),
        pytest.param(absent() | {"B7": "recent", "A8": "unknown"}, 1, {("M10", 3)}, id="1 is not kept"),
        pytest.param(absent() | {"B7": "recent"}, 3, {("M10", 3)}, id="nothing lacking"),
        pytest.param(absent() | {"B9": "recent"}, 2, {("M11", 3), ("previous", 2)}, id="a detail lacking"),
    ],
)  # fmt: skip
def test_a_level_kept_is_told_beside_what_reaches_one(given, level, grounds):
    result = reading(given, previous=Previous(level))
    assert {(ground.code, ground.level) for ground in result.grounds} == grounds
    assert result.severity == 3


def test_a_result_knows_what_came_before_and_what_is_strong():
    first, later = reading({"A4": "recent", "A5": "recent"}), reading({}, previous=Previous(2))
    assert (first.first, first.previous_level, first.strong) == (True, None, {"A4"})
    assert (later.first, later.previous_level, later.strong) == (False, 2, frozenset())


SMALL = """
grid: small
version: "1"
title: Essai
notice: Grille d'essai.
axes: {Q: {label: Questions, plain: Des faits.}}
scales: {tick: {values: {no: {label: non}, yes: {label: oui, active: true}}}}
indicators: {Q2: {label: Deux}, Q1: {label: Une}, Q3: {label: Trois}}
levels:
  - {level: 0, label: rien, plain: Rien., full_within: 90 days}
  - {level: 1, label: peu, plain: Peu., full_within: 30 days}
  - {level: 2, label: trop, plain: Trop., full_within: 7 days}
suggestion:
  rules:
    - {code: one, level: 1, label: une, when: {all: [Q1, Q3]}}
    - {code: two, level: 2, label: deux, when: {all: [Q2, Q3]}}
  lowest: {level: 0}
  strong: [Q1]
"""


MARKER = """
markers: {M: {label: Repère, when: Q1, floors: [{level: 1}, {level: 2, when: Q2}], whom_first: personne}}
"""


def small(given: dict[str, str], previous: Previous | None = None, also: str = "", **keep: object):
    """Read with a grid of three questions whose scale begins at 0."""
    kept = f"  keep_previous: {json.dumps(keep)}\n" if keep else ""
    grid = read_grid(load(SMALL + kept + also, error=GridError))
    return read(grid, answers(given), on=ON, previous=previous)


def test_a_scale_may_begin_at_zero():
    result = small({})
    assert (result.severity, result.reached, result.due) == (0, (("explored", 0),), None)


def test_a_grid_that_keeps_no_level_keeps_none_and_one_that_keeps_any_keeps_the_lowest_too():
    before = Previous(1, answers({"Q1": "yes", "Q3": "yes"}))
    assert small({"Q3": "no"}, before).severity == 0
    assert small({"Q3": "no"}, before, from_level=1, incomplete=["Q1"]).severity == 1
    assert small({"Q3": "no"}, before, from_level=2, incomplete=["Q1"]).severity == 0
    assert small({}, Previous(0), from_level=0, incomplete=["Q1"]).reached == (("previous", 0),)


@pytest.mark.parametrize(
    ("level", "kept"),
    [
        pytest.param(1, 1, id="itself"),
        pytest.param(4, 2, id="above the scale: its most serious"),
    ],
)
def test_a_previous_level_of_another_grid_is_kept_on_this_scale(level, kept):
    assert small({}, Previous(level), from_level=1, incomplete=["Q1"]).reached == (("previous", kept),)


def test_between_two_levels_of_this_scale_the_more_serious_is_kept():
    text = SMALL.replace("level: 2", "level: 5") + "  keep_previous: {from_level: 1, incomplete: [Q1]}\n"
    grid = read_grid(load(text, error=GridError))
    assert read(grid, {}, on=ON, previous=Previous(3)).reached == (("previous", 5),)


def test_what_is_lacking_is_told_in_the_order_of_the_grid():
    result = small({}, Previous(1, {}), from_level=1, incomplete=["Q1", "Q2"], open=["Q1", "Q2"])
    assert (result.not_known, result.not_known_again) == (("Q2", "Q1"), ("Q2", "Q1"))


def test_a_marker_rests_on_its_floor_too_but_only_itself_is_owed_an_answer():
    both = {"Q1": "yes", "Q2": "yes"}
    assert [ground.causes for ground in small(both, also=MARKER).grounds] == [{"Q1", "Q2"}]
    again = small({}, Previous(2, answers(both)), MARKER, from_level=1, open_also=["markers"])
    assert again.not_known_again == ("Q1",)


def test_what_was_strong_is_owed_an_answer_where_the_grid_says_so():
    before = Previous(2, answers({"Q1": "yes", "Q2": "yes"}))
    assert small({}, before, from_level=1, open_also=["strong"]).not_known_again == ("Q1",)
    assert small({}, before, from_level=1, open_also=["markers"]).not_known_again == ()


def test_what_asking_would_change_is_told_from_the_highest_level_down_to_none():
    kept = small(
        {"Q3": "yes"}, Previous(2, answers({"Q2": "yes", "Q3": "yes"})), from_level=1, incomplete=["Q1"]
    )
    assert [(asked.code, asked.answer.value, asked.level) for asked in kept.what_if()] == [
        ("Q1", "yes", 1), ("Q1", "no", 0),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("before", "level", "now", "carry", "severity", "carried"),
    [
        pytest.param({"Q1": "yes"}, 1, {"Q3": "yes"}, True, 1, ("Q1",), id="up to level 1 where the scale has a 0"),
        pytest.param({"Q1": "yes"}, 1, {"Q3": "yes"}, False, 0, (), id="not where the grid does not carry"),
        pytest.param({"Q2": "yes"}, 1, {"Q3": "yes"}, True, 1, ("Q2",), id="never above the previous level"),
        pytest.param({"Q1": "yes"}, 1, {"Q3": "no"}, True, 0, (), id="not where it changes nothing"),
        pytest.param({"Q1": "yes"}, 2, {"Q2": "yes", "Q3": "yes"}, True, 2, (), id="nor beside something higher"),
    ],
)  # fmt: skip
def test_what_is_no_longer_known_counts_as_before(before, level, now, carry, severity, carried):
    previous = Previous(level, answers(before))
    result = small(now, previous, from_level=1, carry=carry)
    assert (result.severity, result.carried) == (severity, carried)
    assert ("previous", severity) in result.reached or not carried
