"""Short forms for tests of the grid `pdc-1`."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from assessment.grid import Answer
from assessment.grids import load_grid
from assessment.reading import Previous, Result, read

GRID = load_grid("pdc-1")
ON = date(2026, 9, 15)
WATCHED = ("A1", "A2", "A3", "A4", "A5", "A6", "A7", "A8", "A9", "B11")
ASKED = (*WATCHED, "B7", "D3", "E1", "E5")
DOMINATION = {"A1": "current", "A2": "recent", "A5": "recent"}


def answer(given: Any) -> Answer:
    """`recent`, or a mapping with value, seen and details."""
    if isinstance(given, Answer):
        return given
    if not isinstance(given, dict):
        return Answer(str(given))
    details = {name: value for name, value in given.items() if name not in ("value", "seen")}
    return Answer(given.get("value", ""), given.get("seen"), None, details)


def answers(given: Mapping[str, Any]) -> dict[str, Answer]:
    """Each of them."""
    return {code: answer(value) for code, value in given.items()}


def absent(codes: Any = ASKED) -> dict[str, str]:
    """Explored and absent."""
    return dict.fromkeys(codes, "absent")


def reading(given: Mapping[str, Any], *, on: date = ON, previous: Previous | None = None) -> Result:
    """Read with `pdc-1`."""
    return read(GRID, answers(given), on=on, previous=previous)
