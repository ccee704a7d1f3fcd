"""What the rules of a reading forbid, each with the sentence its reader sees."""

from collections.abc import Sequence

from django.utils.translation import gettext_lazy as _

from assessment.grids.findings import Finding
from cases.refusals import CaseClosed, MotiveMissing
from pole.refusals import Refused

__all__ = [
    "CaseClosed",
    "ClosedMeanwhile",
    "ClosesInThePast",
    "ExerciseOver",
    "FinalisedAlready",
    "GridHasFaults",
    "GridKnownOtherwise",
    "HandedInAlready",
    "LastGrid",
    "MotiveMissing",
    "NoSuchGrid",
    "NotAllRead",
    "NotInScale",
    "NotLowered",
    "NotSentBack",
    "NotTheAuthor",
    "NothingAnswered",
    "NothingHigherSuggested",
    "NothingReadWithIt",
    "OwnReading",
    "PublishedAlready",
    "SameGrid",
]


class FinalisedAlready(Refused):
    message = _("This reading is finalised: it stays as it was. Start a new one to change something.")


class ClosedMeanwhile(CaseClosed):
    message = _(
        "This case was closed meanwhile. Your draft is kept: reopen the case on its page, then finalise it."
    )


class NotTheAuthor(Refused):
    message = _("Only the person who started this reading fills it in and finalises it.")


class NothingAnswered(Refused):
    message = _("Nothing is answered yet. Answer at least one line before finalising.")


class NotInScale(Refused):
    message = _("Choose among the levels and types of the grid.")
    field = "chosen"


class NotLowered(Refused):
    message = _("This reading waits for no second reader.")


class NotSentBack(Refused):
    message = _("This reading was not sent back: there is nothing to answer.")


class NothingHigherSuggested(Refused):
    message = _("The grid suggests nothing higher than your level: answer what was asked.")
    field = "answer"


class OwnReading(Refused):
    message = _("Somebody else must read this a second time.")


class NoSuchGrid(Refused):
    message = _("There is no such grid here. Choose among those that are listed.")


class LastGrid(Refused):
    message = _("It is the only grid in use. Take another one in use first.")


class SameGrid(Refused):
    message = _("Choose two grids that are not the same.")
    field = "grid"


class NothingReadWithIt(Refused):
    message = _("No finalised reading of the service was made with this grid.")
    field = "made_with"


class GridKnownOtherwise(Refused):
    """With the code that another text has."""

    def __init__(self, code: str) -> None:
        self.message = _(
            "A grid called “%(code)s” is here already, with another text. A version in use is never changed: give "
            "yours another code."
        ) % {"code": code}


class GridHasFaults(Refused):
    """With what was found: each has its line, its path and why."""

    message = _("This grid can't be used: something in it can never happen, or always does.")

    def __init__(self, faults: Sequence[Finding]) -> None:
        self.faults = tuple(faults)

    def __str__(self) -> str:
        return " ".join([str(self.message), *map(str, self.faults)])


class ClosesInThePast(Refused):
    message = _("Choose a day to come: people need time to read.")
    field = "closes_on"


class ExerciseOver(Refused):
    message = _("This exercise is over: nothing can be added to it.")


class HandedInAlready(Refused):
    message = _("You have handed in this exercise: your answers stay as they were.")


class NotAllRead(Refused):
    message = _("Read every vignette before handing in: at least one line of each.")


class PublishedAlready(Refused):
    message = _("The results of this exercise were sent already.")
