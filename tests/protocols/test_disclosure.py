"""What is shown of counts: no sum and no difference of any of it comes to a number that would single somebody out."""

from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from protocols import disclosure
from protocols.disclosure import LEAST, Cell

CELLS = [
    Cell(to, urgency, action)
    for to in ("AUT", "POL", "COO")
    for urgency in ("red", "orange")
    for action in ("send", "hold")
]
counts = st.lists(st.integers(0, 40), min_size=len(CELLS), max_size=len(CELLS)).map(
    lambda numbers: dict(zip(CELLS, numbers, strict=True))
)


def shown(cells: dict[Cell, int], earlier: list[dict[Cell, int]] | None = None) -> dict[Cell, int]:
    """Every message of another case."""
    return disclosure.shown(cells, cells, [(before, before) for before in earlier or []])


def told_together(published: list[dict[Cell, int]]) -> set[int]:
    """All that anybody can add up or subtract."""
    numbers = [n for cells in published for n in cells.values()]
    signs = product((-1, 0, 1), repeat=len(numbers))
    return {abs(sum(sign * n for sign, n in zip(each, numbers, strict=True))) for each in signs}


@given(counts)
@settings(max_examples=150, deadline=None)
def test_no_sum_or_difference_tells_a_count_below_five(cells):
    published = shown(cells)
    assert not told_together([published]) & set(range(1, LEAST))
    assert all(n >= LEAST and cells[cell] == n for cell, n in published.items())


@given(counts, counts)
@settings(max_examples=60, deadline=None)
def test_nor_do_two_publications_together(first, second):
    once = shown(first)
    again = shown(second, [once])
    assert not told_together([once, again]) & set(range(1, LEAST))


@given(counts, st.lists(st.integers(0, LEAST - 1), min_size=len(CELLS), max_size=len(CELLS)))
@settings(max_examples=100, deadline=None)
def test_a_hidden_count_could_be_another(cells, others):
    """Nothing that is shown changes where the counts that no rule ties to it were otherwise small."""
    small = {cell: n for cell, n in zip(CELLS, others, strict=True) if cells[cell] < LEAST}
    assert shown(cells | small) == shown(cells)


def test_what_is_held_cannot_be_found_from_what_is_sent_to_another():
    """Every red alert goes to the police: 12; to the programme where the person agreed: 9. So 3 were held."""
    cells = {
        Cell("POL", "red", "send"): 12,
        Cell("AUT", "red", "send"): 9,
        Cell("AUT", "red", "hold"): 3,
        Cell("AUT", "orange", "send"): 20,
    }
    assert shown(cells) == {Cell("POL", "red", "send"): 12, Cell("AUT", "orange", "send"): 20}


def test_nor_can_what_was_held_for_one_family():
    """Every red alert goes to the police: 11 about six families; 5 to the programme, each about another of them. So all
    that was held, 6, is about the sixth."""
    red = [Cell("POL", "red", "send"), Cell("AUT", "red", "send"), Cell("AUT", "red", "hold")]
    messages, cases = dict(zip(red, (11, 5, 6), strict=True)), dict(zip(red, (6, 5, 1), strict=True))
    assert disclosure.shown(messages, cases) == {red[0]: 11}
    first = {red[0]: 11}, {red[0]: 6}
    assert disclosure.shown({red[1]: 5}, {red[1]: 5}, [first]) == {}, "nor from an earlier publication"
    assert disclosure.shown({red[1]: 16}, {red[1]: 11}, [first]) == {red[1]: 16}


def test_the_same_count_twice_is_shown_twice():
    cells = {Cell("POL", "red", "send"): 12, Cell("COO", "red", "send"): 12}
    assert shown(cells) == cells


def test_a_later_publication_does_not_tell_what_changed_for_a_few():
    first = shown({Cell("POL", "red", "send"): 12})
    assert shown({Cell("POL", "red", "send"): 14}, [first]) == {}
    assert shown({Cell("POL", "red", "send"): 12}, [first]) == first
    assert shown({Cell("POL", "red", "send"): 17}, [first]) == {Cell("POL", "red", "send"): 17}


def test_nor_is_it_told_by_the_same_under_another_urgency():
    """At level 3 the police, orange: 12; the same without one marker to the programme, yellow: 11. So one had it."""
    cells = {Cell("POL", "orange", "send"): 12, Cell("AUT", "yellow", "send"): 11}
    assert shown(cells) == {Cell("POL", "orange", "send"): 12}


@pytest.mark.parametrize("families", range(LEAST))
def test_many_messages_of_few_cases_are_not_shown(families):
    cell = Cell("POL", "red", "send")
    assert disclosure.shown({cell: 40}, {cell: families}) == {}
    assert disclosure.shown({cell: 40}, {cell: LEAST}) == {cell: 40}


@pytest.mark.parametrize("count", range(LEAST))
def test_below_five_nothing_is_shown(count):
    assert shown({Cell("POL", "red", "send"): count}) == {}
