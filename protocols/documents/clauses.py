"""The articles of a protocol's file: their text, and the rules that encode them, checked against the
matrix."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

from pole.conditions import Condition, ConditionError, Vocabulary, parse
from pole.marking import N_
from pole.yamlfile import Node
from protocols.documents.delays import read_delay, read_period, read_term
from protocols.terms import (
    HOLD,
    NOTHING,
    REFERENT,
    Article,
    Basis,
    Flow,
    Party,
    Reminder,
    Rule,
    Situation,
    Urgency,
)

Shares = dict[tuple[str, str], tuple[str, ...]]
RULE = ("from", "urgency", "within", "purposes", "basis", "share", "otherwise", "agreed", "held", "duty")


@dataclass
class Clauses:
    """Reads articles against what the rest of the file defines."""

    parties: Mapping[str, Party]
    categories: Mapping[str, str]
    purposes: Mapping[str, str]
    bases: Mapping[str, Basis]
    matrix: Mapping[tuple[str, str], Flow]
    urgencies: Mapping[str, Urgency]
    vocabulary: Vocabulary
    names: Collection[str]
    reminder: Reminder | None = None
    situation: Situation | None = None
    _ids: set[str] = field(default_factory=set)

    def articles(self, node: Node) -> tuple[Article, ...]:
        """All articles, in order; `reminder` and `situation` are set on the way."""
        articles: list[Article] = []
        for at in node.items():
            item = at.mapping(
                required=("number", "text"),
                optional=("rules", "terms", "reminder", "situation", "stands_in", "orders"),
            )
            number = item["number"].text()
            if any(article.number == number for article in articles):
                raise item["number"].error(N_("article %(number)s stands here twice"), number=number)
            rules = (
                tuple(self._rule(part, number) for part in item["rules"].items()) if "rules" in item else ()
            )
            terms = (
                {name: read_term(part) for name, part in item["terms"].mapping().items()}
                if "terms" in item
                else None
            )
            if "reminder" in item:
                self.reminder = self._reminder(item["reminder"], number)
            if "situation" in item:
                self.situation = self._situation(item["situation"], number)
            stands_in = item["stands_in"].words() if "stands_in" in item else ()
            orders_nothing = "orders" in item and item["orders"].one_of({"nothing"}) == "nothing"
            if orders_nothing and (extra := item.keys() - {"number", "text", "orders"}):
                raise item["orders"].error(N_("'orders: nothing' does not go with '%(key)s'"), key=min(extra))
            articles.append(Article(number, item["text"].text(), rules, terms, stands_in, orders_nothing))
        return tuple(articles)

    def _rule(self, node: Node, article: str) -> Rule:
        item = node.mapping(required=("id", "when"), optional=RULE)
        name = item["id"].text()
        if name in self._ids:
            raise item["id"].error(N_("a rule '%(name)s' stands here twice"), name=name)
        self._ids.add(name)
        when = self._condition(item["when"])
        if "duty" in item:
            if extra := item.keys() - {"id", "when", "from", "duty"}:
                raise node.error(N_("a duty sends nothing: '%(key)s' does not belong here"), key=min(extra))
            if "from" not in item:
                raise node.error(N_("say 'from' which parties the duty is"))
            senders = frozenset(part.one_of(self.parties) for part in item["from"].items())
            return Rule(name, article, when, senders, duty=item["duty"].text())
        for key in ("urgency", "within", "purposes"):
            if key not in item:
                raise node.error(N_("'%(key)s' is missing"), key=key)
        if "from" in item:
            raise item["from"].error(N_("who sends is said by the pairs, like 'VIC -> AUT'"))
        agreed, other, otherwise, basis = self._shares(node, item)
        return Rule(
            id=name,
            article=article,
            when=when,
            senders=frozenset(sender for sender, _recipient in {**agreed, **other}),
            urgency=self._urgency(item["urgency"]),
            within=read_delay(item["within"]),
            purposes=self._purposes(item["purposes"]),
            otherwise=otherwise,
            basis=basis,
            agreed=agreed,
            other=other,
        )

    def _shares(self, node: Node, item: Mapping[str, Node]) -> tuple[Shares, Shares, str | None, str | None]:
        if "share" in item:
            for key in ("otherwise", "agreed", "held"):
                if key in item:
                    raise item[key].error(
                        N_("'share' needs no agreement: it goes with 'basis' and nothing else")
                    )
            if "basis" not in item:
                raise node.error(N_("what is shared without agreement needs a 'basis'"))
            basis = item["basis"].one_of(self.bases)
            return {}, self._pairs(item["share"], agreed=False), None, basis
        if "held" in item and "basis" in item:
            for key in ("agreed", "otherwise"):
                if key in item:
                    raise item[key].error(
                        N_("what is held on a 'basis' is the référent's to decide, agreed or not")
                    )
            return {}, self._pairs(item["held"], agreed=False), HOLD, item["basis"].one_of(self.bases)
        if "agreed" not in item or "otherwise" not in item:
            raise node.error(
                N_(
                    "a rule has 'share' and 'basis', or 'held' and 'basis', or 'agreed' and 'otherwise', or a 'duty'"
                )
            )
        if "basis" in item:
            raise item["basis"].error(N_("the basis of what is agreed to is the agreement"))
        otherwise = item["otherwise"].one_of({HOLD, NOTHING})
        agreed = self._pairs(item["agreed"], agreed=True)
        if (otherwise == HOLD) != ("held" in item):
            raise node.error(N_("'held' says what the referent may send; it goes with 'otherwise: hold'"))
        held = self._pairs(item["held"], agreed=False) if "held" in item else {}
        if held and held.keys() != agreed.keys():
            raise item["held"].error(N_("'held' and 'agreed' name the same pairs"))
        return agreed, held, otherwise, REFERENT if held else None

    def _pairs(self, node: Node, *, agreed: bool) -> Shares:
        shares: Shares = {}
        for pair, at in node.mapping().items():
            sender, _arrow, recipient = pair.partition(" -> ")
            flow = self.matrix.get((sender, recipient))
            if flow is None:
                raise at.error(
                    N_("The matrix lets nothing go “%(pair)s”: open it there, or take it out of this rule."),
                    pair=pair,
                )
            allowed = flow.agreed if agreed else flow.without
            shares[sender, recipient] = self._listed(at, allowed, pair, agreed=agreed)
        if not shares:
            raise node.error(N_("say what goes from whom to whom"))
        return shares

    def _listed(self, node: Node, allowed: frozenset[str], pair: str, *, agreed: bool) -> tuple[str, ...]:
        for part in node.items():
            if part.one_of(self.categories) not in allowed:
                raise part.error(_closed(agreed), code=part.value, pair=pair)
        if not (listed := node.words()):
            raise node.error(N_("say which categories"))
        return listed

    def _reminder(self, node: Node, article: str) -> Reminder:
        item = node.mapping(
            required=("urgency", "least_severity", "measure", "before", "purposes", "share"), optional=()
        )
        share = tuple(part.one_of(self.categories) for part in item["share"].items())
        measure = item["measure"].one_of(share)
        before = tuple(read_period(part) for part in item["before"].items())
        least = item["least_severity"].whole(0, 99)
        return Reminder(
            article,
            self._urgency(item["urgency"]),
            least,
            measure,
            before,
            self._purposes(item["purposes"]),
            share,
        )

    def _situation(self, node: Node, article: str) -> Situation:
        item = node.mapping(
            required=("urgency", "notify", "difference", "one_reaches", "basis", "purposes", "share"),
            optional=(),
        )
        notify = item["notify"].one_of(self.parties)
        for (sender, recipient), flow in self.matrix.items():
            if recipient == notify:
                self._listed(item["share"], flow.without, f"{sender} -> {recipient}", agreed=False)
        return Situation(
            article=article,
            urgency=self._urgency(item["urgency"]),
            notify=notify,
            difference=item["difference"].whole(1, 99),
            one_reaches=item["one_reaches"].whole(0, 99),
            basis=item["basis"].one_of(self.bases),
            purposes=self._purposes(item["purposes"]),
            share=item["share"].words(),
        )

    def _condition(self, node: Node) -> Condition:
        try:
            return parse(node.plain(), self.vocabulary, names=self.names)
        except ConditionError as problem:
            raise node.at(problem.path).error(problem.message, **problem.params) from None

    def _urgency(self, node: Node) -> Urgency:
        return self.urgencies[node.one_of(self.urgencies)]

    def _purposes(self, node: Node) -> tuple[str, ...]:
        purposes = tuple(part.one_of(self.purposes) for part in node.items())
        if not purposes:
            raise node.error(N_("say for which purpose"))
        return purposes


def _closed(agreed: bool) -> str:
    """What a rule meets once its authors close a category in the matrix."""
    if agreed:
        return N_(
            "The matrix does not let %(code)s go %(pair)s with agreement: allow it there, or take it out of this rule."
        )
    return N_(
        "The matrix does not let %(code)s go %(pair)s without agreement: allow it there, or take it out of this rule."
    )
