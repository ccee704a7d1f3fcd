"""Which counts of a simulation other services may be shown, so that nobody can be recognised in them. Pure.

A count below five is not shown: those who know a family could recognise it. Leaving the cell out is not enough, since
the text of a protocol is known to all its parties, and it ties counts to one another: where every red alert goes to the
police, and to the programme only with agreement, what is held for the programme is the first count less the second. So

- no total is shown, of no kind, nor how many readings there were;
- the cells are those that the text makes possible, also the empty ones: a cell's absence says nothing;
- counts are shown only as long as no sum or difference of any of them comes to one, two, three or four, whatever their
  urgency: a text may order the same under two names. All that the service published before counts with them, whatever
  text and days it was about: the difference of two publications is what the change of text, or of days, did to a few.
  A difference of nothing is let stand: it is about nobody;
- a count is of messages, so it has to be of five cases at least as well: one family read five times is one family. Nor
  may the numbers of cases behind the counts come to one, two, three or four: 11 alerts about six families less 5 about
  five of them are 6 about the last;
- nothing is rounded: a rounded count is wrong, and two roundings can be subtracted too.

What is not shown is therefore below five, or would tell such a count: the reader is told that it is one or the other.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import NamedTuple

LEAST = 5
"""The smallest count that one service is told of another's people or judgements, here and in `alerts.measures`.

The minimum frequency rule of statistical disclosure control (Hundepool et al., Handbook on Statistical Disclosure
Control, 2nd ed. 2024). The number is a convention, and five is a usual one for data about persons: the `minCellCount`
of the OHDSI tools, the five entities that `sdcLog` asks for by default.
"""


class Cell(NamedTuple):
    recipient: str
    urgency: str
    action: str


Cells = Mapping[Cell, int]


def shown(counts: Cells, cases: Cells, earlier: Iterable[tuple[Cells, Cells]] = ()) -> dict[Cell, int]:
    """The counts that may be shown: each in its turn, as long as those before it and it tell nothing together.

    Args:
        counts: every possible cell with its count, in an order that does not depend on the counts.
        cases: cell -> of how many cases these are.
        earlier: all that the same service showed before: its counts, and of how many cases these were.
    """
    told, behind = {0}, {0}
    for before, cases_before in earlier:
        for cell, count in before.items():
            told, behind = _with(told, count), _with(behind, cases_before[cell])
    found = {}
    for cell, count in counts.items():
        number = cases.get(cell, 0)
        told_with, behind_with = _with(told, count), _with(behind, number)
        if number >= LEAST and not _singles_out(told_with - told) and not _singles_out(behind_with - behind):
            told, behind, found[cell] = told_with, behind_with, count
    return found


def _with(sums: set[int], count: int) -> set[int]:
    """All sums and differences, with this count added, subtracted or left out."""
    return sums | {each + sign * count for each in sums for sign in (-1, 1)}


def _singles_out(sums: set[int]) -> bool:
    return any(0 < each < LEAST for each in sums)
