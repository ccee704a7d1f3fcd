"""Two changes of one text brought together, line by line. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

from protocols.comparing import Matcher


@dataclass(frozen=True, slots=True)
class Line:
    """A line of a difference: " " stays, "-" goes, "+" comes; "…" stands for lines left out."""

    sign: str
    text: str


def merged(base: str, mine: str, theirs: str) -> str | None:
    """Both changes in one text, or None where they touch the same lines.

    Changes that touch one another count as one place: what stands side by side is for a person to read.
    """
    if mine in (base, theirs):
        return theirs
    if theirs == base:
        return mine
    lines = base.splitlines(keepends=True)
    changes: dict[tuple[int, int], list[str]] = {}
    for text in (mine, theirs):
        other = text.splitlines(keepends=True)
        for start, end, first, last in _changes(lines, other):
            put = other[first:last]
            if changes.get((start, end), put) != put:
                return None
            changes[start, end] = put
    places = sorted(changes)
    if any(after[0] <= before[1] for before, after in pairwise(places)):
        return None
    for start, end in reversed(places):
        lines[start:end] = changes[start, end]
    return "".join(lines)


def difference(before: str, after: str, *, around: int = 2) -> list[Line]:
    """What changed, with so many lines around each change."""
    old, new = before.splitlines(), after.splitlines()
    shown: list[Line] = []
    matcher = Matcher(old, new)
    for n, group in enumerate(matcher.get_grouped_opcodes(around)):
        if n:
            shown.append(Line("…", ""))
        for tag, start, end, first, last in group:
            if tag == "equal":
                shown += [Line(" ", text) for text in old[start:end]]
            else:
                shown += [Line("-", text) for text in old[start:end]]
                shown += [Line("+", text) for text in new[first:last]]
    return shown


def _changes(before: list[str], after: list[str]) -> Iterator[tuple[int, int, int, int]]:
    for tag, *bounds in Matcher(before, after).get_opcodes():
        if tag != "equal":
            start, end, first, last = bounds
            yield start, end, first, last
