"""A protocol as an ODRL policy with the W3C Data Privacy Vocabulary, in JSON-LD that another tool can read.

The matrix becomes permissions and prohibitions, delays and reviews become obligations. Nothing is read back from it:
the signed file is the protocol, and its hash stands in the policy. The mapping is in docs/odrl.md.
"""

from __future__ import annotations

from collections.abc import Iterator

from pole import legal
from protocols.odrl.duties import answering, conditions, obligations, of_person
from protocols.odrl.matrix import EVERYBODY, permissions, prohibitions
from protocols.odrl.naming import CONTEXT, PROFILE, Names, Thing, dpv_terms, french, ids
from protocols.terms import Protocol

__all__ = ["policy"]


def policy(protocol: Protocol) -> Thing:
    """The protocol as a JSON-LD document, ready to be written as JSON."""
    names = Names(protocol)
    agreement: Thing = {
        "@id": names.policy,
        "@type": ["odrl:Policy", "odrl:Agreement"],
        "odrl:uid": {"@id": names.policy},
        "odrl:profile": {"@id": PROFILE},
        "odrl:conflict": {"@id": "odrl:prohibit"},
        "dcterms:title": french(protocol.title),
        "dcterms:identifier": protocol.text_hash(),
        "dcterms:description": french(protocol.notice) if protocol.notice else french(protocol.title),
        "odrl:permission": list(permissions(protocol, names)),
        "odrl:prohibition": list(prohibitions(protocol, names)),
        "odrl:obligation": list(obligations(protocol, names)),
    }
    return {"@context": dict(CONTEXT), "@graph": [agreement, *_described(protocol, names)]}


def _described(protocol: Protocol, names: Names) -> Iterator[Thing]:
    """Everything that the rules refer to, with its words."""
    for code, party in protocol.parties.items():
        yield {
            "@id": names.of("party", code),
            "@type": ["odrl:Party", "dpv:DataController"],
            "odrl:partOf": names.ref("party", EVERYBODY),
            "rdfs:label": french(party.label),
            "dcterms:type": party.kind,
        }
    yield {
        "@id": names.of("party", EVERYBODY),
        "@type": ["odrl:PartyCollection", "dpv:JointDataControllers"],
        "rdfs:label": french("les parties, ensemble"),
    }
    yield of_person(names)
    yield from answering(protocol, names)
    yield from conditions(protocol, names)
    for code, label in protocol.categories.items():
        terms = dpv_terms().get(code, ("dpv:PersonalData",))
        yield {
            "@id": names.of("category", code),
            "@type": ["odrl:Asset", "dpv:PersonalData"],
            "skos:broader": ids(*terms),
            "rdfs:label": french(label),
        }
    for kind, texts in (("purpose", protocol.purposes), ("forbidden", protocol.forbidden)):
        for code, text in texts.items():
            yield {"@id": names.of(kind, code), "@type": "dpv:Purpose", "rdfs:label": french(text)}
    for code, basis in protocol.bases.items():
        known = legal.bases()[basis.law] if basis.law else None
        yield {
            "@id": names.of("basis", code),
            "@type": "dpv:LegalBasis",
            "rdfs:label": french(basis.label),
            "dcterms:source": names.ref("article", basis.article),
            "dcterms:bibliographicCitation": french(
                known.reference_on(protocol.in_force_from) or basis.reference if known else basis.reference
            ),
        }
    for article in protocol.articles:
        yield {
            "@id": names.of("article", article.number),
            "@type": "pole:Article",
            "dcterms:isPartOf": {"@id": names.policy},
            "dcterms:description": french(article.text),
        }
    for code, urgency in protocol.urgencies.items():
        for suffix in ("", "-unacknowledged"):
            yield {
                "@id": names.of("alert", code + suffix),
                "@type": "pole:Event",
                "rdfs:label": french(urgency.label + (" sans accusé" if suffix else "")),
            }
