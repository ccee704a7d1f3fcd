"""An answer of the previous reading, offered again: never copied, only given by somebody's hand. Pure."""

from dataclasses import replace
from datetime import date

from assessment.compiled import compiled
from assessment.grid import Answer, Grid


def offered(grid: Grid, code: str, before: Answer, *, on: date) -> Answer:
    """What confirming an answer answers on that day: the same value and details.

    When it was seen, and by whom, stays with it while the day agrees with the value. Later both fall away:
    "current" may still be true, but not for what was seen two months ago.
    """
    asked = compiled(grid).placing.place({code: before}, on).questions
    still_dated = before.seen is not None and all(question.code != code for question in asked)
    return before if still_dated else replace(before, seen=None, source=None)
