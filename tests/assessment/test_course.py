"""The course of a case: each finalised reading once, what changed, and nothing to who is not of the team."""

import re
from datetime import timedelta
from itertools import pairwise

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from assessment.course import LEFT, POINT, RIGHT, WIDTH, course_of, sign
from assessment.factories import LEVEL_1, LEVEL_2, LEVEL_3, LEVEL_4, NOT_ASSESSABLE, draft
from assessment.finalising import freeze
from assessment.models import Reading
from cases import services
from cases.models import ExternalRating
from pole.clock import database_now
from tests.cast import signed_in
from tests.ui.conftest import undefined_variables_fail  # noqa: F401 - pages are held to it too

pytestmark = pytest.mark.django_db


def finalised(cast, case, *answers, every=timedelta(days=10)) -> list[Reading]:
    """Readings of Ana's, one after the other, the last one today."""
    start = database_now() - every * (len(answers) - 1)
    for number, given in enumerate(answers):
        reading = draft(case, cast.ana, given)
        freeze(actor=cast.actor(cast.ana), reading_id=reading.pk, at=start + every * number)
    return list(Reading.objects.finalised().order_by("finalised_at"))


def page(cast, case, who=None, **query):
    client = signed_in(Client(), who or cast.ana)
    return client.get(reverse("assessment:course", args=[cast.victims.slug, case.pk]), query)


def test_a_higher_level_stands_higher_and_a_later_reading_further_right(cast, case):
    first, second = course_of(finalised(cast, case, LEVEL_1, LEVEL_4)).steps
    assert (first.retained.level.value, second.retained.level.value) == (1, 4)
    assert first.y > second.y
    assert LEFT <= first.x < second.x <= WIDTH - RIGHT


def test_what_is_new_and_what_is_gone_is_told_from_one_reading_to_the_next(cast, case):
    first, second, third = course_of(
        finalised(cast, case, LEVEL_2, LEVEL_3, LEVEL_1 | {"A8": "recent"})
    ).steps
    assert first.since is None
    assert (second.since.new, second.since.moved) == (("Séquestration",), 1)
    assert second.since.gone == ()
    assert (third.since.gone, third.since.moved) == (("Séquestration",), 0)
    assert len(third.since.new) == 1


def test_a_reading_that_is_not_assessable_breaks_the_line(cast, case):
    course = course_of(finalised(cast, case, NOT_ASSESSABLE, LEVEL_2, LEVEL_3))
    missing, second, third = course.steps
    assert missing.retained.level.value is None
    assert missing.y > second.y
    assert course.path == f"M{second.x} {second.y}H{third.x}V{third.y}"


def test_a_single_reading_stands_at_the_newest_end(cast, case):
    [only] = course_of(finalised(cast, case, LEVEL_2)).steps
    assert only.x == WIDTH - RIGHT


@pytest.mark.parametrize("number", [1, 2, 7, 40])
def test_points_of_one_moment_stand_apart_and_inside(cast, case, number):
    readings = finalised(cast, case, LEVEL_2) * number
    places = [step.x for step in course_of(readings).steps]
    assert places == sorted(set(places))
    assert places[0] >= LEFT
    assert places[-1] <= WIDTH - RIGHT
    if number < 20:
        assert all(right - left >= 2 * POINT for left, right in pairwise(places))


def rated(cast, case, **days_ago: int) -> None:
    """What other instruments said, each so many days ago."""
    for instrument, ago in days_ago.items():
        services.record_rating(
            actor=cast.actor(cast.ana),
            case=case,
            instrument=instrument,
            level="3",
            rated_on=timezone.localdate() - timedelta(days=ago),
            rated_by="Zone de police",
        )


def test_other_instruments_stand_in_their_own_row_on_their_own_day(cast, case):
    readings = finalised(cast, case, LEVEL_1, LEVEL_4)
    rated(cast, case, evivico=4, odara=20)
    course = course_of(readings, ExternalRating.objects.all())
    assert [(mark.sign, mark.rating.instrument) for mark in course.marks] == [
        ("a", "odara"),
        ("b", "evivico"),
    ]
    (before, between), (first, last) = course.marks, course.steps
    assert before.x < first.x < between.x < last.x
    assert course.marks_y > max(place for place, _level in course.lanes)
    assert course.begins.date() == timezone.localdate() - timedelta(days=20)


