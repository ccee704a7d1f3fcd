"""What became of the suggestions: counted once each, by grid, for who answers for the service."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from assessment.factories import LEVEL_2, LEVEL_3, NOT_ASSESSABLE, draft
from assessment.finalising import freeze
from assessment.models import Reading
from assessment.overrides import overrides
from assessment.seconding import second
from cases import factories
from pole.clock import database_now
from tests.alerts.screens import queries_of
from tests.cast import signed_in
from tests.ui.conftest import undefined_variables_fail  # noqa: F401 - pages are held to it too

pytestmark = pytest.mark.django_db


def read(cast, answers=LEVEL_2, *, grid="pdc-1", ago=0, **choice) -> Reading:
    case = factories.case(cast.victims, team=[cast.ana], followed="Nora Lien")
    made = draft(case, cast.ana, answers, grid=grid)
    at = database_now() - timedelta(days=ago)
    return freeze(actor=cast.actor(cast.ana), reading_id=made.pk, at=at, **choice)


def counted(cast):
    return {each.grid: each for each in overrides(Reading.objects.finalised())}


def test_kept_raised_lowered_and_retyped_are_told_apart(cast, inside):
    read(cast)
    read(cast, chosen=4)
    read(cast, LEVEL_3, chosen=2, motive="Il est parti.")
    read(cast, chosen_dynamics="T4", motive="Elle le dit.")
    read(cast, NOT_ASSESSABLE)
    found = counted(cast)["pdc-1"]
    assert (found.readings, found.kept, found.raised, found.lowered, found.retyped) == (5, 3, 1, 1, 1)
    assert found.chosen_for == {2: {2: 2, 4: 1}, 3: {2: 1}, None: {None: 1}}
    assert sum(width for _name, _count, _start, width in found.parts) == pytest.approx(100)


def test_the_second_readers_word_is_counted_and_what_is_late(cast, inside, rita):
    agreed = read(cast, LEVEL_3, chosen=2, motive="Il est parti.")
    second(actor=rita, reading_id=agreed.pk, agrees=True)
    read(cast, LEVEL_3, chosen=2, motive="Il est parti.", ago=30)
    found = counted(cast)["pdc-1"]
    assert found.seconds == {"agreed": 1, "wanted": 1}
    assert found.overdue == 1


def test_each_version_of_the_grid_is_counted_by_itself(cast, inside):
    read(cast)
    read(cast, {"F1": "yes"}, grid="ticks-1")
    assert {code: each.readings for code, each in counted(cast).items()} == {"pdc-1": 1, "ticks-1": 1}


def page(cast, who, service=None, **query):
    url = reverse("assessment:statistics", args=[(service or cast.victims).slug])
    return signed_in(Client(), who).get(url, query)


def test_the_page_is_for_who_reads_a_second_time_in_this_service(cast, inside):
    read(cast)
    for who in (cast.rita, cast.denis):
        assert "comme suggéré\N{NO-BREAK SPACE}: 1" in page(cast, who).content.decode()
    for who in (cast.ana, cast.olga):
        assert page(cast, who).status_code == 403
    assert page(cast, cast.dora).status_code == 404
    assert "comme suggéré" not in page(cast, cast.remy, cast.programme).content.decode()


def test_a_period_leaves_out_what_was_read_outside_it(cast, inside):
    read(cast, ago=40)
    read(cast)
    since = timezone.localdate() - timedelta(days=10)
    assert "comme suggéré\N{NO-BREAK SPACE}: 1" in page(cast, cast.rita, depuis=since).content.decode()
    assert "comme suggéré\N{NO-BREAK SPACE}: 1" in page(cast, cast.rita, jusque=since).content.decode()
    assert (
        "Aucune lecture" in page(cast, cast.rita, depuis=timezone.localdate() + timedelta(1)).content.decode()
    )
    assert "Il y a quelque chose à corriger" in page(cast, cast.rita, depuis="hier").content.decode()


def test_the_table_names_levels_and_nobody(cast, inside):
    read(cast, chosen=4)
    text = page(cast, cast.rita, format="csv").content.decode("utf-8-sig")
    assert text.splitlines() == ["grille;suggéré;retenu;lectures", "pdc-1;2;4;1"]


def test_the_page_asks_as_often_for_three_readings_as_for_thirty(cast, inside):
    for _ in range(3):
        read(cast)
    few = queries_of(cast.rita, "assessment:statistics")
    for _ in range(27):
        read(cast)
    assert len(queries_of(cast.rita, "assessment:statistics")) == len(few) <= 15


@pytest.mark.parametrize(
    "period",
    [
        pytest.param({"depuis": "hier"}, id="no day"),
        pytest.param({"depuis": "2026-09-02", "jusque": "2026-09-01"}, id="ends before it begins"),
    ],
)
def test_a_table_of_a_period_that_is_none_is_no_empty_table(cast, inside, period):
    read(cast)
    answer = page(cast, cast.rita, format="csv", **period)
    assert answer.status_code == 422
    assert "Il y a quelque chose à corriger" in answer.content.decode()
