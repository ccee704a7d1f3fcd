"""Giving the previous answer again: what comes along, and what has had its day."""

from datetime import date

import pytest

from assessment.confirming import offered
from assessment.grid import Answer
from tests.assessment.reader import GRID

ON = date(2026, 9, 15)
RECENTLY, THIS_SUMMER, LONG_AGO = date(2026, 9, 1), date(2026, 7, 1), date(2024, 1, 1)


@pytest.mark.parametrize(
    ("before", "again"),
    [
        pytest.param(Answer("absent"), Answer("absent"), id="no date"),
        pytest.param(Answer("recent", None, "victim"), Answer("recent"), id="a source speaks for its day"),
        pytest.param(
            Answer("current", RECENTLY, "victim"),
            Answer("current", RECENTLY, "victim"),
            id="still this month",
        ),
        pytest.param(Answer("current", THIS_SUMMER, "victim"), Answer("current"), id="no more this month"),
        pytest.param(Answer("recent", LONG_AGO, "author"), Answer("recent"), id="no more this year"),
        pytest.param(
            Answer("past", LONG_AGO, "document"), Answer("past", LONG_AGO, "document"), id="past stays past"
        ),
        pytest.param(Answer("unknown"), Answer("unknown"), id="asked again, still not known"),
    ],
)
def test_when_it_was_seen_stays_while_it_agrees(before, again):
    assert offered(GRID, "A8", before, on=ON) == again


def test_details_stay_with_what_they_are_details_of():
    threat = Answer("current", THIS_SUMMER, "author", {"means": True, "access_or_date": False})
    assert offered(GRID, "A15", threat, on=ON) == Answer("current", None, None, threat.details)


def test_a_detail_that_is_wanting_does_not_cost_the_date():
    threat = Answer("current", RECENTLY, "author", {"means": True})
    assert offered(GRID, "A15", threat, on=ON) == threat
