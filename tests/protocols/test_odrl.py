"""The export as an ODRL policy: every cell of the matrix, every clock, in terms that exist."""

import json
from collections.abc import Iterator
from io import StringIO
from typing import Any

import pytest
from django.core.management import call_command

from protocols.documents import load_protocol, shipped
from protocols.documents.loading import HERE
from protocols.odrl import policy
from protocols.odrl.naming import CONTEXT, Names

ACTIONS = {"odrl:distribute", "odrl:inform", "odrl:obtainConsent", "odrl:reviewPolicy"}
OPERANDS = {"odrl:recipient", "odrl:purpose", "odrl:dateTime", "odrl:event", "odrl:elapsedTime"}
OPERATORS = {"odrl:eq", "odrl:gteq", "odrl:lteq", "odrl:isAnyOf"}
CLASSES = {
    "odrl:Policy", "odrl:Agreement", "odrl:Permission", "odrl:Prohibition", "odrl:Duty", "odrl:Constraint",
    "odrl:Party", "odrl:PartyCollection", "odrl:Asset",
}  # fmt: skip
PROPERTIES = {
    "odrl:uid", "odrl:profile", "odrl:conflict", "odrl:permission", "odrl:prohibition", "odrl:obligation",
    "odrl:target", "odrl:action", "odrl:assigner", "odrl:assignee", "odrl:constraint", "odrl:duty",
    "odrl:consequence", "odrl:leftOperand", "odrl:operator", "odrl:rightOperand", "odrl:unit", "odrl:partOf",
    "odrl:informedParty", "odrl:consentingParty",
}  # fmt: skip
VALUES = {"odrl:prohibit"}
"""Terms of ODRL 2.2 that the export uses; a term that is not here is a mistake or wants a look at the standard."""

EVERY = pytest.mark.parametrize("identifier", shipped())


def document(identifier: str) -> dict[str, Any]:
    return policy(load_protocol(identifier))


def agreement_of(identifier: str) -> dict[str, Any]:
    found: dict[str, Any] = document(identifier)["@graph"][0]
    return found


def nodes(value: Any) -> Iterator[dict[str, Any]]:
    """Every object of the document, however deep."""
    if isinstance(value, dict):
        yield value
        for part in value.values():
            yield from nodes(part)
    elif isinstance(value, list):
        for part in value:
            yield from nodes(part)


def types(node: dict[str, Any]) -> list[str]:
    found = node.get("@type", [])
    return found if isinstance(found, list) else [found]


@EVERY
def test_only_terms_of_the_vocabularies_are_used(identifier):
    known = ACTIONS | OPERANDS | OPERATORS | CLASSES | PROPERTIES | VALUES
    for node in nodes(document(identifier)["@graph"]):
        named = [*node, *types(node), node.get("@id", "")]
        assert {name for name in named if name.startswith("odrl:")} <= known
        for name in named:
            assert name.startswith(("@", "urn:")) or name == "" or name.partition(":")[0] in CONTEXT, name


@EVERY
def test_whatever_is_referred_to_is_described(identifier):
    graph = document(identifier)["@graph"]
    names = Names(load_protocol(identifier))
    described = {node["@id"] for node in nodes(graph) if "@id" in node and len(node) > 1}
    referred = {node["@id"] for node in nodes(graph) if set(node) == {"@id"}}
    assert {name for name in referred if name.startswith(names.policy)} <= described
    own = [node["@id"] for node in nodes(graph) if "@id" in node and len(node) > 1]
    assert len(own) == len(set(own))


@EVERY
def test_every_rule_is_one_that_odrl_knows(identifier):
    found = agreement_of(identifier)
    assert found["odrl:conflict"] == {"@id": "odrl:prohibit"}
    for kind in ("permission", "prohibition", "obligation"):
        for rule in found[f"odrl:{kind}"]:
            assert rule["odrl:action"]["@id"]
            assert rule["odrl:assigner"]
            assert rule["odrl:assignee"]
            assert "odrl:target" in rule or kind == "obligation"
            for each in rule["odrl:constraint"]:
                assert {"odrl:leftOperand", "odrl:operator", "odrl:rightOperand"} <= set(each)


