"""Whether a grid can take an answer, and the sentence for the person whose answer it can't."""

from datetime import date

from django.utils.translation import gettext_lazy as _

from assessment.compiled import compiled
from assessment.grid import Grid, InvalidAnswer, UnknownIndicator
from assessment.stored import Given

SENTENCES = {
    "unknown_indicator": _("This line is not part of the grid. Reload the page."),
    "value": _("Choose one of the answers offered."),
    "number": _("Give a whole number, zero or more."),
    "detail": _("Choose one of the answers offered."),
    "seen": _("Give a date such as 24/11/2026."),
    "future_seen": _("This date is in the future. Give the day it was last seen."),
    "day": _("Give a date such as 24/11/2026."),
    "too_long": _("This text is too long. Shorten it."),
    "source": _("Choose one of the sources offered."),
}
OLDEST = date(1900, 1, 1)


def check_answer(grid: Grid, code: str, given: Given, *, on: date) -> None:
    """Raises:
    UnknownIndicator: a code that the grid does not define.
    InvalidAnswer: `reason` is a key of `SENTENCES`.
    """
    indicator = grid.indicators.get(code)
    if indicator is None:
        raise UnknownIndicator(code)
    if given.source and given.source not in grid.sources:
        raise InvalidAnswer(code, "source", f"'{given.source}' is not a source of this grid")
    if given.seen and given.seen < OLDEST:
        raise InvalidAnswer(code, "seen", f"{given.seen} is too long ago to be meant")
    if given.value:
        compiled(grid).placing.place({code: given.to_core()}, on)
    elif given.seen and given.seen > on:
        raise InvalidAnswer(code, "future_seen", f"last seen on {given.seen}, after {on}")
    for detail in given.details:
        if detail not in indicator.details:
            raise InvalidAnswer(code, "detail", f"'{detail}' is not a detail of this indicator")
