"""The matrix as ODRL: what each party may tell which other, on which terms, and what it may not."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date

from protocols.odrl.naming import Names, Thing, constraint
from protocols.terms import AGREEMENT, Flow, Protocol

EVERYBODY, NO_IDENTITY = "everybody", "no_identity"
SHARE: Thing = {"odrl:action": {"@id": "odrl:distribute"}, "dpv:hasProcessing": {"@id": "dpv:Share"}}


def permissions(protocol: Protocol, names: Names) -> Iterator[Thing]:
    """For each cell, what goes with agreement, and what goes without."""
    for (sender, recipient), flow in protocol.matrix.items():
        for code, categories in ((AGREEMENT, flow.agreed), ("without", flow.without)):
            if not categories:
                continue
            found = _rule(
                names, "Permission", (sender, recipient), f"{sender}-{recipient}-{code}", categories
            )
            found["odrl:constraint"] += [
                constraint(
                    "odrl:purpose", "isAnyOf", [names.ref("purpose", key) for key in protocol.purposes]
                ),
                *in_force(protocol),
            ]
            if not flow.identity:
                found["pole:withoutIdentity"] = True
            if code == AGREEMENT:
                found["odrl:duty"] = [consent(names, sender)]
                found["dpv:hasLegalBasis"] = [names.ref("basis", AGREEMENT)]
            else:
                found["odrl:constraint"].append(constraint("pole:severity", "gteq", protocol.without_from))
                found["dpv:hasLegalBasis"] = [
                    names.ref("basis", basis) for basis in _without_agreement(protocol, flow)
                ]
            yield found


def _without_agreement(protocol: Protocol, flow: Flow) -> list[str]:
    """The bases that may open a cell without agreement; for what names nobody, that it names nobody."""
    nameless = [code for code in protocol.bases if code == NO_IDENTITY]
    if nameless and not flow.identity:
        return nameless
    return [code for code in protocol.bases if code not in (AGREEMENT, NO_IDENTITY)]


def prohibitions(protocol: Protocol, names: Names) -> Iterator[Thing]:
    """What never crosses between two parties, since it is not listed; and the purposes that nothing serves."""
    for sender in protocol.parties:
        for recipient in protocol.parties:
            if sender == recipient:
                continue
            flow = protocol.matrix.get((sender, recipient))
            open_ = flow.agreed | flow.without if flow else frozenset[str]()
            closed = [code for code in protocol.categories if code not in open_]
            if closed:
                yield _rule(names, "Prohibition", (sender, recipient), f"never-{sender}-{recipient}", closed)
    for code in protocol.forbidden:
        found: Thing = {
            "@type": "odrl:Prohibition",
            "@id": names.of("prohibition", f"purpose-{code}"),
            "odrl:assigner": names.ref("party", EVERYBODY),
            "odrl:assignee": names.ref("party", EVERYBODY),
            "odrl:target": [names.ref("category", key) for key in protocol.categories],
            **SHARE,
            "odrl:constraint": [constraint("odrl:purpose", "eq", names.ref("forbidden", code))],
        }
        yield found


def consent(names: Names, sender: str) -> Thing:
    """The person's agreement, obtained before. It is a term of professional secrecy, not the GDPR's consent."""
    return {
        "@type": "odrl:Duty",
        "odrl:action": {"@id": "odrl:obtainConsent"},
        "odrl:assignee": names.ref("party", sender),
        "odrl:consentingParty": names.ref("party", "person"),
    }


def in_force(protocol: Protocol) -> list[Thing]:
    """Both days included."""
    return [
        constraint("odrl:dateTime", "gteq", _day(protocol.in_force_from)),
        constraint("odrl:dateTime", "lteq", _day(protocol.in_force_until)),
    ]


def _day(day: date) -> Thing:
    return {"@type": "xsd:date", "@value": day.isoformat()}


def _rule(names: Names, kind: str, pair: tuple[str, str], code: str, categories: Iterable[str]) -> Thing:
    sender, recipient = pair
    return {
        "@type": f"odrl:{kind}",
        "@id": names.of(kind.lower(), code),
        "odrl:assigner": names.ref("party", EVERYBODY),
        "odrl:assignee": names.ref("party", sender),
        "odrl:target": [names.ref("category", category) for category in sorted(categories)],
        **SHARE,
        "odrl:constraint": [constraint("odrl:recipient", "eq", names.ref("party", recipient))],
    }
