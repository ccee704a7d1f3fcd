"""What changes from one version of a protocol to the next: text, effect, and who may tell what to whom. Pure.

The words are those of `protocols.sentences`. A part of the document that has no sentences here is named, so that no
change goes unsaid.
"""

from __future__ import annotations

from dataclasses import dataclass

from protocols.changed_terms import raw, terms_changed
from protocols.comparing import Matcher
from protocols.sentences import ArticleText, RuleText, article_text
from protocols.terms import Flow, Protocol

EMPTY = Flow(frozenset(), frozenset())
MODES = {
    (True, True): "avec accord, ou sans",
    (True, False): "avec accord seulement",
    (False, True): "sans accord seulement",
}
SAID = {
    "articles", "matrix", "never", "conditions", "parties", "purposes", "forbidden", "third_parties", "bases",
    "categories", "urgencies", "in_force", "title", "notice", "warnings", "version", "signed_on",
}  # fmt: skip
PARTS = {
    "protocol": "identifiant", "zone": "fuseau horaire", "outside_force": "ce qui se dit hors vigueur",
    "working_hours": "heures ouvrables", "reads": "faits que les règles regardent", "sources": "sources",
    "reviews": "dates de révision",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Piece:
    """Words that stay, come or go."""

    kind: str
    words: str


@dataclass(frozen=True, slots=True)
class ArticleChange:
    """One article that differs: its text and its rewritten rules word by word, and what it orders that comes and goes.

    `kind`: "added", "removed" or "changed".
    """

    number: str
    kind: str
    text: list[Piece]
    rewritten: list[list[Piece]]
    orders_no_more: list[str]
    orders_now: list[str]

    @property
    def text_changed(self) -> bool:
        return any(piece.kind != "same" for piece in self.text)


@dataclass(frozen=True, slots=True)
class Differences:
    """All that differs; `unsaid` names the parts that changed and have no sentences of their own."""

    articles: list[ArticleChange]
    matrix: list[str]
    others: list[str]
    unsaid: list[str]

    def __bool__(self) -> bool:
        return bool(self.articles or self.matrix or self.others or self.unsaid)


def differences(old: Protocol, new: Protocol) -> Differences:
    """From the older to the newer."""
    return Differences(_articles(old, new), _matrix(old, new), terms_changed(old, new), _unsaid(old, new))


def _articles(old: Protocol, new: Protocol) -> list[ArticleChange]:
    before, after = (
        {article.number: article_text(protocol, article) for article in protocol.articles}
        for protocol in (old, new)
    )
    numbers = [*after, *(number for number in before if number not in after)]
    changes = (_article(number, before.get(number), after.get(number)) for number in numbers)
    return [change for change in changes if change]


def _article(number: str, before: ArticleText | None, after: ArticleText | None) -> ArticleChange | None:
    text = _words(before.text if before else "", after.text if after else "")
    old, new = _effect(before), _effect(after)
    both = [key for key in new if key in old and new[key] != old[key]]
    gone = [sentence for key, sentence in old.items() if key not in new]
    come = [sentence for key, sentence in new.items() if key not in old]
    kind = "added" if before is None else "removed" if after is None else "changed"
    change = ArticleChange(number, kind, text, [_words(old[key], new[key]) for key in both], gone, come)
    differs = change.text_changed or both or gone or come
    return change if kind != "changed" or differs else None


def _effect(article: ArticleText | None) -> dict[str, str]:
    """What it orders: a rule by its id, all that it says together; any other sentence by itself."""
    if article is None:
        return {}
    return {rule.id: _rule(rule) for rule in article.rules} | {f"§ {term}": term for term in article.terms}


def _rule(rule: RuleText) -> str:
    flows = [f"{pair} : {codes}." for pair, codes in rule.sends]
    held = [f"Sur décision du ou de la référent·e, {pair} : {codes}." for pair, codes in rule.held]
    return " ".join(part for part in [rule.condition, rule.duty, *rule.terms, *flows, *held] if part)


def _words(old: str, new: str) -> list[Piece]:
    before, after = old.split(), new.split()
    pieces: list[Piece] = []
    for kind, start, end, begin, stop in Matcher(before, after).get_opcodes():
        if kind == "equal":
            pieces.append(Piece("same", " ".join(before[start:end])))
            continue
        pieces += [Piece("gone", " ".join(before[start:end]))] if end > start else []
        pieces += [Piece("come", " ".join(after[begin:stop]))] if stop > begin else []
    return pieces


def _matrix(old: Protocol, new: Protocol) -> list[str]:
    said = []
    for pair in dict.fromkeys([*old.matrix, *new.matrix]):
        before, after = old.matrix.get(pair, EMPTY), new.matrix.get(pair, EMPTY)
        for category in sorted(before.agreed | before.without | after.agreed | after.without):
            said += _flow(
                category, pair, before, after, new.categories.get(category) or old.categories[category]
            )
        if before.identity != after.identity and before is not EMPTY and after is not EMPTY:
            how = "nomme désormais des personnes" if after.identity else "ne nomme plus personne"
            said.append(f"Ce qui va de {pair[0]} à {pair[1]} {how}.")
    if old.without_from != new.without_from:
        said.append(
            f"Sans accord : à partir de la criticité {new.without_from}, et non plus {old.without_from}."
        )
    for category in sorted(new.never - old.never):
        said.append(f"La catégorie {category} ({new.categories[category]}) ne part désormais plus jamais.")
    for category in sorted(old.never - new.never):
        said.append(f"La catégorie {category} ({old.categories[category]}) peut désormais partir.")
    return said


def _flow(category: str, pair: tuple[str, str], before: Flow, after: Flow, label: str) -> list[str]:
    was, is_now = (MODES.get((category in flow.agreed, category in flow.without)) for flow in (before, after))
    what, way = f"La catégorie {category} ({label})", f"de {pair[0]} à {pair[1]}"
    if was == is_now:
        return []
    if is_now is None:
        return [f"{what} ne va plus {way}."]
    if was is None:
        return [f"{what} va désormais {way}, {is_now}."]
    return [f"{what} va {way} {is_now}, et non plus {was}."]


def _unsaid(old: Protocol, new: Protocol) -> list[str]:
    before, after = raw(old), raw(new)
    changed = [key for key in sorted({*before, *after} - SAID) if before.get(key) != after.get(key)]
    return [*(PARTS.get(key, key) for key in changed), *_fine_print(old, new)]


def _fine_print(old: Protocol, new: Protocol) -> list[str]:
    """Articles whose rules differ in what the sentences of their effect don't tell."""
    before, after = (
        {each["number"]: {**each, "text": ""} for each in raw(protocol)["articles"]}
        for protocol in (old, new)
    )
    return [
        f"article {number}"
        for number in after
        if number in before
        and before[number] != after[number]
        and _effect(article_text(old, old.article(number))) == _effect(article_text(new, new.article(number)))
    ]
