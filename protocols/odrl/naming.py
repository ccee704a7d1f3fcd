"""What things are called in the export: one namespace per protocol version, and the vocabularies it uses."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import quote

from pole.calendar import Delay
from pole.yamlfile import load
from protocols.terms import Protocol

Thing = dict[str, Any]

PROFILE = "urn:pole:odrl-profile:1"
"""ODRL wants a profile named where terms beyond its core are used; the mapping is in docs/odrl.md."""
CONTEXT: Mapping[str, str] = {
    "odrl": "http://www.w3.org/ns/odrl/2/",
    "dpv": "https://w3id.org/dpv#",
    "pd": "https://w3id.org/dpv/pd#",
    "dcterms": "http://purl.org/dc/terms/",
    "rdfs": "http://www.w3.org/2000/01/rdf-schema#",
    "skos": "http://www.w3.org/2004/02/skos/core#",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
    "pole": f"{PROFILE}#",
}
UNITS = {"minutes": "PT{}M", "hours": "PT{}H", "days": "P{}D"}


class Names:
    """The identifiers of one protocol version."""

    def __init__(self, protocol: Protocol) -> None:
        self.policy = f"urn:pole:protocol:{quote(protocol.identifier)}:{quote(protocol.version)}"

    def of(self, kind: str, code: str) -> str:
        """`…#party-VIC`, `…#rule-6-yellow`."""
        return f"{self.policy}#{kind}-{quote(code)}"

    def ref(self, kind: str, code: str) -> Thing:
        """The same as a reference."""
        return {"@id": self.of(kind, code)}


def french(text: str) -> Thing:
    """A text in the language that protocols are signed in."""
    return {"@value": text, "@language": "fr"}


def ids(*names: str) -> list[Thing]:
    """References to terms of a vocabulary."""
    return [{"@id": name} for name in names]


def constraint(left: str, operator: str, right: Any, *, unit: str | None = None) -> Thing:
    """One ODRL constraint."""
    found: Thing = {
        "@type": "odrl:Constraint",
        "odrl:leftOperand": {"@id": left},
        "odrl:operator": {"@id": f"odrl:{operator}"},
        "odrl:rightOperand": right,
    }
    return found | ({"odrl:unit": {"@id": unit}} if unit else {})


def within(delay: Delay) -> Thing:
    """A delay as elapsed time. In working time, an hour is an hour of opening: the unit says which."""
    duration = {"@type": "xsd:duration", "@value": UNITS[delay.unit].format(delay.amount)}
    unit = "pole:WorkingTime" if delay.working else "pole:HoursOfWhoeverMustAct"
    return constraint("odrl:elapsedTime", "lteq", duration, unit=unit)


@cache
def dpv_terms() -> Mapping[str, tuple[str, ...]]:
    """Category -> what it is in the Data Privacy Vocabulary."""
    root = load(Path(__file__).with_name("dpv.yaml")).mapping(required=["categories"], optional=[])
    return {code: node.words() for code, node in root["categories"].mapping().items()}
