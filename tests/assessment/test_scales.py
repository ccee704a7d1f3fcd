"""Grids whose scale is not that of `pdc-1`: three questions, levels from 0."""

import json

import pytest

from assessment.asking import what_if
from assessment.grids import GridError
from assessment.grids.loading import read_grid
from assessment.reading import Previous, read
from pole.yamlfile import load
from tests.assessment.reader import ON, answers

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
    assert [(asked.code, asked.answer.value, asked.level) for asked in what_if(kept)] == [
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
