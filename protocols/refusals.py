"""What the life of a protocol forbids, each with the sentence its reader sees."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from pole.refusals import Refused

if TYPE_CHECKING:
    from protocols.checking import Finding
    from protocols.models import DraftRevision

__all__ = [
    "AlreadySigned",
    "IdentifierTaken",
    "LeavesSomebodyOut",
    "MotiveMissing",
    "NoNotice",
    "NotADraft",
    "NotConfirmed",
    "NotProposed",
    "NotSuspended",
    "NotTheAuthors",
    "NotTheSameProtocol",
    "NothingToSay",
    "OtherText",
    "OverAlready",
    "Overlapping",
    "PartyMissing",
    "Past",
    "Refused",
    "Stale",
    "SuspendedAlready",
    "TooLong",
    "Unfit",
    "UnknownShipped",
    "WithdrawnAlready",
]


class Stale(Refused):
    """Somebody saved since: `theirs` is what stands now, `base` the text both started from (`""` if unknown)."""

    message = _(
        "Somebody saved this text since you opened it. Nothing of yours was lost, nor saved: compare."
    )
    field = "text"

    def __init__(self, theirs: DraftRevision, base: str) -> None:
        self.theirs, self.base = theirs, base
        super().__init__(self.message)


class NotADraft(Refused):
    message = _("This text was proposed, signed or given up: it is not changed any more. Take it back first.")


class NotTheAuthors(Refused):
    message = _("Only the service that writes this text does that.")


class TooLong(Refused):
    message = _("This text is longer than a protocol can be (200,000 characters). It was not saved.")
    field = "text"


class UnknownShipped(Refused):
    message = _("No protocol of this name comes with the application.")


class PartyMissing(Refused):
    """A party that no service is, or a service that is none."""

    message = _("Say for each party of the text which service it is, yours among them, each once.")
    field = "parties"


class IdentifierTaken(Refused):
    message = _(
        "Another protocol bears this identifier and version: change it on the first lines of the text."
    )
    field = "text"


class NothingToSay(Refused):
    message = _("Say why in a few words: the other parties read them.")
    field = "motive"


class NotProposed(Refused):
    message = _("This text is not proposed for signature: it was signed already, or taken back.")


class NotConfirmed(Refused):
    """Who signs confirms with both factors, just before."""

    message = _("Give your password and a fresh code once more: a signature is asked for anew each time.")
    field = "password"


class OtherText(Refused):
    message = _("The text is not the one that you were shown. Read it again before you sign.")


class AlreadySigned(Refused):
    message = _("Your service has signed this text already.")


class Past(Refused):
    message = _("The last day of this text is over: its author gives it other days, and proposes it again.")


class Overlapping(Refused):
    """Two versions of one protocol on the same day."""

    message = _(
        "Another version of this protocol is in force on some of these days. Its author begins this text as an "
        "amendment of that version, or chooses other days."
    )


class NotTheSameProtocol(Refused):
    message = _(
        "An amendment bears the name of what it amends, and begins after it. Its author puts the first lines right."
    )


class LeavesSomebodyOut(Refused):
    """An amendment between fewer services than the version before, one of which did not withdraw from it."""

    message = _(
        "A party of the version in force is none of this amendment, and did not withdraw: a service leaves by its "
        "own decision only."
    )


class OverAlready(Refused):
    message = _("This version is over already.")


class SuspendedAlready(Refused):
    message = _("Your service has suspended this version already.")


class NotSuspended(Refused):
    message = _("Your service did not suspend this version; whoever did resumes it.")


class WithdrawnAlready(Refused):
    message = _("Your service has given notice already. It may be cut short, at once and with a motive.")


class NoNotice(Refused):
    message = _("The text states no notice: it is done at once, with a motive.")
    field = "at_once"


class MotiveMissing(Refused):
    message = _("At once: say why, the other parties read it.")
    field = "motive"


class Unfit(Refused):
    """Findings that stop a signature, each with its article and place."""

    message: str | Promise = _("The checks found faults: nobody can sign this text yet.")

    def __init__(self, findings: Sequence[Finding]) -> None:
        self.findings = list(findings)
        super().__init__(self.message)
