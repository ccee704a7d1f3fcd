"""The levels that everybody knows, 1 to 4 and NE, where no grid is at hand: lists, links, what a partner's level is.

A grid may have fewer levels, and has its own words: a reading is shown in those of its grid.
"""

from collections.abc import Mapping

from django.conf import settings

from assessment.grid import Level
from assessment.grids import load_grid

WHOLE = frozenset({None, 1, 2, 3, 4})
IN_FULL = "pdc-1"


def common_scale() -> Mapping[int | None, Level]:
    """All of them, in the words of the usual grid; where that one lacks some, all in those of `pdc-1`."""
    usual = load_grid(settings.READING_GRID).levels
    return usual if usual.keys() >= WHOLE else load_grid(IN_FULL).levels


def common_level(level: int | None) -> Level:
    """One of them; None is NE."""
    return common_scale()[level]
