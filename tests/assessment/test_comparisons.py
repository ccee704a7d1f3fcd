"""All readings of a service under another grid: a few cases at a time, counted as if at once, and nothing changes."""

import pytest
from django.test import Client
from django.urls import reverse

from assessment import versions
from assessment.comparisons import go_on, start_comparison
from assessment.factories import LEVEL_1, LEVEL_2, LEVEL_3, LEVEL_4, NOT_ASSESSABLE
from assessment.grids import load_grid
from assessment.models import Answer, GridComparison, Reading
from assessment.refusals import NoSuchGrid, NothingReadWithIt, SameGrid
from assessment.transitions import Transitions
from pole.audit.models import Event, Tag
from pole.tenancy.actor import RightLacking
from pole.tenancy.context import tenant
from tests.alerts.screens import queries_of
from tests.assessment.test_grid_pages import page, send, text_of
from tests.assessment.test_versions import counted, read, stricter_text
from tests.cast import posting, signed_in
from tests.ui.conftest import undefined_variables_fail  # noqa: F401 - pages are held to it too

pytestmark = pytest.mark.django_db
OTHER = "pdc-1-stricter"


@pytest.fixture
def denis(cast):
    return cast.actor(cast.denis)


@pytest.fixture
def read_before(cast, inside):
    """Five cases, one of them read twice."""
    versions.load_version(stricter_text())
    for answers in (LEVEL_1, LEVEL_2, LEVEL_3, LEVEL_4):
        read(cast, answers)
    first = read(cast, NOT_ASSESSABLE, ago=9)
    read(cast, LEVEL_2, case=first.case)


def finished(actor, asked, at_once) -> tuple[GridComparison, int]:
    for steps in range(1, 20):
        asked = go_on(actor=actor, comparison_id=asked.pk, cases_at_once=at_once)
        if asked.finished_at:
            return asked, steps
    raise AssertionError("it never ends")


@pytest.mark.parametrize(("at_once", "steps"), [(1, 6), (2, 3), (5, 2), (100, 1)])
def test_a_few_cases_at_a_time_count_as_all_at_once(cast, denis, read_before, at_once, steps):
    asked = start_comparison(actor=denis, made_with="pdc-1", grid=OTHER)
    asked, taken = finished(denis, asked, at_once)
    assert Transitions.from_json(asked.counts) == counted(cast, "pdc-1", OTHER)
    assert (asked.done, asked.total, taken) == (6, 6, steps)


def test_a_step_says_how_far_it_is_and_a_finished_one_does_nothing(denis, read_before):
    asked = start_comparison(actor=denis, made_with="pdc-1", grid=OTHER)
    asked = go_on(actor=denis, comparison_id=asked.pk, cases_at_once=2)
    assert 2 <= asked.done < asked.total
    assert asked.finished_at is None
    asked, _steps = finished(denis, asked, 2)
    again = go_on(actor=denis, comparison_id=asked.pk)
    assert (again.counts, again.finished_at) == (asked.counts, asked.finished_at)


def test_no_reading_and_no_answer_changes(denis, read_before):
    def rows():
        return [list(model._base_manager.order_by("pk").values()) for model in (Reading, Answer)]

    before = rows()
    finished(denis, start_comparison(actor=denis, made_with="pdc-1", grid=OTHER), 2)
    assert rows() == before


def test_asked_twice_it_is_the_same_until_it_is_finished(denis, read_before):
    asked = start_comparison(actor=denis, made_with="pdc-1", grid=OTHER)
    assert start_comparison(actor=denis, made_with="pdc-1", grid=OTHER) == asked
    assert Event.objects.filter(tag=Tag.GRID_COMPARED).count() == 1
    finished(denis, asked, 100)
    assert start_comparison(actor=denis, made_with="pdc-1", grid=OTHER) != asked


@pytest.mark.parametrize(
    ("made_with", "grid", "refusal"),
    [
        pytest.param("pdc-1", "pdc-1", SameGrid, id="with itself"),
        pytest.param("ticks-1", "pdc-1", NothingReadWithIt, id="nothing was read with it"),
        pytest.param("pdc-1", "pdc-9", NoSuchGrid, id="no such grid"),
    ],
)
def test_what_cannot_be_compared_is_refused(denis, read_before, made_with, grid, refusal):
    with pytest.raises(refusal):
        start_comparison(actor=denis, made_with=made_with, grid=grid)
    assert not GridComparison.objects.exists()


