"""Delays, counted in the hours of whoever must act."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pole.calendar import ALWAYS, BRUSSELS, Delay, Period, WorkingHours, due

DAY = ((time(9), time(17)),)
OFFICE = WorkingHours(week=(DAY,) * 5 + ((), ()))


def at(text: str) -> datetime:
    """A wall-clock time in Brussels."""
    return datetime.fromisoformat(text).replace(tzinfo=BRUSSELS)


@pytest.mark.parametrize(
    ("start", "delay", "hours", "end"),
    [
        pytest.param(
            "2026-09-18 16:30", "4 working hours", OFFICE, "2026-09-21 12:30", id="orange over a week-end"
        ),
        pytest.param(
            "2026-09-18 16:30", "2 working hours", OFFICE, "2026-09-21 10:30", id="its acknowledgement"
        ),
        pytest.param("2026-09-16 18:40", "1 hour", ALWAYS, "2026-09-16 19:40", id="red leaves at once"),
        pytest.param(
            "2026-09-16 18:40", "15 minutes", ALWAYS, "2026-09-16 18:55", id="police by day and night"
        ),
        pytest.param(
            "2026-09-16 18:40", "15 minutes", OFFICE, "2026-09-17 09:15", id="closed: from the reopening"
        ),
        pytest.param("2026-09-16 16:55", "15 minutes", OFFICE, "2026-09-17 09:10", id="closing in between"),
        pytest.param("2026-09-18 16:30", "2 working days", OFFICE, "2026-09-22 16:30", id="yellow"),
        pytest.param(
            "2026-09-18 16:30", "1 working day", OFFICE, "2026-09-21 16:30", id="its acknowledgement, yellow"
        ),
        pytest.param(
            "2026-09-18 18:00", "1 working day", OFFICE, "2026-09-22 09:00", id="begun outside hours"
        ),
        pytest.param(
            "2026-09-19 12:00", "2 working hours", OFFICE, "2026-09-21 11:00", id="begun on a Saturday"
        ),
        pytest.param(
            "2026-09-16 15:00", "2 working hours", OFFICE, "2026-09-16 17:00", id="ends at closing, not later"
        ),
        pytest.param(
            "2026-09-16 17:00", "1 working hour", OFFICE, "2026-09-17 10:00", id="closing time is closed"
        ),
        pytest.param("2026-09-16 09:00", "8 working hours", OFFICE, "2026-09-16 17:00", id="a whole day"),
        pytest.param("2026-09-16 08:00", "1 working hour", OFFICE, "2026-09-16 10:00", id="before opening"),
    ],
)
def test_a_delay_ends_where_the_protocol_says(start, delay, hours, end):
    assert due(at(start), Delay.parse(delay), hours) == at(end)


@pytest.mark.parametrize(
    ("start", "delay", "hours", "end"),
    [
        pytest.param(
            "2026-03-29 01:50", "15 minutes", ALWAYS, "2026-03-29 03:05", id="spring: an hour is skipped"
        ),
        pytest.param(
            "2026-10-25 02:50", "15 minutes", ALWAYS, "2026-10-25 02:05+01:00", id="autumn: an hour returns"
        ),
        pytest.param(
            "2026-03-27 16:00", "2 working hours", OFFICE, "2026-03-30 10:00", id="spring in the office"
        ),
        pytest.param(
            "2026-10-23 16:00", "2 working hours", OFFICE, "2026-10-26 10:00", id="autumn in the office"
        ),
        pytest.param(
            "2026-03-27 10:00", "1 working day", OFFICE, "2026-03-30 10:00", id="same time of day, spring"
        ),
        pytest.param(
            "2026-10-23 10:00", "1 working day", OFFICE, "2026-10-26 10:00", id="same time of day, autumn"
        ),
        pytest.param(
            "2026-03-28 02:30",
            "1 working day",
            ALWAYS,
            "2026-03-29 03:30",
            id="a time of day that is skipped",
        ),
    ],
)
def test_a_delay_is_right_across_both_clock_changes(start, delay, hours, end):
    expected = datetime.fromisoformat(end)
    expected = expected if expected.tzinfo else expected.replace(tzinfo=BRUSSELS)
    assert due(at(start), Delay.parse(delay), hours).astimezone(UTC) == expected.astimezone(UTC)


def test_a_legal_holiday_is_no_working_day():
    hours = WorkingHours(week=OFFICE.week, holidays=frozenset({date(2026, 11, 11)}))  # a Wednesday
    assert due(at("2026-11-10 16:00"), Delay.parse("2 working hours"), hours) == at("2026-11-12 10:00")
    assert due(at("2026-11-10 16:00"), Delay.parse("1 working day"), hours) == at("2026-11-12 16:00")
    assert due(at("2026-11-10 16:00"), Delay.parse("15 minutes"), ALWAYS) == at("2026-11-10 16:15")


def test_lunch_is_closed():
    split = ((time(9), time(12)), (time(13), time(17)))
    hours = WorkingHours(week=(split,) * 5 + ((), ()))
    assert due(at("2026-09-16 11:30"), Delay.parse("1 working hour"), hours) == at("2026-09-16 13:30")
    assert not hours.is_open(at("2026-09-16 12:00"))
    assert hours.next_opening(at("2026-09-16 12:10")) == at("2026-09-16 13:00")


def test_an_instant_of_another_zone_is_counted_in_the_zone_of_the_hours():
    start = at("2026-09-16 18:40").astimezone(ZoneInfo("America/Montreal"))
    assert due(start, Delay.parse("15 minutes"), OFFICE) == at("2026-09-17 09:15")


@settings(deadline=None, max_examples=60)
@given(minutes_in=st.integers(0, 60 * 24 * 700), minutes=st.integers(1, 1500))
def test_open_minutes_between_start_and_end_are_the_delay(minutes_in, minutes):
    """Counted again, minute by minute, without the arithmetic of `due`."""
    start = datetime(2026, 1, 1, tzinfo=UTC) + timedelta(minutes=minutes_in)
    end = due(start, Delay.parse(f"{minutes} working minutes"), OFFICE)
    moment, counted = start, 0
    while moment < end:
        counted += OFFICE.is_open(moment)
        moment += timedelta(minutes=1)
    assert counted == minutes


@pytest.mark.parametrize(
    "text", ["", "soon", "0 hours", "2 days", "4 working weeks", "-1 hours", "1.5 hours", None, 4]
)
def test_what_is_not_a_delay_is_refused(text):
    with pytest.raises(ValueError, match="expected a delay"):
        Delay.parse(text)


def test_a_start_without_time_zone_is_refused():
    with pytest.raises(ValueError, match="time zone"):
        due(datetime(2026, 9, 16, 10), Delay.parse("1 hour"), OFFICE)  # noqa: DTZ001


def test_openings_may_touch_and_not_overlap():
    noon = WorkingHours(week=(((time(9), time(12)), (time(12), time(17))),) * 7)
    assert noon.is_open(at("2026-09-16 12:00"))
    assert due(at("2026-09-16 11:00"), Delay.parse("2 hours"), noon) == at("2026-09-16 13:00")
    for opening in ([(9, 12), (11, 17)], [(12, 9)], [(14, 17), (9, 12)]):
        with pytest.raises(ValueError, match="follow one another"):
            WorkingHours(week=(tuple((time(a), time(b)) for a, b in opening),) * 7)


def test_hours_that_never_open_are_refused():
    with pytest.raises(ValueError, match="at least one opening"):
        WorkingHours(week=((),) * 7)
    closed = WorkingHours(
        week=(DAY,) + ((),) * 6, holidays=frozenset(date(2026, 1, 1) + timedelta(n) for n in range(1200))
    )
    with pytest.raises(ValueError, match="no opening"):
        due(at("2026-09-16 10:00"), Delay.parse("1 hour"), closed)


@pytest.mark.parametrize(
    ("period", "day", "last"),
    [
        ("7 days", date(2026, 9, 1), date(2026, 9, 8)),
        ("24 months", date(2024, 9, 15), date(2026, 9, 15)),
        ("12 months", date(2024, 2, 29), date(2025, 2, 28)),
        ("12 months", date(2023, 2, 28), date(2024, 2, 28)),
        ("1 month", date(2026, 1, 31), date(2026, 2, 28)),
    ],
)
def test_a_period_ends_on_its_last_day_included(period, day, last):
    assert Period.parse(period).after(day) == last
    assert Period.parse(period).reaches(day, last)
    assert not Period.parse(period).reaches(day, last + timedelta(days=1))
