"""What a duty rota does not take, in the words of whoever plans it."""

from datetime import datetime

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from pole.dates import in_words
from pole.refusals import Refused
from pole.rota import NoSuchTime
from pole.tenancy.models import DutyTurn, Membership


class DutyRefused(Refused):
    """The rota stays as it was."""


class EndsBefore(DutyRefused):
    message = gettext_lazy("The end is not after the beginning. For a night, give the next day as the last.")
    field = "ends"


class TooLong(DutyRefused):
    message = gettext_lazy("A turn lasts 31 days at most. For longer, repeat it by weeks.")
    field = "ends"


class OverAlready(DutyRefused):
    message = gettext_lazy("This is over already: the rota keeps who was on duty. Choose a time to come.")
    field = "ends"


class BegunBefore(DutyRefused):
    """Today's may be entered after the event; of the days before, the rota says who was there."""

    message = gettext_lazy("The rota keeps who was on duty. Begin today or later.")
    field = "starts_on"


class TooFar(DutyRefused):
    message = gettext_lazy("This day is more than a year away: check the year.")

    def __init__(self, *, field: str) -> None:
        self.field = field


class TooManyWeeks(DutyRefused):
    message = gettext_lazy("Repeat for 1 to 26 weeks.")
    field = "weeks"


class WeeksOverlap(DutyRefused):
    message = gettext_lazy("The turn lasts longer than a week: repeated, it would overlap itself.")
    field = "weeks"


class NotOnDutyHere(DutyRefused):
    message = gettext_lazy("Choose somebody who works for your service and may acknowledge alerts.")
    field = "user_id"


class OwnTurn(DutyRefused):
    message = gettext_lazy("Choose somebody else: this person has the turn already.")
    field = "user_id"


class ChangedMeanwhile(DutyRefused):
    """Two change one turn at once, or one from a page of before: nothing is done that the second did not see."""

    message = gettext_lazy("Meanwhile this turn was changed. Here is the rota as it is now.")


class NothingToReplace(DutyRefused):
    message = gettext_lazy(
        "The turn it replaced was removed or given to somebody else since: it can't be put back."
    )


class SkippedTime(DutyRefused):
    """A time that the clocks skip in the night to summer time."""

    def __init__(self, error: NoSuchTime, *, field: str) -> None:
        self.field = field
        self.message = _(
            "On %(day)s the clocks are put forward and %(time)s does not exist: choose an hour earlier or later."
        ) % {"day": in_words(error.day, "j F Y"), "time": f"{error.at:%H:%M}"}


class ArrivesLater(DutyRefused):
    field = "user_id"

    def __init__(self, member: Membership) -> None:
        self.message = _("%(name)s works here from %(day)s only: plan the turn from that day on.") % {
            "name": member.user.name,
            "day": in_words(member.starts_on, "j F Y"),
        }


class LeavesBefore(DutyRefused):
    field = "user_id"

    def __init__(self, member: Membership) -> None:
        self.message = _("%(name)s no longer works here from %(day)s: every turn has to end before.") % {
            "name": member.user.name,
            "day": in_words(member.ends_on, "j F Y") if member.ends_on else "",
        }


class OnDutyAlready(DutyRefused):
    field = "user_id"

    def __init__(self, turn: DutyTurn) -> None:
        self.message = _("%(name)s is on duty already from %(begins)s to %(ends)s.") % said(turn)


class ReplacedAlready(DutyRefused):
    field = "starts"

    def __init__(self, turn: DutyTurn) -> None:
        self.message = _(
            "%(name)s replaces already from %(begins)s to %(ends)s: choose other hours, or remove that first."
        ) % said(turn)


class OutsideTheTurn(DutyRefused):
    def __init__(self, turn: DutyTurn, *, field: str) -> None:
        self.field = field
        self.message = _("The turn goes from %(begins)s to %(ends)s: replace within it.") % said(turn)


def said(turn: DutyTurn) -> dict[str, str]:
    """A turn for a sentence: its person, its beginning, its end."""
    return {"name": turn.user.name, "begins": when(turn.starts_at), "ends": when(turn.until)}


def when(at: datetime) -> str:
    """ "30 November, 09:00"."""
    return in_words(timezone.localtime(at), "j F, H:i")
