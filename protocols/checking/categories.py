"""Categories of data that a text shares and that nothing can carry: announced, agreed to, and never sent."""

from collections.abc import Iterable, Iterator

from django.utils.translation import gettext as _

from pole import legal
from pole.conditions.places import Path
from protocols.checking.findings import Findings, Kind, placed_rules
from protocols.terms import Protocol

LEVELS = frozenset({legal.READING})
"""All that a situation tells: the two levels. Without it nothing it sends passes the door."""


def check_categories(protocol: Protocol, findings: Findings) -> None:
    """What rules, the situation and the reminder share, each where it is written."""
    for path, codes, known in _shared(protocol):
        for n, code in enumerate(codes):
            if code not in known:
                text = _(
                    "Nothing here carries ‘%(label)s’ (%(code)s): it would be announced and never sent. Take it out. "
                    "What can be shared here: %(known)s."
                ) % {"label": protocol.categories[code], "code": code, "known": ", ".join(sorted(known))}
                findings.fault(Kind.NOT_CARRIED, (*path, n), text)


def _shared(protocol: Protocol) -> Iterator[tuple[Path, Iterable[str], frozenset[str]]]:
    """Where something is shared, what, and what can be carried from there."""
    known = legal.shareable()
    for path, rule in placed_rules(protocol):
        without = "held" if rule.otherwise else "share"
        for key, shares in (("agreed", rule.agreed), (without, rule.other)):
            for (sender, recipient), codes in (shares or {}).items():
                yield (*path, key, f"{sender} -> {recipient}"), codes, known
    for n, article in enumerate(protocol.articles):
        place: Path = ("articles", n)
        if (reminder := protocol.reminder) and reminder.article == article.number:
            yield (*place, "reminder", "share"), reminder.share, known
        if (situation := protocol.situation) and situation.article == article.number:
            yield (*place, "situation", "share"), situation.share, LEVELS
