"""A draft as its page shows it: each article with what it orders and what was found about it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from pole.tenancy.models import Service
from pole.yamlfile import Node
from protocols.checking import Finding
from protocols.drafts import parties_of
from protocols.law_shown import LawShown, law_shown
from protocols.models import ProtocolDraft
from protocols.partial import Partial, Written, mapping_at, written_articles
from protocols.sentences import RuleText, UrgencyText, article_text, hours_words, urgency_text, week_words
from protocols.terms import Protocol


@dataclass(frozen=True, slots=True)
class ShownRule:
    """A rule at its place in the file; without sentence where it can't be read."""

    place: int
    name: str
    text: RuleText | None


@dataclass(frozen=True, slots=True)
class ShownArticle:
    place: int
    number: str
    text: str
    rules: list[ShownRule]
    terms: list[str]
    orders_nothing: bool
    stands_in: list[str]
    findings: list[Finding]


@dataclass(frozen=True, slots=True)
class ShownParty:
    code: str
    label: str
    service: Service | None
    hours: list[str]


@dataclass(frozen=True, slots=True)
class ShownCategory:
    code: str
    label: str
    never: bool


@dataclass(frozen=True, slots=True)
class ShownBasis:
    """A basis as it is written, beside what the dated table knows of it."""

    code: str
    label: str
    article: str
    reference: str
    law: LawShown | None


def page_of(draft: ProtocolDraft, read: Partial) -> dict[str, Any]:
    """What the pages of a draft share."""
    protocol = read.protocol
    articles = [_article(protocol, read.findings, written) for written in written_articles(read.root)]
    shown = {article.number for article in articles}
    return {
        "draft": draft,
        "read": read,
        "protocol": protocol,
        "articles": articles,
        "elsewhere": [found for found in read.findings if found.article not in shown],
        "parties": _parties(draft, protocol),
        "matrix": matrix_of(protocol) if protocol else [],
        "urgencies": _urgencies(protocol, read.root),
        "categories": _categories(read.root),
        "bases": _bases(read.root),
        "week": week_words(protocol.week) if protocol else [],
    }


def _article(protocol: Protocol | None, findings: Sequence[Finding], written: Written) -> ShownArticle:
    number = written.number
    read = next((each for each in protocol.articles if each.number == number), None) if protocol else None
    said = article_text(protocol, read) if protocol and read else None
    sentences = {rule.id: rule for rule in said.rules} if said else {}
    return ShownArticle(
        place=written.place,
        number=number,
        text=written.text,
        rules=[
            ShownRule(n, name, sentences.get(name)) for n, name in enumerate(_names(written.part("rules")))
        ],
        terms=said.terms if said else [],
        orders_nothing=bool(read and read.orders_nothing),
        stands_in=list(read.stands_in) if read else [],
        findings=[found for found in findings if found.article == number],
    )


def _names(rules: Node | None) -> list[str]:
    """What each rule of an article calls itself, right or wrong."""
    listed = rules.value if rules and isinstance(rules.value, list) else []
    parts = [rule.value if isinstance(rule.value, dict) else {} for rule in listed]
    return [str(part["id"].value) if "id" in part else "?" for part in parts]


def _parties(draft: ProtocolDraft, protocol: Protocol | None) -> list[ShownParty]:
    said = parties_of(draft)
    if protocol is None:
        return [ShownParty(code, "", service, []) for code, service in said.items()]
    return [
        ShownParty(code, party.label, said.get(code), hours_words(party))
        for code, party in protocol.parties.items()
    ]


def _urgencies(protocol: Protocol | None, root: Node | None) -> list[UrgencyText]:
    """Each urgency in words; where nothing can be read yet, what they call themselves, so that they can be mended."""
    if protocol:
        return [urgency_text(each) for each in protocol.urgencies.values()]
    return [UrgencyText(code, code, "", "", []) for code in mapping_at(root, "urgencies")]


def _categories(root: Node | None) -> list[ShownCategory]:
    never = mapping_at(root).get("never")
    codes = never if isinstance(never, list) else []
    return [
        ShownCategory(code, str(label), code in codes)
        for code, label in mapping_at(root, "categories").items()
    ]


def _bases(root: Node | None) -> list[ShownBasis]:
    bases = []
    for code in mapping_at(root, "bases"):
        said = {key: str(value) for key, value in mapping_at(root, "bases", code).items()}
        law = law_shown(said.get("law"))
        words = [said.get(key, "") for key in ("label", "article", "reference")]
        bases.append(ShownBasis(code, words[0] or code, words[1], words[2], law))
    return bases


def matrix_of(protocol: Protocol) -> list[dict[str, object]]:
    """Each line of the matrix: what crosses either way, only with agreement, only without."""
    lines = []
    for (sender, recipient), flow in protocol.matrix.items():
        columns = {
            "both": flow.agreed & flow.without,
            "agreed": flow.agreed - flow.without,
            "without": flow.without - flow.agreed,
        }
        named = {
            name: [(code, words) for code, words in protocol.categories.items() if code in codes]
            for name, codes in columns.items()
        }
        lines.append({"sender": sender, "recipient": recipient, "identity": flow.identity, **named})
    return lines
