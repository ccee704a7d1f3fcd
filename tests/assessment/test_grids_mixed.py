"""A service that changes its grid, and two that read with different ones: nothing is lowered, and nothing breaks."""

import json
from datetime import timedelta

import pytest
from django.urls import reverse

from alerts.linked import situations_shown
from assessment.deciding import decide
from assessment.exporting import exported
from assessment.factories import LEVEL_4, draft
from assessment.finalising import freeze
from assessment.grid import Answer
from assessment.grids import load_grid
from assessment.models import GridVersion, Reading
from assessment.reading import Previous, read
from assessment.recomputing import recompute
from assessment.refusals import MotiveMissing
from assessment.scale import common_level, common_scale
from assessment.versions import use_grid
from pole.clock import database_now
from pole.jsonfile import load as from_json
from tests.assessment.test_versions import stricter_text
from tests.cast import posting, signed_in
from tests.ui.conftest import undefined_variables_fail  # noqa: F401 - pages are held to it too

TICKS, PDC = load_grid("ticks-1"), load_grid("pdc-1")


def ticked(answers, previous: int):
    given = {code: Answer(value) for code, value in answers.items()}
    return read(TICKS, given, on=database_now().date(), previous=Previous(previous))


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("previous", "kept"),
    [
        pytest.param(2, 2, id="a level that this grid has"),
        pytest.param(4, 3, id="more than it can say: the most it can"),
    ],
)
def test_the_level_before_is_kept_as_far_as_the_grid_can_say_it(previous, kept):
    result = ticked({"F1": "yes"}, previous)
    assert result.severity == kept
    assert result.previous_level == previous
    assert [ground.code for ground in result.grounds] == ["previous"]


@pytest.mark.django_db
def test_what_the_grid_can_not_say_any_more_counts_as_lowered():
    assert decide(ticked({"F1": "yes"}, 4)).needs_motive
    assert not decide(ticked({"F1": "yes"}, 3)).needs_motive


@pytest.fixture
def after_level_4(cast, case, ana):
    """Read as 4 with the one grid, then begun with the other, which goes to 3."""
    at = database_now() - timedelta(days=2)
    freeze(actor=ana, reading_id=draft(case, cast.ana, LEVEL_4).pk, at=at)
    use_grid(actor=cast.actor(cast.denis), code="ticks-1")
    return draft(case, cast.ana, {"F1": "yes"}, grid="ticks-1")


@pytest.mark.django_db
def test_a_case_at_4_is_read_with_a_grid_that_goes_to_3(client, cast, case, ana, after_level_4):
    web, slug, pk = signed_in(client, cast.ana), cast.victims.slug, after_level_4.pk
    for name in ("assessment:fill", "alerts:preview"):
        assert web.get(reverse(name, args=[slug, pk])).status_code == 200
    with pytest.raises(MotiveMissing):
        freeze(actor=ana, reading_id=pk, at=database_now())
    freeze(actor=ana, reading_id=pk, at=database_now(), motive="La grille ne va pas plus loin.")
    page = web.get(reverse("alerts:reading", args=[slug, pk])).content.decode()
    assert "à concerter sans attendre" in page
    for name in ("desk:case", "assessment:course"):
        assert web.get(reverse(name, args=[slug, case.pk])).status_code == 200


@pytest.mark.django_db
def test_it_is_read_again_with_the_other_grid_too(client, cast, case, ana, after_level_4):
    again = draft(case, cast.rita, LEVEL_4, grid="pdc-1")
    freeze(actor=cast.actor(cast.rita), reading_id=again.pk, at=database_now())
    url = reverse("assessment:under_another", args=[cast.victims.slug, again.pk])
    assert signed_in(client, cast.ana).get(url, {"grille": "ticks-1"}).status_code == 200


@pytest.mark.django_db
def test_its_document_recomputes_though_the_level_before_is_none_of_its_grids(cast, case, ana, after_level_4):
    freeze(actor=ana, reading_id=after_level_4.pk, at=database_now(), motive="La grille ne va pas plus loin.")
    again = draft(case, cast.ana, {"F1": "yes"}, grid="ticks-1")
    freeze(actor=ana, reading_id=again.pk, at=database_now(), motive="La même.")
    for pk, said in ((after_level_4.pk, (4, None)), (again.pk, (3, 4))):
        document = exported(Reading.objects.get(pk=pk))
        assert (document["previous"]["level"], document["previous"]["before"]) == said
        assert recompute(from_json(json.dumps(document))).different == ()


@pytest.mark.django_db
def test_where_the_usual_grid_lacks_levels_the_common_words_are_all_of_one_grid(settings):
    assert {level: common_level(level).label for level in PDC.levels} == {
        level: each.label for level, each in PDC.levels.items()
    }
    settings.READING_GRID = "ticks-1"
    assert common_scale() == PDC.levels


def test_links_show_a_level_that_the_usual_grid_does_not_have(settings):
    settings.READING_GRID = "ticks-1"
    link = {
        "id": "x",
        "partner": "Passage",
        "state": "linked",
        "level": 4,
        "received_at": None,
        "asked_at": None,
        "disagreement": None,
        "agreed_level": None,
        "agreed_at": None,
    }
    [shown] = situations_shown([link], 3)
    assert (shown.own.value, shown.received.value, shown.applied.value) == (3, 4, 4)


@pytest.mark.django_db
def test_lists_show_it_too(client, cast, case, after_level_4, settings):
    settings.READING_GRID = "ticks-1"
    for name in ("cases:list", "desk:dashboard"):
        assert signed_in(client, cast.ana).get(reverse(name, args=[cast.victims.slug])).status_code == 200


@pytest.mark.django_db
def test_a_file_sent_by_a_form_is_the_same_text(client, cast, inside):
    for text in (stricter_text(), stricter_text().replace("\n", "\r\n")):
        url = reverse("assessment:grid_load", args=[cast.victims.slug])
        answer = signed_in(client, cast.denis).post(url, posting(text=text, confirm="1"))
        assert answer.status_code == 302
    assert GridVersion.objects.get().text == stricter_text()
