"""What a protocol may legally say and cannot mean, found before anyone signs it.

Conditions are searched exactly: every state of the facts that they tell apart. Where that is too many, the finding
says so. What a check cannot know (whether a grid's answers can bring two facts together) it does not claim.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from django.utils.translation import gettext as _

from assessment.grid import Grid
from assessment.grids import GridError, load_grid
from pole.mistakes import in_words
from pole.yamlfile import FileError, Node, load
from protocols.checking.bases import check_bases
from protocols.checking.categories import check_categories
from protocols.checking.conditions import Asking, check_conditions
from protocols.checking.delays import check_delays
from protocols.checking.findings import Finding, Findings, Kind, article_at
from protocols.checking.opposites import check_opposites
from protocols.checking.parties import Staff, check_parties
from protocols.checking.possible import Possible, levels_named
from protocols.checking.texts import check_texts
from protocols.checking.tidiness import check_tidiness
from protocols.checking.vocabulary import check_vocabulary
from protocols.documents import ProtocolError, read_protocol
from protocols.terms import Protocol

__all__ = ["Examined", "Finding", "Kind", "Staff", "check", "check_parties", "examine"]

STEPS = 20_000


@dataclass(frozen=True, slots=True)
class Examined:
    """A protocol, if the text is one, and what was found."""

    protocol: Protocol | None
    findings: list[Finding]

    @property
    def faults(self) -> list[Finding]:
        """Those that stop a signature."""
        return [finding for finding in self.findings if finding.is_fault]


def examine(source: str | Path, *, steps: int = STEPS) -> Examined:
    """Read and check a protocol's text, or file. A text that is no protocol is one fault, with its place.

    Args:
        steps: how many branches a search may try.
    """
    root: Node | None = None
    try:
        root = load(source, error=ProtocolError)
        protocol = read_protocol(root)
    except FileError as problem:
        article = article_at(root, _path(problem.path)) if root else ""
        return Examined(
            None,
            [Finding(Kind.UNUSABLE, article, problem.path, problem.line, in_words(problem), is_fault=True)],
        )
    return Examined(protocol, check(protocol, root, steps=steps))


def check(protocol: Protocol, root: Node, *, steps: int = STEPS) -> list[Finding]:
    """Everything found in a protocol, in the order of its file.

    Args:
        root: the file that it was read from, for the lines.
    """
    findings = Findings(protocol, root)
    grid = _grid(protocol, findings)
    levels = [level for level in grid.levels if level is not None] if grid else levels_named(protocol)
    asking = Asking(Possible(protocol, levels, steps=steps), findings)
    if grid:
        check_vocabulary(protocol, grid, findings)
    check_conditions(protocol, asking)
    check_opposites(protocol, asking)
    check_delays(protocol, findings)
    check_bases(protocol, findings)
    check_categories(protocol, findings)
    check_texts(protocol, findings)
    check_tidiness(protocol, findings)
    return findings.in_order()


def _grid(protocol: Protocol, findings: Findings) -> Grid | None:
    try:
        return load_grid(protocol.grid)
    except GridError:
        text = _("The grid %(grid)s is not known here: levels are taken from the rules themselves.")
        findings.oddity(Kind.UNKNOWN_FACT, ("reads", "grid"), text % {"grid": protocol.grid})
        return None


def _path(place: str) -> tuple[str | int, ...]:
    """`articles[5].rules[1]` as a path; enough of it to find the article."""
    if not place.startswith("articles["):
        return ()
    return "articles", int(place.removeprefix("articles[").partition("]")[0])
