"""A reading's answers read with another grid: a comparison, never a change. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from assessment.compiled import compiled
from assessment.grid import Answer, Grid, InvalidAnswer
from assessment.reading import Previous, Result, read


@dataclass(frozen=True, slots=True)
class Reread:
    """What the other grid says, and the answers that mean nothing to it."""

    result: Result
    left_out: tuple[str, ...]


def reread(
    answers: Mapping[str, Answer], *, made_with: Grid, grid: Grid, on: date, previous: Previous | None = None
) -> Reread:
    """Read again with another grid what both understand.

    Args:
        answers: as given with the grid `made_with`; those of `previous` too.
        on: the day of the reading.
    """
    carried = carry(answers, made_with, grid, on)
    if previous and previous.answers is not None:
        before = carry(previous.answers, made_with, grid, previous.on or on)
        previous = Previous(previous.level, before, previous.on, previous.before)
    left_out = tuple(sorted(answers.keys() - carried.keys()))
    return Reread(read(grid, carried, on=on, previous=previous), left_out)


def carry(answers: Mapping[str, Answer], made_with: Grid, grid: Grid, on: date) -> dict[str, Answer]:
    """The answers that say the same in both grids: the same line in the same words, a value it takes."""
    if made_with is grid:
        return dict(answers)
    return {
        code: answer for code, answer in answers.items() if _says_the_same(code, answer, made_with, grid, on)
    }


def _says_the_same(code: str, answer: Answer, made_with: Grid, grid: Grid, on: date) -> bool:
    there = grid.indicators.get(code)
    if there is None or there.label != made_with.indicators[code].label:
        return False
    try:
        compiled(grid).placing.place({code: answer}, on)
    except InvalidAnswer:
        return False
    return True
