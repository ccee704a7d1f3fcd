"""`manage.py protocol check`: what cannot be meant is found with its article and line, and nothing else is."""

# ruff: noqa: E501  (a table reads line by line)

from io import StringIO

import pytest
from django.core.management import call_command

from protocols.checking import Kind, examine
from protocols.documents.loading import HERE
from tests.protocols.checking.demo import KNOWN, YELLOW, changed, found


def test_the_demonstration_protocol_has_no_fault_and_leaves_two_things_open():
    examined = examine(HERE / "demo-2026.yaml")
    assert examined.faults == []
    assert {(each.kind, each.article, each.path) for each in examined.findings} == KNOWN


RED_POLICE = "      - id: red-police\n        when: {all: [red, {not: only_suicide}]}\n"


@pytest.mark.parametrize(
    ("before", "after", "kind", "article", "path", "fault"),
    [
        pytest.param(
            YELLOW, "when: {all: [{severity: 2}, {severity: 3}]}",
            Kind.UNREACHABLE, "6", "articles[13].rules[0].when", True, id="two levels at once",
        ),
        pytest.param(
            YELLOW, "when: {all: [{severity: 5}, something_new]}",
            Kind.UNREACHABLE, "6", "articles[13].rules[0].when.all[0]", True, id="a level that the grid does not have",
        ),
        pytest.param(
            YELLOW, "when: {all: [{severity: 2}, first, risen]}",
            Kind.UNREACHABLE, "6", "articles[13].rules[0].when", True, id="a first reading has nothing to rise from",
        ),
        pytest.param(
            YELLOW, "when: {all: [{severity: 2}, {new_markers: {any_of: [M1]}}, {markers: {none_of: [M1]}}]}",
            Kind.UNREACHABLE, "6", "articles[13].rules[0].when", True, id="new and not there",
        ),
        pytest.param(
            YELLOW, "when: {any: [first, {not: first}]}",
            Kind.ALWAYS, "6", "articles[13].rules[0].when", True, id="always true",
        ),
        pytest.param(
            YELLOW, "when: {all: [{severity: 2}, {any: [{markers: {empty: true}}, {markers: {empty: false}}]}]}",
            Kind.ALWAYS, "6", "articles[13].rules[0].when.all[1]", True, id="a part that is always true",
        ),
        pytest.param(
            YELLOW, "when: always", Kind.ALWAYS, "6", "articles[13].rules[0].when", False, id="always, in so many words",
        ),
        pytest.param(
            RED_POLICE, RED_POLICE.replace("{all: [red, {not: only_suicide}]}", "red"),
            Kind.OPPOSITE, "4 §1", "articles[5].rules[1]", True, id="sent without agreement, and only with it",
        ),
        pytest.param(
            RED_POLICE, RED_POLICE.replace("[red, {not: only_suicide}]", "[{severity: 2}, risen]"),
            Kind.REFUSED_BY_MATRIX, "4 §1", "articles[5].rules[1]", True, id="sent below the level of the matrix",
        ),
        pytest.param(
            "    acknowledge: 15 minutes\n", "",
            Kind.NO_ACKNOWLEDGEMENT, "4 §1", "urgencies.red", True, id="red that nobody acknowledges",
        ),
        pytest.param(
            "    ladder:\n      - {after: 1 working day, who: referent}\n", "",
            Kind.NO_ESCALATION, "6", "urgencies.yellow", True, id="yellow that goes up to nobody",
        ),
        pytest.param(
            "      - {after: 1 working day, who: direction}\n",
            "      - {after: 1 working day, who: direction}\n      - {after: 2 working days, who: referent}\n",
            Kind.CIRCULAR, "5 §1", "urgencies.orange.ladder[2]", True, id="an escalation that comes back",
        ),
        pytest.param(
            "{after: 30 minutes, who: direction", "{after: 10 minutes, who: direction",
            Kind.OUT_OF_ORDER, "4 §1", "urgencies.red.ladder[1].after", True, id="a higher rung before a lower one",
        ),
        pytest.param(
            "{within: 2 hours, from: handover}", "{within: 10 minutes, from: handover}",
            Kind.OUT_OF_ORDER, "4 §1", "urgencies.red.answer.within", True, id="an answer before the acknowledgement",
        ),
        pytest.param(
            "      - {after: 2 working hours, who: referent}", "      - {after: 90 working minutes, who: referent}",
            Kind.OUT_OF_ORDER, "5 §1", "urgencies.orange.ladder[0].after", True, id="a rung before the delay is over",
        ),
        pytest.param(
            "        within: 2 working days\n", "        within: 9999 working hours\n",
            Kind.UNMEETABLE, "6", "articles[13].rules[0].within", True, id="longer than the protocol lives",
        ),
        pytest.param(
            "{referents_meet: 2 working days}", "{referents_meet: 400 working days}",
            Kind.UNMEETABLE, "9", "articles[16].terms.referents_meet", True, id="a term longer than the protocol lives",
        ),
        pytest.param(
            "article: 4 §1, law: necessity", "article: 4 §9, law: necessity",
            Kind.BASIS, "", "bases.necessity.article", True, id="a basis on an article that is not there",
        ),
        pytest.param(
            "        basis: necessity\n", "        basis: agreement\n",
            Kind.BASIS, "4 §1", "articles[5].rules[1].basis", True, id="an agreement that nobody asked for",
        ),
        pytest.param(
            "    orders: nothing\n", "", Kind.NO_RULE, "2 §2", "articles[2]", False, id="a text without rule",
        ),
        pytest.param(
            "dans les 2\n      jours ouvrables, avec accord", "dans les 5\n      jours ouvrables, avec accord",
            Kind.NO_RULE, "6", "articles[13].text", False, id="a delay of the text that nothing counts",
        ),
        pytest.param(
            "        within: 2 working days\n", "        within: 3 working days\n",
            Kind.NO_TEXT, "6", "articles[13].rules[0].within", False, id="a delay of a rule that no text says",
        ),
        pytest.param(
            "    acknowledge: 2 working hours\n", "    acknowledge: 100 working minutes\n",
            Kind.NO_TEXT, "", "urgencies.orange", False, id="a clock that no text says",
        ),
        pytest.param(
            "markers: [M1, M2,", "markers: [M99, M1, M2,",
            Kind.UNKNOWN_FACT, "", "reads.markers[0]", True, id="a marker that the grid does not have",
        ),
        pytest.param(
            "    E9.against: {label: préparatifs dirigés contre", "    E9.contre: {label: préparatifs dirigés contre",
            Kind.UNUSABLE, "", "conditions.only_suicide.when.all[3].any[1]", True, id="a detail that is not listed",
        ),
        pytest.param(
            "    POL -> AUT: {agreed: [C01, C07]}", "    POL -> AUT: {agreed: [C01]}",
            Kind.UNUSED, "", "matrix.flows.POL -> AUT", False, id="a cell that no article uses",
        ),
        pytest.param(
            "          AUT -> POL: [C01, C05, C06, C13]", "          AUT -> POL: [C01, C05, C06, C12]",
            Kind.UNUSABLE, "4 §1", "articles[5].rules[1].share.AUT -> POL[3]", True, id="a category that the matrix refuses",
        ),
        pytest.param(
            "        basis: necessity\n", "", Kind.UNUSABLE, "4 §1", "articles[5].rules[1]", True, id="a basis that is missing",
        ),
        pytest.param(
            YELLOW, "when: {all: [{severity: 2}, something_strange]}",
            Kind.UNUSABLE, "6", "articles[13].rules[0].when.all[1]", True, id="a fact that nobody defined",
        ),
    ],
)  # fmt: skip
def test_what_cannot_be_meant_is_found_under_its_article(before, after, kind, article, path, fault):
    examined = examine(changed((before, after)))
    [match] = [
        each for each in examined.findings if (each.kind, each.article, each.path) == (kind, article, path)
    ]
    assert match.is_fault is fault
    assert match.reason
    assert match.line > 1


