"""Facts over history: what a protocol counts in a case's past, and that the counts alone decide."""

from datetime import date

import pytest

from pole.calendar import Period
from protocols.history import ALERT, INCIDENT, READING, Count, Event

DAY = date(2026, 9, 15)
YEAR = Period.parse("12 months")


def incidents(*days: str, code: str = "physical") -> list[Event]:
    return [Event(INCIDENT, date.fromisoformat(day), code) for day in days]


@pytest.mark.parametrize(
    ("days", "number"),
    [
        pytest.param([], 0, id="nothing recorded is none, not unknown"),
        pytest.param(["2026-09-15"], 1, id="the day itself"),
        pytest.param(["2025-09-15"], 1, id="twelve months to the day still count"),
        pytest.param(["2025-09-14"], 0, id="a day more does not"),
        pytest.param(["2026-09-16"], 0, id="nor does what is later than the reading"),
        pytest.param(["2026-01-01", "2026-01-01"], 2, id="two on one day are two"),
    ],
)
def test_what_happened_within_the_period_counts(days, number):
    assert Count("faits", INCIDENT, YEAR).among(incidents(*days), DAY) == number


def test_only_the_codes_and_levels_named_count():
    past = [
        *incidents("2026-03-01"),
        *incidents("2026-03-02", code="economic"),
        Event(READING, date(2026, 3, 3), level=3),
        Event(READING, date(2026, 3, 4), level=2),
        Event(READING, date(2026, 3, 5), level=None),
    ]
    assert Count("coups", INCIDENT, YEAR, of=frozenset({"physical"})).among(past, DAY) == 1
    assert Count("lectures", READING, YEAR).among(past, DAY) == 3
    assert Count("hautes", READING, YEAR, least_level=3).among(past, DAY) == 1


def test_what_is_counted_since_an_alert_is_missing_without_one():
    since = Count("faits depuis la réunion", INCIDENT, YEAR, since_last="red")
    past = incidents("2026-01-10", "2026-05-01", "2026-06-01")
    assert since.among(past, DAY) is None
    assert since.among([*past, Event(ALERT, date(2026, 2, 1), "orange")], DAY) is None
    assert since.among([*past, Event(ALERT, date(2026, 2, 1), "red")], DAY) == 2
    later = [Event(ALERT, date(2026, 2, 1), "red"), Event(ALERT, date(2026, 5, 1), "red")]
    assert since.among([*past, *later], DAY) == 1, "the latest one, and not what happened on its own day"
    assert since.among([*past, Event(ALERT, date(2025, 1, 1), "red")], DAY) is None, "beyond the period"
