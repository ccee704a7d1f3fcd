"""What the rules of a case forbid, each with the sentence its reader sees."""

from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from pole.refusals import Refused

if TYPE_CHECKING:
    from cases.instruments import Instrument


class CaseClosed(Refused):
    message = _("This case is closed: nothing can be added to it.")


class NotAnOpenCase(Refused):
    """The same words for a closed one and for one that is not there: which of the two may not be learnt."""

    message = _(
        "This case is closed, or is none of yours. Choose an open one; a closed one is first reopened on its page."
    )
    field = "case"


class NotOfThisCase(Refused):
    message = _("Choose a person of this case.")
    field = "person"


class SecondFollowed(Refused):
    message = _("This case already has a person followed by the service. Choose another place.")
    field = "role"


class InTheFuture(Refused):
    message = _("This date is in the future. Give the day it happened.")

    def __init__(self, field: str) -> None:
        self.field = field


class EndsBeforeStart(Refused):
    message = _("The end comes before the start.")
    field = "ends_on"


class BreachUndated(Refused):
    message = _("Say on which day the measure was breached.")
    field = "breached_on"


class NotAnInstrument(Refused):
    message = _("Choose among the instruments offered, or “another instrument”.")
    field = "instrument"


class InstrumentUnnamed(Refused):
    message = _("Name the instrument.")
    field = "instrument_name"


class NotALevel(Refused):
    """With the words that the scale has."""

    field = "level"

    def __init__(self, level: str, instrument: "Instrument") -> None:
        self.message = _("“%(level)s” is no level of %(instrument)s. Its levels are: %(levels)s.") % {
            "level": level,
            "instrument": instrument.name,
            "levels": ", ".join(instrument.levels),
        }


class WithdrawnAlready(Refused):
    message = _("This was taken back already.")


class NotWithdrawn(Refused):
    message = _("This was not taken back: there is nothing to restore.")


class WithoutReason(Refused):
    message = _("Say in a few words why: it stays on record.")
    field = "because"


class InformedAfterwards(Refused):
    message = _("The person must be informed before agreeing: this date can't come after the agreement.")
    field = "informed_on"


class TooLong(Refused):
    message = _("An agreement lasts six months at most. Choose an earlier end.")
    field = "expires_on"


class NeverShared(Refused):
    message = _("Choose among the categories offered: some data never leaves the service.")
    field = "categories"


class NoSuchPurpose(Refused):
    message = _("Choose among the purposes offered.")
    field = "purposes"


class NotAPartner(Refused):
    message = _("Choose another service.")
    field = "recipient"


class UnknownBasis(Refused):
    message = _("Choose a legal basis that is in force.")
    field = "basis"


class AlreadyWithdrawn(Refused):
    message = _("This agreement is already withdrawn.")


class NotAMemberHere(Refused):
    message = _("Choose somebody who works for your service.")
    field = "user"


class LastOfTeam(Refused):
    message = _("Somebody must stay in the team. Add another person first.")
    field = "user"


class GlassChangesNoTeam(Refused):
    message = _("You have opened this case for the day. Its team or a référent decides who works on it.")


class GlassStaysShut(Refused):
    """The same words whether the reference is restricted or nobody's: which of the two may not be learnt."""

    message = _("No case can be opened with this reference.")
    field = "reference"


class OwnGlass(Refused):
    message = _("Somebody else must review this opening.")


class MotiveMissing(Refused):
    message = _("Say why.")
    field = "motive"


class DraftTooLong(Refused):
    message = _("This text is too long to be kept.")
