"""What a check says about a protocol: what kind of thing, under which article, on which line, and why."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from pole.conditions.places import Path
from pole.yamlfile import Node
from protocols.terms import Protocol, Rule


class Kind(StrEnum):
    """What can be found. Words may change; these stay."""

    UNUSABLE = "unusable"
    UNREACHABLE = "unreachable"
    ALWAYS = "always"
    NOT_DECIDED = "not_decided"
    OPPOSITE = "opposite"
    REFUSED_BY_MATRIX = "refused_by_matrix"
    UNKNOWN_URGENCY = "unknown_urgency"
    NOT_CARRIED = "not_carried"
    NO_ACKNOWLEDGEMENT = "no_acknowledgement"
    NO_ESCALATION = "no_escalation"
    CIRCULAR = "circular"
    OUT_OF_ORDER = "out_of_order"
    UNMEETABLE = "unmeetable"
    BASIS = "basis"
    NO_RULE = "no_rule"
    NO_TEXT = "no_text"
    UNKNOWN_FACT = "unknown_fact"
    UNUSED = "unused"
    NO_MEMBER = "no_member"
    NO_DUTY = "no_duty"


@dataclass(frozen=True, slots=True)
class Finding:
    """A fault stops a signature; an oddity is for its authors to look at.

    `article` is empty for what stands outside the articles; `line` is 0 for a text that has none.
    """

    kind: Kind
    article: str
    path: str
    line: int
    reason: str
    is_fault: bool


class Findings:
    """Collects what is found in one protocol, each with the article it stands under."""

    def __init__(self, protocol: Protocol, root: Node) -> None:
        self.protocol, self.root = protocol, root
        self._found: list[Finding] = []

    def fault(self, kind: Kind, path: Path, reason: str, *, article: str = "") -> None:
        """What makes the protocol unfit to be signed."""
        self._add(kind, path, reason, article, is_fault=True)

    def oddity(self, kind: Kind, path: Path, reason: str, *, article: str = "") -> None:
        """What may be meant."""
        self._add(kind, path, reason, article, is_fault=False)

    def in_order(self) -> list[Finding]:
        """All of them, each once, in the order of the file."""
        return sorted(set(self._found), key=lambda found: (found.line, found.path, found.kind, found.reason))

    def _add(self, kind: Kind, path: Path, reason: str, article: str, *, is_fault: bool) -> None:
        node = self.root.at(path)
        where = article or article_at(self.root, path)
        self._found.append(Finding(kind, where, node.place, node.line, reason, is_fault))


def article_at(root: Node, path: Path) -> str:
    """The number of the article that a path leads into; empty outside the articles."""
    if len(path) < 2 or path[0] != "articles":
        return ""
    number = root.at((*path[:2], "number"))
    return number.value if isinstance(number.value, str) else ""


def placed_rules(protocol: Protocol) -> Iterator[tuple[Path, Rule]]:
    """Every rule with the path at which it is written."""
    for n, article in enumerate(protocol.articles):
        for k, rule in enumerate(article.rules):
            yield ("articles", n, "rules", k), rule
