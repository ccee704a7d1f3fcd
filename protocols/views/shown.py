"""A protocol as its pages show it: text and orders side by side, the matrix, the delays."""

from typing import Any

from protocols.sentences import article_text, urgency_text
from protocols.terms import Flow, Protocol


def document_shown(protocol: Protocol) -> dict[str, Any]:
    """What `protocols/_document.html` wants."""
    return {
        "protocol": protocol,
        "articles": [article_text(protocol, article) for article in protocol.articles],
        "urgencies": [urgency_text(urgency) for urgency in protocol.urgencies.values()],
        "matrix": [_cell(protocol, pair, flow) for pair, flow in protocol.matrix.items()],
        "never": [protocol.categories[code] for code in sorted(protocol.never)],
        "categories": protocol.categories.items(),
        "bases": protocol.bases.values(),
        "warnings": protocol.warnings.values(),
    }


def _cell(protocol: Protocol, pair: tuple[str, str], flow: Flow) -> dict[str, object]:
    """A line of the matrix: what crosses either way, only with agreement, only without."""
    columns = {
        "both": flow.agreed & flow.without,
        "agreed": flow.agreed - flow.without,
        "without": flow.without - flow.agreed,
    }
    named = {
        name: [(code, protocol.categories[code]) for code in sorted(codes)] for name, codes in columns.items()
    }
    return {"sender": pair[0], "recipient": pair[1], "identity": flow.identity, **named}