def cells(rules: list[dict[str, Any]], prefix: str, policy_id: str) -> set[tuple[str, str, str]]:
    """Sender, recipient and category of the rules whose name begins so."""
    found = set()
    for rule in rules:
        if not rule["@id"].startswith(f"{policy_id}#{prefix}"):
            continue
        recipient = next(
            each["odrl:rightOperand"]["@id"]
            for each in rule["odrl:constraint"]
            if each["odrl:leftOperand"]["@id"] == "odrl:recipient"
        )
        for target in rule["odrl:target"]:
            ends = (rule["odrl:assignee"]["@id"], recipient, target["@id"])
            found.add(tuple(end.rpartition("-")[2] for end in ends))
    return found


@EVERY
def test_the_matrix_is_all_there_and_what_it_does_not_list_is_forbidden(identifier):
    protocol, found = load_protocol(identifier), agreement_of(identifier)
    allowed = {
        (sender, recipient, code)
        for (sender, recipient), flow in protocol.matrix.items()
        for code in flow.agreed | flow.without
    }
    assert cells(found["odrl:permission"], "permission-", found["@id"]) == allowed
    everything = {
        (sender, recipient, code)
        for sender in protocol.parties
        for recipient in protocol.parties
        for code in protocol.categories
        if sender != recipient
    }
    assert cells(found["odrl:prohibition"], "prohibition-never-", found["@id"]) == everything - allowed


def test_what_needs_agreement_says_so_and_what_does_not_says_from_which_level():
    found = {rule["@id"].partition("#")[2]: rule for rule in agreement_of("demo-2026")["odrl:permission"]}
    agreed, without = found["permission-VIC-AUT-agreement"], found["permission-VIC-AUT-without"]
    assert agreed["odrl:duty"][0]["odrl:action"] == {"@id": "odrl:obtainConsent"}
    assert "odrl:duty" not in without
    levels = [
        each["odrl:rightOperand"]
        for each in without["odrl:constraint"]
        if each["odrl:leftOperand"]["@id"] == "pole:severity"
    ]
    assert levels == [3]
    assert found["permission-VIC-COO-agreement"]["pole:withoutIdentity"] is True


def test_a_clock_becomes_a_duty_with_its_delay_and_its_ladder():
    found = {rule["@id"].partition("#")[2]: rule for rule in agreement_of("demo-2026")["odrl:obligation"]}
    acknowledge = found["obligation-acknowledge-orange-VIC-AUT"]
    assert acknowledge["odrl:assignee"]["@id"].endswith("#party-AUT")
    assert acknowledge["odrl:informedParty"]["@id"].endswith("#party-VIC")
    delay = acknowledge["odrl:constraint"][1]
    assert delay["odrl:rightOperand"] == {"@type": "xsd:duration", "@value": "PT2H"}
    assert delay["odrl:unit"] == {"@id": "pole:WorkingTime"}
    told = [step["odrl:informedParty"]["@id"].rpartition("#")[2] for step in acknowledge["odrl:consequence"]]
    assert told == ["party-AUT-referent", "party-AUT-direction"]


def test_reviews_and_decisions_are_duties():
    meeting = {
        rule["@id"].partition("#")[2]: rule for rule in agreement_of("reunion-2026")["odrl:obligation"]
    }
    review = meeting["obligation-review-1"]
    assert review["odrl:action"] == {"@id": "odrl:reviewPolicy"}
    hospital = {
        rule["@id"].partition("#")[2]: rule for rule in agreement_of("hopital-2026")["odrl:obligation"]
    }
    decides = hospital["obligation-faculty-prosecutor-HOP-PAR"]
    assert decides["odrl:action"] == {"@id": "pole:decideWhetherToShare"}


def test_health_is_a_special_category_and_agreement_is_not_called_consent():
    text = json.dumps(document("hopital-2026"))
    assert "dpv:SpecialCategoryPersonalData" in text
    assert "dpv:Consent" not in text


def test_the_command_writes_json_for_another_tool():
    out = StringIO()
    call_command("protocol", "export", str(HERE / "reunion-2026.yaml"), "--odrl", stdout=out)
    assert json.loads(out.getvalue()) == document("reunion-2026")