def test_other_instruments_move_no_level_in_the_picture(cast, case):
    readings = finalised(cast, case, LEVEL_1, LEVEL_4)
    without = course_of(readings)
    rated(cast, case, odara=4)
    beside = course_of(readings, ExternalRating.objects.all())
    assert [step.y for step in beside.steps] == [step.y for step in without.steps]
    assert beside.lanes == without.lanes
    assert beside.path == without.path


def test_the_picture_has_the_types_where_they_change_and_the_number_of_markers(cast, case):
    dominates = LEVEL_1 | {"A1": "current", "A2": "current", "A3": "current"}
    readings = finalised(
        cast, case, LEVEL_3, dominates, dominates | {"A8": "recent", "E9": "recent", "E10": "recent"}, LEVEL_2
    )
    course = course_of(readings)
    assert [step.type_from_here for step in course.steps] == ["TI", "T2", "", "TI"]
    assert max(place for place, _level in course.lanes) < course.types_y < course.markers_y < course.height

    html = page(cast, case).content.decode()
    drawn = {
        name: re.findall(rf'class="course-label course-{name}"[^>]*>([^<]+)</text>', html)
        for name in ("type", "markers")
    }
    assert drawn == {"type": ["TI", "T2", "TI"], "markers": ["1", "0", "3", "0"]}


def test_a_grid_without_types_and_markers_has_no_such_rows(cast, case):
    at = database_now()
    freeze(
        actor=cast.actor(cast.ana),
        reading_id=draft(case, cast.ana, {"F1": "yes"}, grid="ticks-1").pk,
        at=at,
    )
    course = course_of(Reading.objects.finalised())
    assert (course.types_y, course.markers_y) == (None, None)
    assert "course-type" not in page(cast, case).content.decode()


@pytest.mark.parametrize(("number", "letters"), [(0, "a"), (25, "z"), (26, "aa"), (52, "ba")])
def test_the_signs_of_marks_go_on_after_z(number, letters):
    assert sign(number) == letters


def test_the_page_draws_and_tables_what_stands_and_only_tables_what_was_taken_back(cast, case):
    finalised(cast, case, LEVEL_2, LEVEL_3)
    rated(cast, case, odara=2, evivico=1)
    wrong = ExternalRating.objects.get(instrument="evivico")
    services.withdraw_rating(actor=cast.actor(cast.ana), case=case, rating=wrong, because="Autre dossier.")
    html = page(cast, case).content.decode()
    assert html.count('<g class="course-mark">') == 1
    assert html.count('class="ratings-sign"') == 1
    assert "Autre dossier." in html
    assert "jamais mêlé à une moyenne" in html


def test_what_others_said_is_shown_before_there_is_a_reading(cast, case):
    rated(cast, case, odara=2)
    html = page(cast, case).content.decode()
    assert "le parcours commence avec la première" in html
    assert "ODARA" in html
    assert "course-mark" not in html


def test_the_page_says_in_a_table_what_the_picture_shows(cast, case):
    finalised(cast, case, LEVEL_2, LEVEL_3)
    html = " ".join(page(cast, case).content.decode().split())
    assert html.count('<g class="course-point') == 2
    for words in (
        "Parcours des lectures",
        "niveau relevé",
        "nouveau : Séquestration",
        "Première lecture",
        "non validée",
    ):
        assert words in html


def test_a_level_that_appears_or_is_lost_is_a_change(cast, case):
    finalised(cast, case, NOT_ASSESSABLE, LEVEL_2)
    html = page(cast, case).content.decode()
    assert "désormais évaluable" in html
    assert "rien n’a changé" not in html


def test_a_draft_is_not_on_it(cast, case):
    draft(case, cast.ana, LEVEL_4)
    html = page(cast, case).content.decode()
    assert "le parcours commence avec la première" in html
    assert "course-point" not in html


def test_for_a_colleague_outside_the_team_and_a_stranger_it_does_not_exist(cast, case):
    finalised(cast, case, LEVEL_2)
    for who in (cast.eli, cast.dora, cast.bruno):
        assert page(cast, case, who).status_code == 404


def test_thirty_readings_ask_the_database_as_often_as_three(cast, case):
    counts = []
    for more in (3, 27):
        finalised(cast, case, *[LEVEL_2] * more, every=timedelta(hours=1))
        for ago in range(more):
            rated(cast, case, odara=ago)
        client = signed_in(Client(), cast.ana)
        url = reverse("assessment:course", args=[cast.victims.slug, case.pk])
        client.get(url)
        with CaptureQueriesContext(connection) as captured:
            client.get(url)
        counts.append(sum("SAVEPOINT" not in query["sql"] for query in captured))
    assert counts[0] == counts[1] <= 15
