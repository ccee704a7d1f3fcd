"""What was answered stands on the page of a finalised reading: nobody seconds what they can't read."""

from datetime import timedelta

import pytest
from django.utils import timezone

from alerts.factories import finalised
from assessment.answered import answered
from assessment.factories import LEVEL_3, LEVEL_4
from assessment.models import Reading
from pole.clock import database_now
from pole.tenancy.context import inside
from tests.alerts.screens import get, text_of, undefined_variables_fail
from tests.cast import Cast

pytestmark = pytest.mark.django_db
__all__ = ["undefined_variables_fail"]
NOTE = "Dit devant la voisine, rue des Ypérites."
GIVEN = LEVEL_4 | {
    "A15": {"value": "current", "source": "victim", "details": {"means": True}, "note": NOTE},
    "B9": "unknown",
}


@pytest.fixture
def lowered(cast: Cast) -> Reading:
    ana, at = cast.actor(cast.ana), database_now()
    finalised(ana, LEVEL_3, at=at - timedelta(days=3))
    with inside(cast.victims):
        case = Reading.objects.finalised().get().case
    finalised(ana, GIVEN, at=at, case=case, chosen=3, motive="Il est parti.")
    with inside(cast.victims):
        return Reading.objects.finalised().latest_first().select_related("case")[0]


def test_each_line_stands_with_its_answer_in_words_and_its_note(cast: Cast, lowered):
    with inside(cast.victims):
        by_axis = {axis.code: axis for axis in answered(lowered)}
    lines = {line.code: line for axis in by_axis.values() for line in axis.lines}
    assert set(lines) == set(GIVEN)
    assert lines["A15"].answer == "actuel (30 jours ou moins), moyens à disposition : oui, dit par la victime"
    assert lines["A15"].note == NOTE
    assert [code for code, line in lines.items() if line.is_unknown] == ["B9"]
    assert len(by_axis["C"].unexplored) == 6
    assert not by_axis["C"].lines


def test_the_second_reader_and_the_team_read_it_and_nobody_else(cast: Cast, lowered):
    for who, opened in ((cast.rita, True), (cast.ana, False)):
        page = text_of(get(who, "alerts:reading", lowered.pk))
        assert NOTE in page
        assert ('<details class="why answered" open>' in page) is opened
    for who, service in ((cast.eli, cast.victims), (cast.dora, cast.elsewhere), (cast.dora, cast.victims)):
        answer = get(who, "alerts:reading", lowered.pk, service=service)
        assert answer.status_code == 404
        assert NOTE not in answer.content.decode()


def test_what_changed_since_the_previous_reading_stands_there_too(cast: Cast, lowered):
    page = text_of(get(cast.ana, "alerts:reading", lowered.pk))
    since = page[page.index("Depuis la lecture précédente") :]
    assert "niveau relevé" in since
    assert "nouveau : Menace de tuer" in since
    assert f"?de={lowered.previous_id}&amp;a={lowered.pk}#comparison-title" in since

    first = text_of(get(cast.ana, "alerts:reading", lowered.previous_id))
    assert "Depuis la lecture précédente" not in first


def test_an_answer_of_a_day_says_the_day(cast: Cast):
    seen = timezone.localdate() - timedelta(days=3)
    finalised(cast.actor(cast.ana), LEVEL_4 | {"A7": {"value": "current", "seen": seen}}, at=database_now())
    with inside(cast.victims):
        [axis, *_others] = answered(Reading.objects.finalised().get())
    assert f"vu le {seen.day}" in next(line.answer for line in axis.lines if line.code == "A7")
