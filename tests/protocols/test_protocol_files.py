"""A protocol is a file: what a wrong one is told, and what a signature covers."""

# ruff: noqa: E501  (a table reads line by line)

import re

import pytest

from assessment.grids import load_grid
from pole.mistakes import NAMED, in_words
from protocols.documents import ProtocolError, load_protocol
from protocols.documents.loading import HERE
from tests.protocols.ask import DEMO

TEXT = (HERE / "demo-2026.yaml").read_text(encoding="utf-8")


def changed(before: str, after: str) -> str:
    """The demonstration protocol with one passage replaced."""
    assert TEXT.count(before) >= 1, before
    return TEXT.replace(before, after, 1)


ENGLISH = re.compile(
    r"\b(expected|found|the|is|are|not|here|twice|say|goes|needs|missing|one of|let|matrix)\b", re.I
)
RED = "      - id: red-police\n        when: {all: [red, {not: only_suicide}]}\n        urgency: red\n"


@pytest.mark.parametrize(
    ("before", "after", "path", "reason"),
    [
        ("protocol: demo-2026\n", "", "", "'protocol' is missing"),
        ("protocol: demo-2026\n", "protocol: demo-2026\nnote: x\n", "note", "does not belong|not a key"),
        ("until: 2027-08-31", "until: 2026-08-31", "in_force.until", "ends before it begins"),
        ("until: 2027-08-31", "until: some day", "in_force.until", "expected a date"),
        ("until: 2027-08-31", "until: 2027-13-31", "", "not a valid|expected a date"),
        ("zone: Europe/Brussels", "zone: Europe/Nowhere", "zone", "not a time zone"),
        ('monday: ["09:00-17:00"]', 'monday: ["17:00-09:00"]', "working_hours.week.monday[0]", "follow one another"),
        ('monday: ["09:00-17:00"]', 'monday: ["nine"]', "working_hours.week.monday[0]", "expected hours"),
        ('monday: ["09:00-17:00"]', 'monday: ["09:00Z-17:00Z"]', "working_hours.week.monday[0]", "expected hours"),
        ('monday: ["09:00-17:00"]', 'lundi: ["09:00-17:00"]', "working_hours.week.lundi", "not a key"),
        ("  holidays: BE", "  holidays: Belgique", "working_hours.holidays", "two letters"),
        ("hours: always, warning", "hours: nights, warning", "parties.POL.hours", "expected one of"),
        ("warning: police_may_record", "warning: beware", "parties.POL.warning", "expected one of"),
        ("  referent: {label: décision", "  somebody: {label: décision", "bases", "'referent' is missing"),
        ("never: [C03, C10]", "never: [C99]", "never[0]", "expected one of"),
        ("agreed: [C04, C07, C14], without", "agreed: [C03, C07, C14], without", "matrix.flows.VIC -> AUT.agreed[0]", "never crosses"),
        ("agreed: [C04, C07, C14], without", "agreed: [C01, C07, C14], without", "matrix.flows.VIC -> AUT.agreed[0]", "twice"),
        ("    VIC -> AUT: {both", "    VIC -> XYZ: {both", "matrix.flows.VIC -> XYZ", "two different parties"),
        ("    VIC -> AUT: {both", "    VIC -> VIC: {both", "matrix.flows.VIC -> VIC", "two different parties"),
        ("without_agreement_from: 3", "without_agreement_from: three", "matrix.without_agreement_from", "whole number"),
        ("acknowledge: 15 minutes", "acknowledge: at once", "urgencies.red.acknowledge", "expected a delay"),
        ("after: 30 minutes, who: direction", "after: 30 minutes, who: police", "urgencies.red.ladder[1].who", "one of"),
        ("from: handover", "from: breakfast", "urgencies.red.answer.from", "expected one of"),
        ("{severity: 4}", "{severity: four}", "conditions.red.when.all[0].severity", "whole number"),
        ("{severity: 4}", "{gravity: 4}", "conditions.red.when.all[0]", "'gravity' is not defined"),
        ("only: [M5, M8, M11, T5]", "only: [M5, M8, M15, T5]", "conditions.only_suicide.when.all[0].grounds", "not one of"),
        ("{A12.children_present: false}", "{A12.children: false}", "conditions.only_suicide.when.all[2].any[1]", "did you mean"),
        ("  dropout_only:\n", "  severity:\n", "conditions.severity", "already the name of a fact"),
        ("when: {grounds: {only: [M14]}}", "when: dropout_only", "conditions.dropout_only", "dropout_only -> dropout_only"),
        ("    E9.against:", "    Z9.against:", "reads.details.Z9.against", "not a detail"),
        ('  - number: "2 §2"', '  - number: "2 §1"', "articles[2].number", "stands here twice"),
        ("id: red-police", "id: red-call", "articles[5].rules[1].id", "stands here twice"),
        (RED, RED.replace("not: only_suicide", "not: only_suicides"), "articles[5].rules[1].when.all[1].not", "did you mean 'only|not defined"),
        (RED, RED.replace("urgency: red", "urgency: purple"), "articles[5].rules[1].urgency", "expected one of"),
        (RED, RED.replace("        urgency: red\n", ""), "articles[5].rules[1]", "'urgency' is missing"),
        ("        within: 1 hour\n", "        within: soon\n", "articles[5].rules[1].within", "expected a delay"),
        ("        purposes: [F1, F2]\n", "        purposes: [F9]\n", "articles[5].rules[1].purposes[0]", "expected one of"),
        ("        purposes: [F1, F2]\n", "        purposes: []\n", "articles[5].rules[1].purposes", "which purpose"),
        ("        basis: necessity\n", "", "articles[5].rules[1]", "needs a 'basis'"),
        ("        basis: necessity\n", "        basis: habit\n", "articles[5].rules[1].basis", "expected one of"),
        ("          AUT -> POL: [C01, C05, C06, C13]", "          AUT -> POL: [C01, C05, C06, C12]", "articles[5].rules[1].share.AUT -> POL[3]", "does not let C12 go"),
        ("          AUT -> POL: [C01, C05, C06, C13]", "          POL -> AUT: [C01]", "articles[5].rules[1].share.POL -> AUT[0]", "without agreement"),
        ("          AUT -> POL: [C01, C05, C06, C13]", "          COO -> POL: [C01]", "articles[5].rules[1].share.COO -> POL", "lets nothing go"),
        ("        otherwise: nothing\n        agreed:\n          VIC -> POL", "        otherwise: hold\n        agreed:\n          VIC -> POL", "articles[7].rules[1]", "goes with 'otherwise: hold'"),
        ("        otherwise: nothing\n        agreed:\n          VIC -> POL", "        agreed:\n          VIC -> POL", "articles[7].rules[1]", "'share' and 'basis'"),
        ("        held:\n          VIC -> AUT", "        held:\n          AUT -> VIC", "articles[10].rules[0].held.AUT -> VIC[3]", "does not let C12 go"),
        ("        from: [VIC, AUT]\n        duty", "        within: 1 hour\n        duty", "articles[5].rules[0]", "a duty sends nothing"),
        ("        from: [VIC, AUT]\n        duty", "        duty", "articles[5].rules[0]", "say 'from'"),
        ("before: [4 days, 1 day]", "before: [4 hours]", "articles[15].reminder.before[0]", "expected a period"),
        ("measure: C07", "measure: C04", "articles[15].reminder.measure", "expected one of"),
        ("one_reaches: 3", "one_reaches: high", "articles[16].situation.one_reaches", "whole number"),
    ],
)  # fmt: skip
def test_a_wrong_protocol_is_refused_with_path_line_and_reason(before, after, path, reason):
    with pytest.raises(ProtocolError, match=reason) as caught:
        load_protocol(changed(before, after))
    if path:
        assert caught.value.path == path
        assert caught.value.line > 1
    said = in_words(caught.value)
    in_quotes = re.compile(r"«[^»]*»|'[^']*'|\"[^\"]*\"")
    assert not ENGLISH.search(in_quotes.sub("", said)), said
    assert all(str(value) in said for value in caught.value.params.values() if value not in NAMED)


