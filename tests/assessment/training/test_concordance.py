"""The measures, against published figures, another implementation, and what must hold of any answers."""

from itertools import combinations

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from scipy.stats import bootstrap
from sklearn.metrics import cohen_kappa_score

from assessment.training.concordance import (
    LEAST_ITEMS,
    NOMINAL,
    Coefficient,
    NoInterval,
    Scale,
    concordance,
)

LEVELS = Scale({"1": 1, "2": 2, "3": 3, "4": 4})

# J. L. Fleiss, Psychological Bulletin 76 (1971), table 1: 30 patients, 6 raters, 5 diagnoses. Kappa .430.
FLEISS_1971 = """
00060 03003 01401 00006 03030 20400 00402 20310 20040 00006 10050 11040 03300 10050 02031
00501 30012 51000 02040 10203 00006 01050 02013 20040 10041 05010 40002 02040 10500 00006
"""
# J. Cohen, Psychological Bulletin 70 (1968), table 1, in parts of 200; disagreements weighted 1, 3 and 6.
COHEN_1968 = [[88, 14, 18], [10, 40, 10], [2, 6, 12]]


class CohensOwn(Scale):
    """The weights of his example, which no scale has: far is not the sum of the steps."""

    def distance(self, one: str, other: str) -> float:
        return {frozenset("01"): 1, frozenset("02"): 3, frozenset("12"): 6}.get(
            frozenset((one, other)), 0
        ) / 6


def rows_of(counts: list[list[int]]) -> list[list[str]]:
    """A table of two raters, item by item."""
    return [
        [str(mine), str(theirs)]
        for mine, row in enumerate(counts)
        for theirs, n in enumerate(row)
        for _ in range(n)
    ]


def test_fleiss_own_example():
    table = [[str(k) for k, n in enumerate(map(int, item)) for _ in range(n)] for item in FLEISS_1971.split()]
    found = concordance(table)
    assert (found.coefficient, found.raters, found.items) == (Coefficient.FLEISS, 6, 30)
    assert found.alike == pytest.approx(0.556, abs=0.001)
    assert found.kappa == pytest.approx(0.430, abs=0.001)


def test_cohens_own_examples():
    table = rows_of(COHEN_1968)
    assert concordance(table).kappa == pytest.approx(0.492, abs=0.001)
    assert concordance(table, CohensOwn({"0": 0})).kappa == pytest.approx(0.348, abs=0.001)


answers = st.sampled_from(list(LEVELS.places))


def tables(raters: st.SearchStrategy[int], least: int = 2) -> st.SearchStrategy[list[list[str]]]:
    return raters.flatmap(
        lambda n: st.lists(st.lists(answers, min_size=n, max_size=n), min_size=least, max_size=12)
    )


@settings(deadline=None)
@given(tables(st.just(2)))
def test_two_raters_are_measured_as_scikit_learn_does(table):
    mine, theirs = zip(*table, strict=True)
    assume(len({*mine, *theirs}) > 1)
    labels = list(LEVELS.places)
    assert concordance(table).kappa == pytest.approx(cohen_kappa_score(mine, theirs, labels=labels))
    assert concordance(table, LEVELS).kappa == pytest.approx(
        cohen_kappa_score(mine, theirs, labels=labels, weights="linear")
    )


@settings(deadline=None)
@given(tables(st.integers(3, 6)))
def test_several_raters_on_a_scale_are_all_pairs_added_up(table):
    pairs = [
        concordance([[row[a], row[b]] for row in table], LEVELS)
        for a, b in combinations(range(len(table[0])), 2)
    ]
    found = concordance(table, LEVELS)
    assert found.apart == pytest.approx(np.mean([pair.apart for pair in pairs]))
    # A pair's kappa says what it expected: apart / (1 - kappa). Agreement that is complete says it not.
    assume(all(pair.kappa is not None and pair.kappa < 1 for pair in pairs))
    expected = sum(pair.apart / (1 - pair.kappa) for pair in pairs)
    assert found.kappa == pytest.approx(1 - sum(pair.apart for pair in pairs) / expected)


