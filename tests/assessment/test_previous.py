"""What the previous reading does to the next: a level kept, an answer carried, what is new."""

from datetime import date

import pytest

from assessment.reading import Previous
from assessment.sentences import explain
from tests.assessment.reader import WATCHED, absent, answers, reading


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


def test_an_answer_that_made_the_type_and_is_no_longer_known_counts_as_it_was():
    before = absent() | {"A1": "recent", "A2": "recent", "A5": "recent", "B1": "recent", "E1": "recent"}
    assert reading(before).severity == 3, "T4"
    now = {code: value for code, value in before.items() if code != "B1"}
    kept = reading(now, previous=Previous(3, answers(before)))
    assert (kept.dynamics, kept.severity, kept.carried) == ("T1", 3, ("B1",))
    assert (
        "Niveau précédent gardé (3) : ce qui n'est plus connu compte comme avant, Se plie pour éviter le pire (B1)."
        in explain(kept)
    )
    known = reading(now | {"B1": "absent"}, previous=Previous(3, answers(before)))
    assert (known.severity, known.carried) == (2, ())
    gone = reading(absent() | {"E1": "absent"}, previous=Previous(3, answers(before)))
    assert (gone.severity, gone.carried) == (1, ()), "it would change nothing: domination is gone"


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


def test_a_result_knows_what_came_before_and_what_is_strong():
    first, later = reading({"A4": "recent", "A5": "recent"}), reading({}, previous=Previous(2))
    assert (first.first, first.previous_level, first.strong) == (True, None, {"A4"})
    assert (later.first, later.previous_level, later.strong) == (False, 2, frozenset())
