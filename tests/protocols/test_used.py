"""Where a protocol's text names a term."""

import pytest

from pole.yamlfile import load
from protocols.documents import load_protocol
from protocols.registry import shipped_text
from protocols.used import uses

SHIPPED = ("demo-2026", "hopital-2026", "reunion-2026")


def test_uses_are_found_where_a_text_names_a_term_and_nowhere_else():
    root = load(shipped_text("demo-2026"))
    of_red = uses(root, "urgencies", "red")
    rules = load_protocol("demo-2026").rules
    assert {use.rule for use in of_red if use.rule} == {
        rule.id for rule in rules if rule.urgency and rule.urgency.code == "red"
    }
    assert any(use.article == "4 §2" and not use.rule for use in of_red)  # stands_in: urgencies.red
    assert [use.path for use in uses(root, "categories", "C03")] == ["never[0]"]
    assert {use.pair for use in uses(root, "categories", "C08")} == {"POL -> VIC"}
    assert uses(root, "urgencies", "mauve") == uses(root, "categories", "C15") == []
    assert {use.rule for use in uses(root, "bases", "necessity") if use.rule} == {
        rule.id for rule in rules if rule.basis == "necessity"
    }
    assert {use.pair for use in uses(root, "parties", "COO") if use.pair} == {
        "VIC -> COO",
        "AUT -> COO",
        "POL -> COO",
    }


@pytest.mark.parametrize("name", SHIPPED)
def test_what_a_protocol_means_by_its_codes_is_what_uses_find(name: str):
    root, protocol = load(shipped_text(name)), load_protocol(name)
    for code in protocol.categories:
        found = uses(root, "categories", code)
        sending = {
            rule.id
            for rule in protocol.rules
            if any(code in codes for codes in [*(rule.agreed or {}).values(), *(rule.other or {}).values()])
        }
        crossing = {pair for pair, flow in protocol.matrix.items() if code in flow.agreed | flow.without}
        assert {use.rule for use in found if use.rule} == sending
        assert {use.pair for use in found if use.pair} == {" -> ".join(pair) for pair in crossing}
        assert any(use.path.startswith("never") for use in found) == (code in protocol.never)
    for code in protocol.parties:
        named = {
            rule.id
            for rule in protocol.rules
            if code in rule.senders
            or any(code in pair for pair in {**(rule.agreed or {}), **(rule.other or {})})
        }
        assert {use.rule for use in uses(root, "parties", code) if use.rule} == named
