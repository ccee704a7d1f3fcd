"""What the rules of a reading forbid, each with the sentence its reader sees."""

from django.utils.translation import gettext_lazy as _

from cases.refusals import CaseClosed, MotiveMissing, Refused

__all__ = [
    "CaseClosed",
    "FinalisedAlready",
    "MotiveMissing",
    "NotInScale",
    "NotLowered",
    "NotSentBack",
    "NotTheAuthor",
    "NothingAnswered",
    "OwnReading",
    "Refused",
]


class FinalisedAlready(Refused):
    message = _("This reading is finalised: it stays as it was. Start a new one to change something.")


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


class OwnReading(Refused):
    message = _("Somebody else must read this a second time.")
