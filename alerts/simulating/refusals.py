"""What a simulation can't be, each with the sentence its reader sees."""

from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from pole.refusals import Refused

if TYPE_CHECKING:
    from alerts.models import Simulation


class NotReadable(Refused):
    message = _("The text can't be played as it stands: mend first what is named below.")


class NotInWork(Refused):
    message = _("This text is no longer in work: what is signed or given up is not simulated.")


class OrdersNothing(Refused):
    message = _("No rule of this draft orders anything yet: add one to an article first.")


class UnderWay(Refused):
    """With the one that runs, for a link."""

    message = _("Your service has a simulation under way: wait for its end, or stop it.")

    def __init__(self, simulation: "Simulation") -> None:
        self.simulation = simulation


class NotAParty(Refused):
    message = _(
        "The draft does not say which party your service would be, so its own readings can't be played. Say first "
        "which service is which party, or play invented readings."
    )
    field = "kind"


class NothingRead(Refused):
    message = _(
        "Your service finalised no reading between these days. Choose other days, or play invented readings."
    )
    field = "first"


class BackToFront(Refused):
    message = _("The last day comes before the first.")
    field = "last"


class InTheFuture(Refused):
    message = _("This day is in the future: nothing was read yet. Choose today or an earlier day.")
    field = "last"


class SpanTooLong(Refused):
    message = _("Choose two years at most; begin another simulation for earlier ones.")
    field = "first"


class BadNumber(Refused):
    message = _("Choose from 1 to 100,000 invented readings.")
    field = "number"


class NotPublishable(Refused):
    message = _(
        "Only counts of your own readings can be shown to the parties, from a simulation that came to its end, of the "
        "text as it is proposed to them."
    )


class PublishedAlready(Refused):
    message = _("Your service published its counts on this text already. They are not replaced.")


class NothingToShow(Refused):
    message = _(
        "No count can be shown: each is below 5 or of fewer than 5 cases, or would tell such a count with what was "
        "shown before."
    )
