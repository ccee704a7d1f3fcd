"""What the protocol obliges to, as ODRL obligations: to send, to acknowledge, to tell somebody higher, to review."""

from __future__ import annotations

from collections.abc import Iterator

from pole.conditions import describe
from protocols.odrl.matrix import EVERYBODY, SHARE
from protocols.odrl.naming import Names, Thing, constraint, french, within
from protocols.terms import HOLD, Protocol, Rule, Step, Urgency
from protocols.wording import ProtocolWording

Pair = tuple[str, str]


def obligations(protocol: Protocol, names: Names) -> Iterator[Thing]:
    """Every duty of the text: what rules order, acknowledgements, what senders do themselves, reviews."""
    for rule in protocol.rules:
        yield from _own_duty(protocol, names, rule) if rule.duty else _orders(protocol, names, rule)
    for pair, urgency in _sent(protocol):
        yield from _acknowledgement(names, pair, urgency)
    for n, day in enumerate(protocol.reviews):
        due = {"@type": "xsd:date", "@value": day.isoformat()}
        yield {
            "@type": "odrl:Duty",
            "@id": names.of("obligation", f"review-{n + 1}"),
            "odrl:action": {"@id": "odrl:reviewPolicy"},
            "odrl:assigner": names.ref("party", EVERYBODY),
            "odrl:assignee": names.ref("party", EVERYBODY),
            "odrl:target": {"@id": names.policy},
            "odrl:constraint": [constraint("odrl:dateTime", "lteq", due)],
        }


def _orders(protocol: Protocol, names: Names, rule: Rule) -> Iterator[Thing]:
    """One obligation per pair that a rule sends along; held by a référent, it is one to decide."""
    held = rule.otherwise == HOLD and not rule.agreed
    for (sender, recipient), categories in (rule.agreed or rule.other or {}).items():
        found: Thing = {
            "@type": "odrl:Duty",
            "@id": names.of("obligation", f"{rule.id}-{sender}-{recipient}"),
            "odrl:assigner": names.ref("party", EVERYBODY),
            "odrl:assignee": names.ref("party", sender),
            "odrl:target": [names.ref("category", code) for code in categories],
            **({"odrl:action": {"@id": "pole:decideWhetherToShare"}} if held else SHARE),
            "odrl:constraint": [
                constraint("odrl:recipient", "eq", names.ref("party", recipient)),
                constraint("odrl:event", "eq", names.ref("condition", rule.id)),
                *([within(rule.within)] if rule.within else []),
            ],
            "dcterms:source": names.ref("article", rule.article),
        }
        if rule.agreed:
            found["odrl:constraint"].append(constraint("pole:agreement", "eq", names.ref("party", "person")))
            found["dpv:hasLegalBasis"] = [names.ref("basis", "agreement")]
        elif rule.basis:
            found["dpv:hasLegalBasis"] = [names.ref("basis", rule.basis)]
        found["dpv:hasPurpose"] = [names.ref("purpose", code) for code in rule.purposes]
        yield found


def _own_duty(protocol: Protocol, names: Names, rule: Rule) -> Iterator[Thing]:
    """What senders do outside the system: the text says it, and this names it."""
    for sender in sorted(rule.senders):
        yield {
            "@type": "odrl:Duty",
            "@id": names.of("obligation", f"{rule.id}-{sender}"),
            "odrl:action": {"@id": "pole:actAsTheArticleSays"},
            "odrl:assigner": names.ref("party", EVERYBODY),
            "odrl:assignee": names.ref("party", sender),
            "odrl:constraint": [constraint("odrl:event", "eq", names.ref("condition", rule.id))],
            "dcterms:source": names.ref("article", rule.article),
            "rdfs:comment": french(rule.duty or ""),
        }


def conditions(protocol: Protocol, names: Names) -> Iterator[Thing]:
    """The events that obligations wait for: a rule's condition, in words."""
    wording = ProtocolWording(protocol)
    for rule in protocol.rules:
        yield {
            "@id": names.of("condition", rule.id),
            "@type": "pole:Event",
            "rdfs:label": french(describe(rule.when, wording)),
        }


def _sent(protocol: Protocol) -> Iterator[tuple[Pair, Urgency]]:
    """Each pair and urgency that something is sent along with, once."""
    found: dict[tuple[Pair, str], Urgency] = {}
    for rule in protocol.rules:
        for pair in {**(rule.agreed or {}), **(rule.other or {})}:
            if rule.urgency:
                found[pair, rule.urgency.code] = rule.urgency
    return iter((pair, urgency) for (pair, _code), urgency in found.items())


def _acknowledgement(names: Names, pair: Pair, urgency: Urgency) -> Iterator[Thing]:
    """The recipient tells the sender that it has the alert; when it does not, whom to tell."""
    sender, recipient = pair
    if urgency.acknowledge is None:
        return
    yield {
        "@type": "odrl:Duty",
        "@id": names.of("obligation", f"acknowledge-{urgency.code}-{sender}-{recipient}"),
        "odrl:action": {"@id": "odrl:inform"},
        "odrl:assigner": names.ref("party", EVERYBODY),
        "odrl:assignee": names.ref("party", recipient),
        "odrl:informedParty": names.ref("party", sender),
        "odrl:constraint": [
            constraint("odrl:event", "eq", names.ref("alert", urgency.code)),
            within(urgency.acknowledge),
        ],
        "odrl:consequence": [
            _rung(names, recipient, urgency, n, step) for n, step in enumerate(urgency.ladder, start=1)
        ],
    }


def _rung(names: Names, recipient: str, urgency: Urgency, n: int, step: Step) -> Thing:
    return {
        "@type": "odrl:Duty",
        "odrl:action": {"@id": "odrl:inform"},
        "odrl:assignee": names.ref("party", recipient),
        "odrl:informedParty": names.ref("party", f"{recipient}-{step.who}"),
        "odrl:constraint": [
            constraint("odrl:event", "eq", names.ref("alert", f"{urgency.code}-unacknowledged")),
            within(step.after),
        ],
        "pole:rung": n,
    }


def of_person(names: Names) -> Thing:
    """The person whom a service follows: agreement is theirs to give."""
    return {
        "@id": names.of("party", "person"),
        "@type": ["odrl:Party", "dpv:DataSubject"],
        "rdfs:label": french("la personne que le service accompagne"),
    }


def answering(protocol: Protocol, names: Names) -> Iterator[Thing]:
    """The functions that a ladder names at each recipient."""
    for code in protocol.parties:
        for who in sorted({step.who for urgency in protocol.urgencies.values() for step in urgency.ladder}):
            yield {
                "@id": names.of("party", f"{code}-{who}"),
                "@type": "odrl:Party",
                "odrl:partOf": names.ref("party", code),
            }