def test_it_is_the_directions_alone_and_stays_in_the_service(cast, denis, read_before):
    asked = start_comparison(actor=denis, made_with="pdc-1", grid=OTHER)
    for who in (cast.ana, cast.rita, cast.olga):
        with pytest.raises(RightLacking):
            start_comparison(actor=cast.actor(who), made_with="pdc-1", grid=OTHER)
        with pytest.raises(RightLacking):
            go_on(actor=cast.actor(who), comparison_id=asked.pk)
        assert page(cast, who, "comparison", asked.pk).status_code == 403
    assert page(cast, cast.dora, "comparison", asked.pk).status_code == 404
    assert page(cast, cast.dina, "comparison", asked.pk, service=cast.programme).status_code == 404
    answer = send(cast, cast.dina, "comparison_onward", asked.pk, service=cast.programme)
    assert answer.status_code == 404
    with tenant(cast.programme.pk), pytest.raises(GridComparison.DoesNotExist):
        go_on(actor=cast.actor(cast.dina), comparison_id=asked.pk)


def test_the_page_moves_on_by_itself_and_ends_with_the_tables(cast, read_before):
    answer = send(cast, cast.denis, "compare_all", made_with="pdc-1", grid=OTHER)
    asked = GridComparison.objects.get()
    html = text_of(signed_in(Client(), cast.denis).get(answer.url))
    onward = reverse("assessment:comparison_onward", args=[cast.victims.slug, asked.pk])
    assert f'hx-post="{onward}" hx-trigger="load"' in html
    assert "Lectures relues : 0 sur 6" in html

    step = signed_in(Client(), cast.denis).post(onward, posting(), headers={"HX-Request": "true"})
    html = text_of(step)
    assert "6 lectures relues" in html
    assert "hx-trigger" not in html
    assert "<html" not in html
    assert "6 lectures relues" in text_of(page(cast, cast.denis, "comparison", asked.pk))


def test_without_a_script_a_button_moves_it_on(cast, read_before):
    send(cast, cast.denis, "compare_all", made_with="pdc-1", grid=OTHER)
    asked = GridComparison.objects.get()
    answer = send(cast, cast.denis, "comparison_onward", asked.pk)
    assert answer.url == reverse("assessment:comparison", args=[cast.victims.slug, asked.pk])


def test_a_choice_that_is_refused_comes_back_as_it_was(cast, read_before):
    answer = send(cast, cast.denis, "compare_all", made_with="pdc-1", grid="pdc-1")
    assert answer.status_code == 422
    assert "Choisissez deux grilles différentes" in text_of(answer)


def test_the_pages_ask_as_often_for_one_reading_as_for_many(cast, denis, inside):
    read(cast, LEVEL_2)
    asked = start_comparison(actor=denis, made_with="pdc-1", grid="ticks-1")
    finished(denis, asked, 1)
    few = queries_of(cast.denis, "assessment:comparison", asked.pk)
    for answers in (LEVEL_1, LEVEL_3, LEVEL_4):
        read(cast, answers)
    many, _steps = finished(denis, start_comparison(actor=denis, made_with="pdc-1", grid="ticks-1"), 9)
    assert len(queries_of(cast.denis, "assessment:comparison", many.pk)) == len(few) <= 15


def test_a_retired_grid_says_since_when(cast, denis, inside):
    versions.use_grid(actor=denis, code="ticks-1")
    versions.retire_grid(actor=denis, code="pdc-1")
    assert "retirée le" in text_of(page(cast, cast.ana, "grids"))
    versions.use_grid(actor=denis, code="pdc-1")
    assert "retirée le" not in text_of(page(cast, cast.ana, "grids"))


def test_what_a_grid_is_stands_in_its_own_words():
    assert load_grid("pdc-1").origin == "Grille de lecture inspirée du PDC, dans les mots de ce projet."
    assert load_grid("ticks-1").origin == "Liste de repères dans les mots de ce projet."
