"""What a preview told, carried by its own form: what changed since is said before anything is finalised.

The sentences travel signed with the page, so that nothing is stored for a preview that nobody goes on with.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Self

from django.core import signing
from django.utils.translation import gettext as _

from alerts.preview import Effect
from assessment.lines import said

SALT = "alerts.told"


@dataclass(frozen=True, slots=True)
class Changes:
    """Sentences that a later preview no longer tells, and those that it tells anew."""

    gone: Sequence[str]
    come: Sequence[str]

    @classmethod
    def between(cls, mark: str, effect: Effect) -> Self | None:
        """What changed since the preview that gave the mark; None when nothing did.

        A mark that no preview gave tells nothing: everything is new.
        """
        try:
            before = signing.loads(mark, salt=SALT)
        except signing.BadSignature:
            before = []
        now = told_by(effect)
        gone = [each for each in before if each not in now]
        come = [each for each in now if each not in before]
        return cls(gone, come) if gone or come else None  # in another order it is the same


def mark_of(effect: Effect) -> str:
    """What this preview tells, for its own form."""
    return signing.dumps(told_by(effect), salt=SALT, compress=True)


def told_by(effect: Effect) -> list[str]:
    """The decision, what would leave to whom, and the answers it all rests on. Delays are not told: they move."""
    result, grid = effect.result, effect.result.grid
    sentences = [_("Level in force: %(level)s") % {"level": effect.in_force.label}]
    if dynamics := effect.decision.dynamics:
        sentences.append(_("Dynamics: %(label)s") % {"label": grid.dynamics[dynamics].label})
    sentences += [_("Marker: %(label)s") % {"label": grid.markers[code].label} for code in result.markers]
    sentences += [text for _kind, text in effect.duties]
    for envelope in effect.envelopes:
        what = ", ".join([category["label"] for category in envelope.categories] + envelope.basis)
        words = {"recipient": envelope.recipient, "article": envelope.article, "what": what}
        held = _("Held, to %(recipient)s, article %(article)s: %(what)s")
        leaves = _("Leaves to %(recipient)s, article %(article)s: %(what)s")
        sentences.append((held if envelope.is_held else leaves) % words)
    for code, answer in result.answers.items():
        indicator = grid.indicators[code]
        sentences.append(f"{indicator.label} ({code}) : {said(grid, indicator, answer)}")
    return sentences