def test_the_line_is_the_line_of_the_mistake():
    text = changed("only: [M5, M8, M11, T5]", "only: [M5, M8, M15, T5]")
    with pytest.raises(ProtocolError) as caught:
        load_protocol(text)
    assert "M15" in text.splitlines()[caught.value.line - 1]


def test_what_the_rules_look_at_exists_in_the_grid():
    grid = load_grid(DEMO.grid)
    plain = {
        kind: DEMO.vocabulary.facts[kind].values for kind in ("markers", "active", "dynamics", "grounds")
    }
    assert plain["markers"] == set(grid.markers)
    assert plain["active"] == set(grid.indicators)
    assert plain["dynamics"] == set(grid.dynamics)
    own = {"previous", "explored", "chosen"}
    assert plain["grounds"] == {*grid.markers, *grid.dynamics, *own, *(rule.code for rule in grid.rules)}
    for name in DEMO.vocabulary.facts:
        if "." in name:
            assert name in grid.vocabulary.facts


def test_a_signature_covers_text_and_rules_and_no_layout():
    same = load_protocol("# a remark\n" + TEXT.replace("within: 1 hour\n", "within:   1 hour\n"))
    assert same.text_hash() == DEMO.text_hash()
    for before, after in [
        ("dans l'heure", "dans le mois"),
        ("        within: 1 hour\n", "        within: 2 hours\n"),
        ("agreed: [C04, C07, C14]", "agreed: [C04, C14]"),
        ("only: [M5, M8, M11, T5]", "only: [M5, M8, M11]"),
        ("until: 2027-08-31", "until: 2027-08-30"),
    ]:
        assert load_protocol(changed(before, after)).text_hash() != DEMO.text_hash(), before


def test_the_matrix_says_what_may_cross_on_which_basis():
    assert DEMO.allows("VIC", "AUT", "C04", "agreement")
    assert not DEMO.allows("VIC", "AUT", "C04", "necessity")
    assert DEMO.allows("VIC", "AUT", "C12", "referent")
    assert not DEMO.allows("VIC", "AUT", "C12", "agreement")
    assert not DEMO.allows("AUT", "POL", "C09", "agreement")
    assert not DEMO.allows("COO", "VIC", "C05", "agreement"), "what is not listed never crosses"
    for sender, recipient in DEMO.matrix:
        for category in ("C03", "C10", "C15"):
            assert not DEMO.allows(sender, recipient, category, "agreement")
            assert not DEMO.allows(sender, recipient, category, "necessity")


def test_the_articles_stand_in_their_order_with_their_text():
    assert [article.number for article in DEMO.articles][:4] == ["1", "2 §1", "2 §2", "2 §3"]
    assert len(DEMO.articles) == 25
    assert DEMO.article("9").text.startswith("Lorsque les lectures de deux services")
    with pytest.raises(KeyError):
        DEMO.article("15")
