"""What a finalised reading left open: what was not known on its day and would, once known, have moved its level."""

from dataclasses import dataclass

from assessment.asking import what_if
from assessment.grid import UNKNOWN
from assessment.models import Reading
from assessment.stored import result_of
from assessment.wording import GridWording


@dataclass(frozen=True, slots=True)
class LeftOpen:
    """Clauses, the highest level first: « si … : criticité 4 (imminente) », by why each was not known.

    `unknown` was asked; `unexplored` was not; `unspecified` was answered without a detail that matters.
    """

    unknown: tuple[str, ...]
    unexplored: tuple[str, ...]
    unspecified: tuple[str, ...]

    @property
    def number(self) -> int:
        return len(self.unknown) + len(self.unexplored) + len(self.unspecified)


def left_open(reading: Reading) -> LeftOpen:
    """Worked out from the stored answers, on the day of the reading: some hundreds of readings of the grid."""
    result = result_of(reading)
    wording = GridWording(result.grid)
    unknown: list[str] = []
    unexplored: list[str] = []
    unspecified: list[str] = []
    for found in what_if(result):
        given = result.answers.get(found.code)
        if given is None:
            place = unexplored
        elif given.value == UNKNOWN:
            place = unknown
        else:
            place = unspecified
        place.append(wording.what_if(found))
    return LeftOpen(tuple(unknown), tuple(unexplored), tuple(unspecified))
