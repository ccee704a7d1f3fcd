"""What was answered in a finalised reading, line by line: what a second reader and the team read it by."""

from dataclasses import dataclass

from assessment.grid import UNKNOWN
from assessment.lines import said
from assessment.models import Reading
from assessment.stored import given_of, grid_of


@dataclass(frozen=True, slots=True)
class AnsweredLine:
    """One line with its answer in words: value, details, date, source."""

    code: str
    label: str
    answer: str
    note: str
    is_unknown: bool


@dataclass(frozen=True, slots=True)
class AnsweredAxis:
    """`unexplored` are the labels of the lines without an answer."""

    code: str
    label: str
    lines: tuple[AnsweredLine, ...]
    unexplored: tuple[str, ...]


def answered(reading: Reading) -> list[AnsweredAxis]:
    """Every axis of its grid, in the grid's order. One query."""
    grid = grid_of(reading)
    given = {code: each for code, each in given_of(reading).items() if each.value}
    axes = []
    for axis in grid.axes.values():
        of_axis = [each for each in grid.indicators.values() if each.axis == axis.code]
        lines = tuple(
            AnsweredLine(
                each.code,
                each.label,
                said(grid, each, given[each.code].to_core()),
                given[each.code].note,
                given[each.code].value == UNKNOWN,
            )
            for each in of_axis
            if each.code in given
        )
        unexplored = tuple(each.label for each in of_axis if each.code not in given)
        axes.append(AnsweredAxis(axis.code, axis.label, lines, unexplored))
    return axes
