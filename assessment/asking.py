"""What asking would change: the answers not known yet, tried one at a time. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from functools import lru_cache

from assessment.grid import Answer, Grid
from assessment.places import conditions_of
from assessment.result import Result
from assessment.states import State, states_of
from pole.conditions import Test, walk


@dataclass(frozen=True, slots=True)
class WhatIf:
    """If this were the answer, that would be suggested. `level` None is NE."""

    code: str
    answer: Answer
    level: int | None
    dynamics: str | None


def what_if(result: Result) -> list[WhatIf]:
    """What asking could change, the highest level first: each answer not known yet that would, alone, lead to
    another level.

    Looks at what is unknown or not explored, at details that are missing, and at the date of what is active where
    the grid looks at it: seen three days ago, a strangulation counts for more than seen last month. Each level that
    an indicator could lead to is told once, with the plainest answer that leads there. Takes some hundreds of
    readings.
    """
    return sorted(_tried(result), key=lambda found: -(found.level or 0))


def _tried(result: Result) -> Iterator[WhatIf]:
    """In the grid's order."""
    for code, answers in _open(result):
        levels = {result.severity}
        for answer in answers:
            after = result.again({code: answer})
            if after.severity not in levels:
                levels.add(after.severity)
                yield WhatIf(code, answer, after.severity, after.dynamics)


def _open(result: Result) -> Iterator[tuple[str, list[Answer]]]:
    """Each indicator that leaves something to ask, with the answers it may get."""
    states = _states(result.grid, result.on)
    for code in result.grid.indicators:
        if f"{code}.known" not in result.facts:
            yield code, [state.answer for state in states[code] if state.answer]
            continue
        given = result.answers[code]
        if given.seen is None and result.facts.get(code) is True:
            yield code, list(_dated(result, given, code, states[code]))
        wanting = {name for name in result.missing_details if name.partition(".")[0] == code}
        if wanting:
            yield (
                code,
                [
                    replace(given, details={**state.answer.details, **given.details})
                    for state in states[code]
                    if state.answer and state.answer.value == given.value and not state.answer.seen
                ],
            )


def _dated(result: Result, given: Answer, code: str, states: list[State]) -> Iterator[Answer]:
    """The same answer on each day that tells, as far as that day goes with its value."""
    for state in states:
        if state.answer and state.answer.value == given.value and state.answer.seen:
            dated = replace(given, seen=state.answer.seen)
            asked = result.compiled.placing.place({code: dated}, result.on).questions
            if all(question.kind != "seen_disagrees" for question in asked):
                yield dated


@lru_cache(maxsize=32)
def _states(grid: Grid, on: date) -> dict[str, list[State]]:
    nodes = (node for placed in conditions_of(grid) for node in walk(placed.condition))
    return states_of(grid, (node for node in nodes if isinstance(node, Test)), on=on)
