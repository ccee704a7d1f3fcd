"""Categories of data that a text shares and that nothing can carry: announced, agreed to, and never sent."""

from collections.abc import Iterable, Iterator

from django.utils.translation import gettext as _

from pole import legal
from pole.conditions.places import Path
from protocols.checking.findings import Findings, Kind, placed_rules
from protocols.terms import Protocol


def check_categories(protocol: Protocol, findings: Findings) -> None:
    """What rules, the situation and the reminder share, each where it is written."""
    known = legal.shareable()
    for path, codes in _shared(protocol):
        for n, code in enumerate(codes):
            if code not in known:
                text = _(
                    "Nothing carries ‘%(label)s’ (%(code)s): it would be announced and never sent. Take it out here; "
                    "these can be shared: %(known)s."
                ) % {"label": protocol.categories[code], "code": code, "known": ", ".join(sorted(known))}
                findings.fault(Kind.NOT_CARRIED, (*path, n), text)


def _shared(protocol: Protocol) -> Iterator[tuple[Path, Iterable[str]]]:
    for path, rule in placed_rules(protocol):
        without = "held" if rule.otherwise else "share"
        for key, shares in (("agreed", rule.agreed), (without, rule.other)):
            for (sender, recipient), codes in (shares or {}).items():
                yield (*path, key, f"{sender} -> {recipient}"), codes
    for n, article in enumerate(protocol.articles):
        for name, clause in (("reminder", protocol.reminder), ("situation", protocol.situation)):
            if clause and clause.article == article.number:
                yield ("articles", n, name, "share"), clause.share
