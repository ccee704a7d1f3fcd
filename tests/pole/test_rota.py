"""Who holds which part of a rota, and where nobody does; also in the nights when clocks change."""

from datetime import UTC, date, datetime, time, timedelta
from uuid import UUID, uuid4

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pole.calendar import ALWAYS, BRUSSELS, WorkingHours
from pole.rota import NoSuchTime, Turn, gaps, held, moment, without

DAY = date(2026, 11, 30)
TO_SUMMER, TO_WINTER = date(2026, 3, 29), date(2026, 10, 25)


def at(hour: int, minute: int = 0) -> datetime:
    return datetime(2026, 11, 30, hour, minute, tzinfo=BRUSSELS)


def turn(begins: datetime, ends: datetime, replaces: UUID | None = None) -> Turn:
    return Turn(uuid4(), uuid4(), begins, ends, replaces)


def test_a_turn_alone_is_held_by_its_person():
    ana = turn(at(9), at(17))
    assert [(each.turn, each.begins, each.ends) for each in held([ana])] == [(ana, at(9), at(17))]


def test_a_replacement_takes_its_part_and_no_more():
    ana = turn(at(9), at(17))
    eli = turn(at(11), at(13), replaces=ana.id)
    assert [(each.turn, each.begins, each.ends) for each in held([ana, eli])] == [
        (ana, at(9), at(11)),
        (eli, at(11), at(13)),
        (ana, at(13), at(17)),
    ]


def test_several_are_on_duty_together():
    together = held([turn(at(9), at(17)), turn(at(9), at(17))])
    assert len(together) == 2


def test_what_is_promised_and_held_by_nobody_is_a_gap():
    stretches = held([turn(at(9), at(12)), turn(at(13), at(15))])
    assert gaps([(at(9), at(17))], stretches) == [(at(12), at(13)), (at(15), at(17))]
    assert gaps([(at(9), at(12))], stretches) == []


def test_hours_that_two_protocols_promise_are_missed_once():
    assert gaps([(at(9), at(12)), (at(11), at(17))], []) == [(at(9), at(17))]


def test_a_night_to_summer_time_has_a_day_of_23_hours():
    [(begins, ends)] = ALWAYS.openings_on(TO_SUMMER)
    assert ends.astimezone(UTC) - begins.astimezone(UTC) == timedelta(hours=23)
    night = turn(begins, moment(TO_SUMMER, time(3)))
    [(gap_begins, gap_ends)] = gaps([(begins, ends)], held([night]))
    assert gap_ends.astimezone(UTC) - gap_begins.astimezone(UTC) == timedelta(hours=21)


def test_a_time_that_the_clocks_skip_is_none():
    with pytest.raises(NoSuchTime):
        moment(TO_SUMMER, time(2, 30))


def test_a_time_that_comes_twice_begins_with_the_first_and_ends_with_the_last():
    first, last = moment(TO_WINTER, time(2, 30)), moment(TO_WINTER, time(2, 30), last=True)
    assert last - first == timedelta(hours=1)
    assert gaps([(first, last)], held([turn(first, moment(TO_WINTER, time(2, 45)))])) == [
        (moment(TO_WINTER, time(2, 45)), last)
    ]


def test_the_openings_of_a_day_leave_out_holidays_and_weekends():
    week = ((((time(9), time(12)), (time(13), time(17))),) * 5) + ((), ())
    hours = WorkingHours(week, frozenset({date(2026, 12, 25)}))
    assert hours.openings_on(DAY) == [(at(9), at(12)), (at(13), at(17))]
    assert hours.openings_on(date(2026, 12, 25)) == hours.openings_on(date(2026, 12, 26)) == []


START = datetime(2026, 10, 24, 12, tzinfo=BRUSSELS).astimezone(UTC)  # around the night to winter time
minutes = st.integers(0, 3000).map(lambda n: (START + timedelta(minutes=n)).astimezone(BRUSSELS))
spans = st.tuples(minutes, minutes).filter(lambda span: span[0].astimezone(UTC) < span[1].astimezone(UTC))


@given(st.lists(spans, max_size=6), st.lists(spans, max_size=6), minutes)
@settings(deadline=None)
def test_an_instant_is_left_iff_it_is_in_a_span_and_in_nothing_taken(wanted, taken, moment_):
    def inside(some):
        return any(a.astimezone(UTC) <= moment_.astimezone(UTC) < b.astimezone(UTC) for a, b in some)

    assert inside(without(wanted, taken)) == (inside(wanted) and not inside(taken))
