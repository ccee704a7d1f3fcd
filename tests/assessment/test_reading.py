"""The grid `pdc-1`, line by line: types, markers, levels, what leaves a reading incomplete, when it is due again."""

from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from assessment.reading import Previous
from pole.yamlfile import load
from tests.assessment.reader import ASKED, DOMINATION, GRID, ON, WATCHED, absent, reading

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