@settings(deadline=None)
@given(tables(st.integers(2, 5)), st.randoms(use_true_random=False))
def test_neither_the_order_of_raters_nor_that_of_items_matters(table, random):
    order = list(range(len(table[0])))
    random.shuffle(order)
    shuffled = [[row[n] for n in order] for row in table]
    random.shuffle(shuffled)
    for scale in (NOMINAL, LEVELS):
        one, other = concordance(table, scale), concordance(shuffled, scale)
        assert one.kappa == pytest.approx(other.kappa)
        assert one.alike == pytest.approx(other.alike)


@settings(deadline=None)
@given(tables(st.integers(2, 5)))
def test_kappa_is_never_above_1_and_1_only_where_all_agree(table):
    for scale in (NOMINAL, LEVELS):
        found = concordance(table, scale)
        if found.kappa is not None:
            assert found.kappa <= 1
            assert (found.kappa == pytest.approx(1)) == (found.alike == 1)
        if found.interval:
            assert found.interval[0] < found.interval[1] <= 1


@settings(deadline=None)
@given(tables(st.integers(2, 5)), st.data())
def test_an_answer_beside_the_scale_is_as_far_as_can_be(table, data):
    assert LEVELS.distance("NE", data.draw(answers)) == 1
    assert LEVELS.distance("NE", "NE") == 0


def test_on_a_scale_a_neighbour_counts_less_than_the_other_end():
    near = concordance([["3", "4"], ["1", "1"], ["4", "4"], ["2", "2"]], LEVELS).kappa
    far = concordance([["1", "4"], ["1", "1"], ["4", "4"], ["2", "2"]], LEVELS).kappa
    assert near > far


@pytest.mark.parametrize("raters", [2, 3, 7])
@pytest.mark.parametrize("scale", [NOMINAL, LEVELS])
def test_where_everybody_always_says_the_same_there_is_no_kappa(scale, raters):
    found = concordance([["2"] * raters] * 9, scale)
    assert (found.kappa, found.interval, found.no_interval) == (None, None, NoInterval.UNDEFINED)
    assert found.alike == 1


VARIED = [
    ["1", "1", "2"],
    ["2", "2", "2"],
    ["3", "4", "4"],
    ["4", "4", "4"],
    ["1", "1", "1"],
    ["3", "3", "2"],
]


def test_with_four_items_there_is_no_interval_and_with_five_there_is():
    assert concordance(VARIED[: LEAST_ITEMS - 1], LEVELS).no_interval is NoInterval.FEW_ITEMS
    found = concordance(VARIED[:LEAST_ITEMS], LEVELS)
    assert found.no_interval is None
    assert found.interval[0] <= found.kappa <= found.interval[1]


def test_full_agreement_on_few_items_has_no_interval_of_no_width():
    found = concordance([[level] * 3 for level in "1234123"], LEVELS)
    assert (found.kappa, found.interval, found.no_interval) == (1, None, NoInterval.NO_SPREAD)


def test_what_only_one_item_shows_has_no_interval():
    found = concordance([["1", "2", "2"], *[["1"] * 3] * 7], LEVELS)
    assert found.kappa is not None
    assert found.no_interval is NoInterval.UNSTABLE


def test_the_interval_is_the_same_each_time_and_like_another_implementation_s():
    table = VARIED * 3
    found = concordance(table, LEVELS)
    assert concordance(table, LEVELS) == found

    def kappa(rows):
        return concordance([table[row] for row in rows], LEVELS).kappa

    other = bootstrap(
        (np.arange(len(table)),), kappa, vectorized=False, method="percentile", n_resamples=1000, rng=1
    ).confidence_interval
    assert found.interval == pytest.approx((other.low, other.high), abs=0.04)


@pytest.mark.parametrize(
    "table",
    [
        pytest.param([], id="no item"),
        pytest.param([["1"]], id="one rater"),
        pytest.param([["1", "2"], ["1"]], id="an answer is missing"),
    ],
)
def test_what_can_not_be_measured_is_refused(table):
    with pytest.raises(ValueError, match="two raters"):
        concordance(table)
