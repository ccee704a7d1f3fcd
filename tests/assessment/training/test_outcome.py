"""From hand-ins to numbers, and from numbers to words."""

import pytest

from assessment.grids import load_grid
from assessment.training.outcome import outcome_of, subjects_of
from assessment.training.picture import picture_of
from assessment.training.shown import shown_outcome, spreads_of, strength

GRID, TICKS = load_grid("pdc-1"), load_grid("ticks-1")
VIGNETTES = ["one", "two", "three", "four", "five"]


def said(level, dynamics="T2", **answers):
    return {"answers": answers, "dynamics": dynamics, "level": level}


def rater(*levels, **answers):
    return {vignette: said(level, **answers) for vignette, level in zip(VIGNETTES, levels, strict=True)}


THREE = [rater(1, 2, 3, 4, None), rater(1, 2, 4, 4, None, A8="absent"), rater(2, 2, 3, 4, 1)]


def measure(outcome, code):
    return next(each for each in outcome["measures"] if each["code"] == code)


def test_level_type_and_every_line_are_measured_in_the_grids_order():
    codes = [each["code"] for each in outcome_of(GRID, VIGNETTES, THREE)["measures"]]
    assert codes == ["level", "dynamics", *GRID.indicators]


def test_the_type_is_nominal_and_the_level_stands_on_a_scale():
    outcome = outcome_of(GRID, VIGNETTES, THREE)
    assert measure(outcome, "dynamics")["coefficient"] == "fleiss"
    assert measure(outcome, "level")["coefficient"] == "pairwise"


def test_answers_are_counted_by_vignette_and_not_explored_is_an_answer():
    counts = outcome_of(GRID, VIGNETTES, THREE)["distributions"]
    assert counts["five"]["level"] == {"NE": 2, "1": 1}
    assert counts["one"]["A8"] == {"": 2, "absent": 1}


def test_not_assessable_is_beside_the_scale_and_not_below_it():
    beside = outcome_of(
        GRID, VIGNETTES, [rater(1, 2, 3, 4, None), rater(1, 2, 3, 4, 1), rater(1, 2, 3, 4, 1)]
    )
    below = outcome_of(GRID, VIGNETTES, [rater(1, 2, 3, 4, 2), rater(1, 2, 3, 4, 1), rater(1, 2, 3, 4, 1)])
    assert measure(beside, "level")["apart"] > measure(below, "level")["apart"]


def test_a_grid_without_types_has_no_measure_of_types():
    hand_ins = [{v: said(1, None) for v in VIGNETTES} for _ in range(3)]
    codes = [each["code"] for each in outcome_of(TICKS, VIGNETTES, hand_ins)["measures"]]
    assert codes == ["level", *TICKS.indicators]


def test_numbers_stand_as_far_apart_as_they_are():
    def apart(third):
        hand_ins = [rater(1, 2, 3, 4, 4, C6=days) for days in ("0", third, "20")]
        return measure(outcome_of(GRID, VIGNETTES, hand_ins), "C6")["apart"]

    assert apart("1") == pytest.approx(apart("19"))
    assert apart("unknown") > apart("1")


def test_numbers_written_otherwise_break_nothing():
    hand_ins = [rater(1, 2, 3, 4, 4, C6=days) for days in ("7", "07", "7")]
    assert measure(outcome_of(GRID, VIGNETTES, hand_ins), "C6")["apart"] == 0


@pytest.mark.parametrize("raters", [0, 1, 2])
def test_fewer_than_three_are_a_number_and_nothing_else(raters):
    assert outcome_of(GRID, VIGNETTES, THREE[:raters]) == {
        "raters": raters,
        "measures": [],
        "distributions": {},
    }


def test_lines_that_divide_most_stand_on_top_and_settled_ones_apart():
    hand_ins = [
        rater(1, 2, 3, 4, 4, A1="absent", A2=a2, A3=a3)
        for a2, a3 in (("absent", "absent"), ("past", "current"), ("absent", "worsening"))
    ]
    shown = shown_outcome(outcome_of(GRID, VIGNETTES, hand_ins), GRID)
    assert [each.code for each in shown.lines] == ["A3", "A2"]
    assert "A1" in {each.code for each in shown.settled}
    assert len(shown.settled) + len(shown.lines) == len(GRID.indicators)


@pytest.mark.parametrize(
    ("kappa", "word"),
    [
        (-0.2, "pas mieux que le hasard"),
        (0.0, "pas mieux que le hasard"),
        (0.2, "très faible"),
        (0.21, "faible"),
        (0.41, "moyenne"),
        (0.61, "forte"),
        (0.8, "forte"),
        (0.81, "presque complète"),
        (1.0, "presque complète"),
    ],
)
def test_words_for_kappa_change_at_the_convention_s_bounds(kappa, word):
    assert strength(kappa) == word


def test_one_s_own_answer_and_the_proposed_one_are_marked_and_not_counted():
    counts = {"level": {"3": 2, "4": 1}, "A8": {"": 3}}
    spreads = spreads_of(GRID, counts, mine=said(4, A8="absent"), proposed=said(2, A8=""))
    level, _dynamics, a8 = spreads
    assert [(each.label, each.count, each.is_mine, each.is_proposed) for each in level.said] == [
        ("3 · élevée", 2, False, False),
        ("4 · imminente", 1, True, False),
        ("2 · modérée", 0, False, True),
    ]
    assert [(each.label, each.count) for each in a8.said] == [("non exploré", 3), ("absent", 0)]


def test_lines_that_nobody_explored_are_left_out():
    spreads = spreads_of(GRID, {"A8": {"": 3}, "A9": {"": 2, "recent": 1}}, mine=None, proposed=None)
    assert [each.code for each in spreads] == ["A9"]


def test_the_picture_keeps_every_interval_inside_its_axis():
    hand_ins = [rater(*levels) for levels in ((1, 2, 3, 4, 1), (4, 3, 2, 1, 4), (2, 1, 4, 3, 3))]
    picture = picture_of(shown_outcome(outcome_of(GRID, VIGNETTES, hand_ins), GRID).pictured)
    assert picture.rows
    for row in picture.rows:
        assert picture.left <= (row.low if row.low is not None else row.x) <= row.x
        assert row.x <= (row.high if row.high is not None else row.x) <= picture.right
    [(_, lowest), *_, (right, highest)] = picture.ticks
    assert (highest, right) == (1.0, picture.right)
    assert lowest < 0


def test_what_a_rater_said_can_be_asked_of_any_grid():
    for grid in (GRID, TICKS):
        for subject in subjects_of(grid):
            assert isinstance(subject.said_in(said(None, None)), str)
