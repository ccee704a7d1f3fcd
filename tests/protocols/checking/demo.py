"""The demonstration protocol with passages changed, and what the check says of it."""

from protocols.checking import Kind, examine
from protocols.documents.loading import HERE

TEXT = (HERE / "demo-2026.yaml").read_text(encoding="utf-8")
KNOWN = {(Kind.NO_ACKNOWLEDGEMENT, "9", "urgencies.concerted"), (Kind.OPPOSITE, "7", "articles[14].rules[0]")}
"""What the demonstration protocol itself leaves open."""
YELLOW = "when: {all: [{severity: 2}, something_new]}"
"""The condition of the article on yellow notices."""


def changed(*pairs: tuple[str, str]) -> str:
    """The demonstration protocol with passages replaced, each the first of its kind."""
    text = TEXT
    for before, after in pairs:
        assert before in text, before
        text = text.replace(before, after, 1)
    return text


def found(text: str) -> set[tuple[Kind, str, str]]:
    """Kind, article and path of every finding beyond the demonstration protocol's own."""
    return {(each.kind, each.article, each.path) for each in examine(text).findings} - KNOWN
