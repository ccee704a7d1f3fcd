"""What the articles of a protocol speak of: parties, legal bases, the matrix of what may cross, urgencies.

Each reader raises the file's own error, with path and line.
"""

from __future__ import annotations

from collections.abc import Mapping

from pole import legal
from pole.marking import N_
from pole.yamlfile import Node
from protocols.documents.delays import read_delay
from protocols.documents.hours import read_hours
from protocols.terms import AGREEMENT, REFERENT, Basis, Flow, Party, Step, Urgency


def read_texts(node: Node | None) -> dict[str, str]:
    """Texts by their codes; none where the file has no such part."""
    return {code: part.text() for code, part in node.mapping().items()} if node else {}


def read_parties(node: Node, warnings: Mapping[str, str]) -> dict[str, Party]:
    """Those who sign, by code; each may name one of the warnings."""
    parties = {}
    for code, at in node.mapping().items():
        item = at.mapping(required=("label", "kind", "hours"), optional=("warning",))
        week, always = read_hours(item["hours"])
        warning = item["warning"].one_of(warnings) if "warning" in item else None
        parties[code] = Party(code, item["label"].text(), item["kind"].text(), always, warning, week)
    if len(parties) < 2:
        raise node.error(N_("a protocol has at least two parties"))
    return parties


def read_bases(node: Node) -> dict[str, Basis]:
    """The bases by code, the two that agreement needs among them."""
    bases = {}
    for code, at in node.mapping().items():
        item = at.mapping(required=("label", "article", "reference"), optional=("law",))
        law = item["law"].one_of(legal.bases()) if "law" in item else None
        bases[code] = Basis(code, item["label"].text(), item["article"].text(), item["reference"].text(), law)
    for code in (AGREEMENT, REFERENT):
        if code not in bases:
            raise node.error(N_("'%(code)s' is missing: rules with agreement need it"), code=code)
    return bases


def read_matrix(
    node: Node, parties: Mapping[str, Party], categories: Mapping[str, str], never: frozenset[str]
) -> tuple[int, dict[tuple[str, str], Flow]]:
    """From which level on something crosses without agreement; and, by sender and recipient, what may."""
    item = node.mapping(required=("without_agreement_from", "flows"), optional=())
    flows = {}
    for pair, at in item["flows"].mapping().items():
        words = pair.split(" -> ")
        if len(words) != 2 or words[0] == words[1] or not {*words} <= parties.keys():
            raise at.error(N_("'%(pair)s': expected two different parties, like 'VIC -> AUT'"), pair=pair)
        cell = at.mapping(optional=("both", "agreed", "without", "identity"))
        columns: dict[str, frozenset[str]] = {}
        for name in ("both", "agreed", "without"):
            listed = cell[name].items() if name in cell else ()
            seen: set[str] = set().union(*columns.values())
            for part in listed:
                category = part.one_of(categories)
                if category in never:
                    raise part.error(N_("%(category)s never crosses ('never')"), category=category)
                if category in seen:
                    raise part.error(N_("%(category)s stands in this cell twice"), category=category)
                seen.add(category)
            columns[name] = frozenset(seen) - frozenset().union(*columns.values())
        flows[words[0], words[1]] = Flow(
            agreed=columns["both"] | columns["agreed"],
            without=columns["both"] | columns["without"],
            identity=cell["identity"].truth() if "identity" in cell else True,
        )
    return item["without_agreement_from"].whole(1, 99), flows


def read_urgencies(node: Node) -> dict[str, Urgency]:
    """The urgencies by code, the gravest first."""
    urgencies = {}
    given = node.mapping()
    for place, (code, at) in enumerate(given.items()):
        item = at.mapping(required=("label",), optional=("acknowledge", "answer", "ladder"))
        answer = (
            item["answer"].mapping(required=("within", "from"), optional=()) if "answer" in item else None
        )
        steps = []
        for part in item["ladder"].items() if "ladder" in item else ():
            step = part.mapping(required=("after", "who"), optional=("sender",))
            sender = step["sender"].text() if "sender" in step else None
            steps.append(
                Step(read_delay(step["after"]), step["who"].one_of({"referent", "direction"}), sender)
            )
        urgencies[code] = Urgency(
            code=code,
            label=item["label"].text(),
            rank=len(given) - place,
            acknowledge=read_delay(item["acknowledge"]) if "acknowledge" in item else None,
            answer=read_delay(answer["within"]) if answer else None,
            answer_from=answer["from"].one_of({"handover", "acknowledgement"}) if answer else None,
            ladder=tuple(steps),
        )
    return urgencies
