"""What can be read of a text in work: wrong rules are set aside, so that one mistake doesn't hide the rest."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any

from pole.mistakes import in_words
from pole.yamlfile import FileError, Node, load
from protocols.checking import Finding, Kind, check, check_parties
from protocols.checking.findings import article_at
from protocols.documents import ProtocolError, read_protocol
from protocols.drafts import parties_of
from protocols.models import ProtocolDraft
from protocols.staffing import staff_of
from protocols.terms import Protocol

SET_ASIDE = 40
"""How many mistakes are looked for in one text; more than that is another kind of file."""
FOLLOWS = {Kind.NO_RULE, Kind.UNUSED, Kind.NO_TEXT}
"""What is found only because a wrong rule was set aside."""


@dataclass(frozen=True, slots=True)
class Partial:
    """A text as far as it goes.

    Args:
        root: the file as it is written, or None if it is no YAML.
        protocol: what it says without the rules that are wrong, or None if something outside the articles is.
        findings: first what can't be read, then what the checks say of the rest.
        is_whole: nothing was set aside.
    """

    root: Node | None
    protocol: Protocol | None
    findings: list[Finding]
    is_whole: bool

    @property
    def faults(self) -> int:
        return sum(found.is_fault for found in self.findings)

    @property
    def oddities(self) -> int:
        return len(self.findings) - self.faults


def partial_of(draft: ProtocolDraft) -> Partial:
    """A draft's text with its findings, and those about the services behind its parties."""
    read, kept = _read(draft.text)
    if read.protocol is None or kept is None:
        return read
    parties = {code: who for code, who in parties_of(draft).items() if code in read.protocol.parties}
    people = check_parties(read.protocol, kept, staff_of(parties))
    return replace(read, findings=[*read.findings, *people])


def partial(text: str) -> Partial:
    """A text with its findings, whoever its parties are."""
    return _read(text)[0]


@lru_cache(maxsize=16)
def _read(text: str) -> tuple[Partial, Node | None]:
    try:
        root = load(text, error=ProtocolError)
    except FileError as problem:
        return Partial(None, None, [_unusable(problem)], is_whole=False), None
    kept, wrong = root, list[Finding]()
    for _n in range(SET_ASIDE):
        try:
            protocol = read_protocol(kept)
        except ProtocolError as problem:
            wrong.append(_unusable(problem, root))
            path = _wrong_part(steps_of(problem.path))
            if not path:
                return Partial(root, None, wrong, is_whole=False), None
            kept = _without(kept, path)
            continue
        found = check(protocol, kept)
        if wrong:
            found = [each for each in found if each.kind not in FOLLOWS]
        return Partial(root, protocol, [*wrong, *found], is_whole=not wrong), kept
    return Partial(root, None, wrong, is_whole=False), None


def steps_of(place: str) -> tuple[str | int, ...]:
    """`articles[5].rules[1].when` as a path. Keys that hold a dot or a bracket are cut; articles have none."""
    return tuple(
        int(step[1:-1]) if step[0] == "[" else step for step in re.findall(r"\[\d+\]|[^.\[\]]+", place)
    )


def _unusable(problem: FileError, root: Node | None = None) -> Finding:
    article = article_at(root, steps_of(problem.path)) if root else ""
    return Finding(Kind.UNUSABLE, article, problem.path, problem.line, in_words(problem), is_fault=True)


def _wrong_part(path: tuple[str | int, ...]) -> tuple[str | int, ...]:
    """The least that is set aside: a rule, another part of an article, or an article that has no number or text."""
    if path[:1] != ("articles",) or len(path) < 2:
        return ()
    if path[2:3] == ("rules",) and len(path) > 3:
        return path[:4]
    return path[:3] if len(path) > 2 and path[2] not in {"number", "text"} else path[:2]


def _without(node: Node, path: tuple[str | int, ...]) -> Node:
    """The same tree without one part. What stays keeps the place that it is written at."""
    first, *rest = path
    index = _index(node, first) if isinstance(first, int) else first
    if not rest:
        if isinstance(node.value, list):
            return replace(node, value=[part for n, part in enumerate(node.value) if n != index])
        return replace(node, value={key: part for key, part in node.value.items() if key != index})
    if isinstance(node.value, list):
        changed = [_without(part, tuple(rest)) if n == index else part for n, part in enumerate(node.value)]
        return replace(node, value=changed)
    return replace(node, value={**node.value, index: _without(node.value[index], tuple(rest))})


def _index(node: Node, written: int) -> int:
    """Where the part that is written at this place stands now."""
    return next(n for n, part in enumerate(node.value) if part.path[-1] == written)


@dataclass(frozen=True, slots=True)
class Written:
    """An article as it is written, right or wrong: empty where it says neither number nor text."""

    place: int
    number: str
    text: str
    node: Node

    def part(self, key: str) -> Node | None:
        return self.node.value.get(key) if isinstance(self.node.value, dict) else None


def written_articles(root: Node | None) -> list[Written]:
    """All articles, in the order of the file."""
    listed = root.value.get("articles") if root and isinstance(root.value, dict) else None
    nodes = listed.value if listed and isinstance(listed.value, list) else []
    return [Written(n, _word(node, "number"), _word(node, "text"), node) for n, node in enumerate(nodes)]


def mapping_at(root: Node | None, *path: str) -> dict[str, Any]:
    """What the file says there, as plain data; {} where that is no mapping."""
    node = root.at(path) if root else None
    said = node.plain() if node and node.path == path else {}
    return said if isinstance(said, dict) else {}


def _word(node: Node, key: str) -> str:
    part = node.value.get(key) if isinstance(node.value, dict) else None
    return part.value if part and isinstance(part.value, str) else ""
