"""What a choice does beside a suggestion: the table that practitioners should be able to sign."""

from dataclasses import replace
from datetime import date

import pytest

from assessment.deciding import decide
from assessment.grids import load_grid
from assessment.reading import Answer, read
from assessment.refusals import NotInScale

NE = None
FREE = False
LOWERED = True


def result(suggested, previous=None):
    read_one = read(load_grid("pdc-1"), {"A1": Answer("absent")}, on=date(2026, 9, 15))
    return replace(read_one, severity=suggested, previous_level=previous)


@pytest.mark.parametrize(
    ("suggested", "previous", "chosen", "lowered", "in_force"),
    [
        pytest.param(2, NE, None, FREE, 2, id="nothing chosen keeps the suggestion"),
        pytest.param(2, 1, 2, FREE, 2, id="the suggestion itself"),
        pytest.param(2, 2, 4, FREE, 4, id="raised, at once"),
        pytest.param(3, NE, 2, LOWERED, 3, id="below the suggestion: the suggestion counts until agreed"),
        pytest.param(2, 4, 2, LOWERED, 2, id="as suggested, below the previous level: still seen by another"),
        pytest.param(2, 4, None, LOWERED, 2, id="nothing chosen, suggested below the previous level"),
        pytest.param(2, 4, 3, LOWERED, 3, id="above the suggestion and below the previous level"),
        pytest.param(4, 2, 3, LOWERED, 4, id="above the previous level and below the suggestion"),
        pytest.param(4, 4, 1, LOWERED, 4, id="below both"),
        pytest.param(NE, NE, None, FREE, NE, id="not assessable is kept"),
        pytest.param(NE, 1, None, FREE, NE, id="not assessable is not below level 1"),
        pytest.param(NE, NE, 2, FREE, 2, id="a level chosen where none is suggested"),
        pytest.param(NE, NE, 1, LOWERED, NE, id="low where too little is known"),
        pytest.param(1, NE, 1, FREE, 1, id="low where everything was explored"),
    ],
)
def test_suggested_previous_and_chosen(suggested, previous, chosen, lowered, in_force):
    decision = decide(result(suggested, previous), chosen=chosen)
    assert (decision.lowered, decision.in_force) == (lowered, in_force)
    assert decision.chosen == (suggested if chosen is None else chosen)
    assert decision.needs_motive is lowered


def test_another_type_wants_a_motive_and_changes_no_level():
    decision = decide(result(2), chosen_dynamics="T3")
    assert decision.retyped
    assert decision.needs_motive
    assert not decision.lowered
    assert decision.in_force == 2


def test_choosing_the_type_that_the_grid_gives_is_no_change():
    assert not decide(result(2), chosen_dynamics="TI").needs_motive


@pytest.mark.parametrize("choice", [{"chosen": 5}, {"chosen": 0}, {"chosen_dynamics": "T9"}])
def test_levels_and_types_of_no_grid_are_refused(choice):
    with pytest.raises(NotInScale):
        decide(result(2), **choice)
