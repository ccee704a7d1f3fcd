"""What asking could change: only answers not known yet, only alone, and exactly as a new reading would say."""

from datetime import date

from hypothesis import given, settings

from assessment.asking import what_if
from assessment.grid import UNKNOWN, Answer
from assessment.grids import load_grid
from assessment.reading import Previous, read
from assessment.sentences import explain_asking
from assessment.wording import GridWording
from tests.assessment.reader import GRID, ON, absent, answers, reading
from tests.assessment.test_reading_properties import PREVIOUS, readings


def test_each_answer_not_known_yet_is_told_with_the_level_it_would_lead_to():
    told = [
        (asked.code, asked.answer.value, dict(asked.answer.details), asked.level)
        for asked in what_if(reading(absent() | {"A8": "unknown", "D3": "unknown"}))
        if asked.code in {"A8", "D3", "B9", "B10", "A1"}
    ]
    assert told == [
        ("A8", "current", {}, 4),
        ("B9", "recent", {"plan": True}, 4),
        ("D3", "current", {"concrete_plan": False}, 4),
        ("A8", "recent", {}, 3),
        ("B9", "recent", {"plan": False}, 3),
        ("B10", "recent", {}, 3),
        ("D3", "recent", {"concrete_plan": False}, 3),
    ], "nothing about A1, which is known"


def test_it_is_told_in_the_order_of_the_levels_it_would_lead_to():
    result = reading(absent() | {"A8": "unknown", "D3": "unknown"})
    asked = what_if(result)
    assert [found.level for found in asked] == sorted((found.level for found in asked), reverse=True)
    assert explain_asking(result) == [GridWording(GRID).what_if(found) for found in asked]


def test_the_last_question_may_make_a_reading_assessable():
    result = reading(absent() | {"E5": "unknown"})
    assert result.severity is None
    assert [(asked.answer.value, asked.level) for asked in what_if(result) if asked.code == "E5"] == [
        ("absent", 1)
    ]


def test_a_kept_level_may_fall_once_the_answer_is_known():
    result = reading(absent() | {"A8": "unknown"}, previous=Previous(2, answers(absent())))
    assert result.severity == 2
    assert {(asked.level, asked.answer.value) for asked in what_if(result) if asked.code == "A8"} == {
        (1, "absent"), (3, "recent"), (4, "current"),
    }  # fmt: skip


def test_a_missing_detail_is_asked_about_and_what_was_given_stays():
    result = reading({"A15": {"value": "recent", "means": True}})
    [asked] = [asked for asked in what_if(result) if asked.code == "A15"]
    assert (asked.answer.value, dict(asked.answer.details)) == (
        "recent",
        {"means": True, "access_or_date": True},
    )
    assert (asked.level, asked.dynamics) == (4, "TI")
    said = GridWording(GRID).what_if(asked)
    assert said.endswith(
        "(A15) : récent (12 mois ou moins), moyens à disposition, accès à la personne ou date annoncée "
        ": criticité 4 (imminente)"
    )
    complete = reading({"A15": {"value": "recent", "means": True, "access_or_date": False}})
    assert not [asked for asked in what_if(complete) if asked.code == "A15"]


def test_a_date_that_matters_is_told():
    [asked] = [a for a in what_if(reading({})) if a.code == "A8" and a.level == 4]
    assert asked.answer.seen == date(2026, 9, 8)
    assert "actuel (30 jours ou moins), vu le 08/09/2026 : criticité 4" in GridWording(GRID).what_if(asked)


def test_a_date_that_is_missing_is_asked_about_where_it_matters():
    undated = reading(absent() | {"A8": "current"})
    assert undated.severity == 3
    [asked] = [a for a in what_if(undated) if a.code == "A8"]
    assert (asked.answer.value, asked.answer.seen, asked.level) == ("current", date(2026, 9, 8), 4)
    assert "actuel (30 jours ou moins), vu le 08/09/2026 : criticité 4" in GridWording(GRID).what_if(asked)

    for told in (
        {"value": "current", "seen": date(2026, 9, 1)},
        {"value": "recent"},  # seen in the last days it would be "current": that is another answer
    ):
        assert not [a for a in what_if(reading(absent() | {"A8": told})) if a.code == "A8"]


def test_how_long_ago_is_asked_of_what_lasts():
    [asked] = [a for a in what_if(reading(absent() | {"A8": "past"})) if a.code == "A8"]
    assert (asked.answer.value, asked.answer.seen, asked.level) == ("past", date(2024, 9, 14), 1)


def test_a_grid_of_ticks_and_counts_is_asked_about_too():
    grid = load_grid("ticks-1")
    result = read(grid, {code: Answer("yes") for code in ("F1", "F5", "F6")}, on=ON)
    told = {(asked.code, asked.answer.value, asked.level) for asked in what_if(result)}
    assert {("R1", "3", 3), ("J1", "yes", 3), ("F2", "yes", 2)} <= told
    assert GridWording(grid).what_if(next(a for a in what_if(result) if a.code == "R1")) == (
        "si Signalements en douze mois (R1) : 3 faits signalés : criticité 3 (à concerter sans attendre)"
    )


@settings(max_examples=25, deadline=None)
@given(readings(), PREVIOUS)
def test_what_it_says_is_what_a_reading_with_that_answer_says(given, level):
    previous = Previous(level) if level else None
    result = read(GRID, given, on=ON, previous=previous)
    for asked in what_if(result):
        known = given.get(asked.code)
        assert known is None or known.value in {UNKNOWN, asked.answer.value}
        again = read(GRID, {**given, asked.code: asked.answer}, on=ON, previous=previous)
        assert (again.severity, again.dynamics) == (asked.level, asked.dynamics)
        assert again.severity != result.severity
