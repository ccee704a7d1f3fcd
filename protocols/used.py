"""Where a protocol's text names one of its own terms: an urgency, a category, a basis, a party."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from pole.yamlfile import Node
from protocols.checking.findings import article_at

NAMED_UNDER = {
    "urgencies": {"urgency", "since_last", "of"},
    "categories": {"never", "both", "agreed", "without", "share", "held", "measure"},
    "bases": {"basis"},
    "parties": {"from", "notify"},
}
"""Under which keys the codes of each part of the file are named."""
PAIRS = {"flows", "share", "agreed", "held"}
"""Under these, keys name two parties: "VIC -> POL"."""


@dataclass(frozen=True, slots=True)
class Use:
    """One place that names a term, as far as a person looks for it.

    `article` and `rule` are empty outside the articles; `pair` is a line of the matrix; `path` says it for the rest.
    """

    article: str
    rule: str
    pair: str
    path: str
    place: int | None = None


def uses(root: Node, part: str, code: str) -> list[Use]:
    """Where the text names this code of `part` ("urgencies", "categories", "bases", "parties"), each place once."""
    found = [_use(root, node) for node in _named(root, part, code)]
    return list(dict.fromkeys(found))


def _named(node: Node, part: str, code: str) -> Iterator[Node]:
    if node.path[:1] == (part,):
        return
    if isinstance(node.value, dict):
        for key, each in node.value.items():
            if part == "parties" and node.path[-1:] and node.path[-1] in PAIRS and code in key.split(" -> "):
                yield each
            else:
                yield from _named(each, part, code)
    elif isinstance(node.value, list):
        for each in node.value:
            yield from _named(each, part, code)
    elif "stands_in" in node.path:
        if f"{node.value}.".startswith(f"{part}.{code}."):
            yield node
    elif (
        node.value == code and NAMED_UNDER[part].intersection(map(str, node.path)) and "when" not in node.path
    ):
        yield node


def _use(root: Node, node: Node) -> Use:
    path = node.path
    if path[:1] == ("articles",) and len(path) > 1:
        rule = root.at((*path[:4], "id")).value if path[2:3] == ("rules",) else ""
        place = path[1] if isinstance(path[1], int) else None
        return Use(article_at(root, path), rule if isinstance(rule, str) else "", "", "", place)
    if path[:2] == ("matrix", "flows") and len(path) > 2:
        return Use("", "", str(path[2]), "")
    return Use("", "", "", node.place)