def test_the_line_is_the_line_of_the_mistake():
    text = changed((YELLOW, "when: {all: [{severity: 2}, {severity: 3}]}"))
    [mistake] = examine(text).faults
    assert "severity: 3" in text.splitlines()[mistake.line - 1]


@pytest.mark.django_db
def test_a_grid_that_is_not_at_hand_is_said_and_hides_no_other_mistake():
    unknown = ("  grid: pdc-1\n", "  grid: pdc-9\n")
    assert found(changed(unknown)) == {(Kind.UNKNOWN_FACT, "", "reads.grid")}
    never = (YELLOW, "when: {all: [{severity: 2}, {severity: 3}]}")
    assert (Kind.UNREACHABLE, "6", "articles[13].rules[0].when") in found(changed(unknown, never))


def test_a_rule_that_is_always_held_is_no_order_to_the_contrary():
    decides = (
        "        otherwise: nothing\n        agreed:\n          VIC -> POL: [C01, C02, C04, C05, C06, C07, C12, C13]",
        "        basis: necessity\n        held:\n          VIC -> POL: [C01, C05]",
    )
    assert {kind for kind, _, _ in found(changed(decides))} <= {Kind.OPPOSITE}
    assert not examine(changed(decides)).faults


def test_a_signature_stops_at_a_fault_and_the_command_says_which(tmp_path):
    out, err = StringIO(), StringIO()
    unfit, wrong = tmp_path / "unfit.yaml", tmp_path / "wrong.yaml"
    unfit.write_text(changed(("    acknowledge: 15 minutes\n", "")), encoding="utf-8")
    wrong.write_text(changed(("{severity: 4}", "{gravity: 4}")), encoding="utf-8")
    call_command("protocol", "check", str(HERE / "demo-2026.yaml"), stdout=out, stderr=err)
    with pytest.raises(SystemExit) as caught:
        call_command("protocol", "check", str(unfit), stdout=out, stderr=err)
    assert caught.value.code == 1
    assert "fault: " in out.getvalue()
    with pytest.raises(SystemExit) as caught:
        call_command("protocol", "check", str(wrong), str(unfit), stdout=out, stderr=err)
    assert caught.value.code == 2
    assert "wrong.yaml:" in err.getvalue()
