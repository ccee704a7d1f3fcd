"""Two readings side by side: every answer that differs, once, and nothing else."""

from datetime import date

import pytest
from django.utils.translation import override

from assessment.comparing import compare
from assessment.factories import LEVEL_2, LEVEL_3, draft
from assessment.finalising import freeze
from pole.clock import database_now
from tests.assessment.test_course import finalised, page

pytestmark = pytest.mark.django_db


def compared(cast, case, *answers):
    first, second = finalised(cast, case, *answers)
    return compare(first, second)


def changed(comparison):
    return {line.code: (line.earlier, line.later) for line in comparison.differences}


def test_an_answer_that_changed_is_told_on_both_sides(cast, case):
    found = compared(cast, case, LEVEL_2, LEVEL_2 | {"A7": "current"})
    assert changed(found) == {"A7": ("récent (12 mois ou moins)", "actuel (30 jours ou moins)")}
    assert found.same == len(LEVEL_2) - 1


def test_explored_since_and_no_longer_explored_are_not_the_same(cast, case):
    found = compared(cast, case, {"A1": "recent", "A2": "absent"}, {"A2": "absent", "A3": "unknown"})
    assert changed(found) == {"A1": ("récent (12 mois ou moins)", ""), "A3": ("", "inconnu")}


def test_another_source_is_a_difference(cast, case):
    found = compared(
        cast,
        case,
        {"A1": {"value": "recent", "source": "victim"}},
        {"A1": {"value": "recent", "source": "author"}},
    )
    assert list(changed(found)) == ["A1"]


@pytest.mark.parametrize(
    ("then", "now", "what"),
    [
        pytest.param({"value": "recent"}, {"value": "past"}, ["answer"], id="the answer"),
        pytest.param(
            {"value": "recent", "seen": date(2026, 3, 1)}, {"value": "recent"}, ["date"], id="its date"
        ),
        pytest.param(
            {"value": "recent", "source": "victim"},
            {"value": "recent", "source": "author"},
            ["source"],
            id="who says it",
        ),
    ],
)
def test_it_says_which_part_of_an_answer_differs(cast, case, then, now, what):
    with override("en"):
        [line] = compared(cast, case, LEVEL_2 | {"A2": then}, LEVEL_2 | {"A2": now}).answered_otherwise
        assert [str(part) for part in line.what] == what


def test_what_is_newly_explored_stands_apart_from_what_no_longer_is(cast, case):
    found = compared(cast, case, {"A1": "recent", "A2": "absent"}, {"A2": "recent", "A3": "unknown"})
    assert [line.code for line in found.newly_explored] == ["A3"]
    assert [line.code for line in found.no_longer_explored] == ["A1"]
    assert [line.code for line in found.answered_otherwise] == ["A2"]
    assert not found.is_unchanged


def test_markers_that_came_and_went(cast, case):
    found = compared(cast, case, LEVEL_3, LEVEL_2 | {"A8": "recent"})
    assert found.change.gone == ("Séquestration",)
    assert len(found.change.new) == 1


def test_the_earlier_stands_first_whichever_is_given_first(cast, case):
    first, second = finalised(cast, case, LEVEL_2, LEVEL_3)
    assert compare(second, first) == compare(first, second)


def test_nothing_changed(cast, case):
    found = compared(cast, case, LEVEL_2, LEVEL_2)
    assert found.differences == found.change.new == found.change.gone == ()
    assert found.is_unchanged


def test_of_two_grids_only_the_lines_that_say_the_same_are_compared(cast, case):
    [first] = finalised(cast, case, LEVEL_2)
    other = draft(case, cast.ana, {"F1": "yes"}, grid="ticks-1")
    freeze(actor=cast.actor(cast.ana), reading_id=other.pk, at=database_now())
    other.refresh_from_db()
    found = compare(first, other)
    assert found.grids_differ
    assert found.differences == ()
    assert found.left_out > 47
    assert found.change.new == found.change.gone == (), (
        "what only one of them can mark neither comes nor goes"
    )
    assert not found.change.dynamics_changed
    html = page(cast, case, de=first.pk, a=other.pk).content.decode()
    assert "Seul ce que les deux versions connaissent est comparé" in html


def test_the_page_compares_the_two_that_are_chosen(cast, case):
    first, _second, third = finalised(cast, case, LEVEL_2, LEVEL_2, LEVEL_3)
    assert "Deux lectures côte à côte" not in page(cast, case).content.decode()
    html = page(cast, case, de=first.pk, a=third.pk).content.decode()
    assert "Deux lectures côte à côte" in html
    assert "Séquestration" in html


@pytest.mark.parametrize("a", ["", "x", "00000000-0000-0000-0000-000000000000"])
def test_a_reading_that_is_not_of_this_case_is_not_compared(cast, case, a):
    first, _second = finalised(cast, case, LEVEL_2, LEVEL_3)
    answer = page(cast, case, de=first.pk, a=a)
    assert answer.status_code == 200
    assert "Deux lectures côte à côte" not in answer.content.decode()
    assert "Choisissez deux lectures différentes" in answer.content.decode()


def test_a_reading_is_not_compared_with_itself_and_nothing_is_said_before_it_is_asked(cast, case):
    first, _second = finalised(cast, case, LEVEL_2, LEVEL_2)
    assert (
        "Choisissez deux lectures différentes" in page(cast, case, de=first.pk, a=first.pk).content.decode()
    )
    assert "Choisissez deux lectures différentes" not in page(cast, case).content.decode()


def test_two_readings_alike_are_said_to_be(cast, case):
    first, second = finalised(cast, case, LEVEL_2, LEVEL_2)
    html = page(cast, case, de=first.pk, a=second.pk).content.decode()
    assert "Rien n’a changé de l’une à l’autre." in html
