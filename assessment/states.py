"""Every answer that can make a difference to a grid: the finitely many states that its conditions tell apart.

Values of a scale are few already. Dates and numbers are not, but conditions only compare them with bounds: one
date or number on each side of each bound stands for all the others.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import product
from typing import Any

from assessment.grid import Answer, Detail, Grid, Indicator
from assessment.placing import Placing
from pole.calendar import Period
from pole.conditions import Facts, Test

PREVIOUS = "previous"


@dataclass(frozen=True, slots=True)
class State:
    """One answer (None: not explored) or one previous level, and the facts it gives."""

    facts: Facts
    answer: Answer | None = None
    level: int | None = None


def states_of(grid: Grid, tests: Iterable[Test], *, on: date) -> dict[str, list[State]]:
    """The states of each indicator and of the previous level, not explored (or none) first.

    Args:
        tests: all that the grid's conditions test.
        on: the day of the reading.
    """
    by_fact: dict[str, list[Test]] = {}
    for test in tests:
        by_fact.setdefault(test.fact, []).append(test)
    placing = Placing(grid)
    found = {
        code: _of_indicator(indicator, placing, by_fact, on) for code, indicator in grid.indicators.items()
    }
    levels = [level for level in grid.levels if level is not None]
    found[PREVIOUS] = [State({"on": on}), *(State({"on": on, PREVIOUS: n}, level=n) for n in levels)]
    return found


def _of_indicator(
    indicator: Indicator, placing: Placing, tests: Mapping[str, list[Test]], on: date
) -> list[State]:
    code, number = indicator.code, indicator.scale.number
    days = _days(indicator, tests.get(f"{code}.seen", ()), on)
    details = {
        detail.code: choices
        for detail in indicator.details.values()
        if detail.code != number and (choices := _choices(detail, tests.get(f"{code}.{detail.code}", ()), on))
    }
    numbers = [str(n) for n in _numbers(tests.get(f"{code}.{number}", ()))] if number else []
    found: dict[tuple[Any, ...], tuple[int, State]] = {(): (0, State({"on": on}))}
    for value, seen, *given in product(
        numbers or indicator.scale.values, [None] if number else days, *details.values()
    ):
        named = {name: choice for name, choice in zip(details, given, strict=True) if choice is not None}
        answer = Answer(value, seen, None, named)
        placed = placing.place({code: answer}, on)
        key = tuple(sorted((fact, value) for fact, value in placed.facts.items() if fact != "on"))
        signs = [seen is not None, *(choice is True for choice in given)]
        oddness = 4 * len(placed.questions) + 2 * len(placed.missing) + sum(signs)
        # Of answers that come to the same, keep the one that nobody would ask about.
        if key not in found or oddness < found[key][0]:
            found[key] = (oddness, State(placed.facts, answer))
    (_, not_explored), *others = found.values()
    return [not_explored, *(state for _, state in sorted(others, key=lambda item: item[0]))]


def _choices(detail: Detail, tests: Iterable[Test], on: date) -> list[Any]:
    """What a detail may hold, as far as its tests can tell; None is a detail left out."""
    match detail.kind:
        case "flag":
            return [None, True, False] if tests or detail.decides else []
        case "choice":
            return [None, *detail.values] if tests else []
        case "date":
            bounds = _bounds((test.operand for test in tests if isinstance(test.operand, Period)), on)
            return [None, *bounds, on + timedelta(days=7)] if bounds or detail.asked else []
        case "number":
            return [None, *_numbers(tests)] if tests else []
    return []


def _numbers(tests: Iterable[Test]) -> list[int]:
    """Zero, and each number that a test names with its neighbours."""
    named = {0}
    for test in tests:
        bounds = test.operand if isinstance(test.operand, frozenset) else [test.operand]
        named |= {n + step for n in bounds if isinstance(n, int) for step in (-1, 0, 1)}
    return sorted(n for n in named if n >= 0)


def _days(indicator: Indicator, tests: Iterable[Test], on: date) -> list[date | None]:
    """No date, and one on each side of every bound that the scale, the indicator or a test counts from."""
    periods = [value.within for value in indicator.scale.values.values() if value.within]
    tested = [test.operand for test in tests if isinstance(test.operand, Period)]
    if indicator.lasting:
        periods.append(indicator.lasting.period)
    if not tested and not indicator.lasting:
        return [None]  # the value says as much as the date
    return [None, *_bounds([*periods, *tested], on)]


def _bounds(periods: Iterable[Period], on: date) -> list[date]:
    """The earliest day that still counts and the day before it, for each period."""
    days: set[date] = set()
    for period in periods:
        day = on - timedelta(days=period.days + 31 * period.months)
        while not period.reaches(day, on):
            day += timedelta(days=1)
        days |= {day, day - timedelta(days=1)}
    return sorted(days, reverse=True)
