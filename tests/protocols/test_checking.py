"""`manage.py protocol check`: what cannot be meant is found with its article and line, and nothing else is."""

# ruff: noqa: E501  (a table reads line by line)

from dataclasses import replace
from io import StringIO

import pytest
from django.core.management import call_command
from hypothesis import given, settings
from hypothesis import strategies as st

from alerts.models import Alert, Owed
from pole.conditions import All, AnyOf, Choice, Codes, Condition, Not, Program, Test, Vocabulary
from pole.yamlfile import load
from protocols.checking import Finding, Kind, Staff, check_parties, examine
from protocols.checking.possible import Possible
from protocols.checking.texts import spans_in
from protocols.documents import ProtocolError, read_protocol
from protocols.documents.loading import HERE
from protocols.facts import Cause, Facts
from protocols.models import Exchange
from protocols.terms import REMINDER, URGENCIES
from tests.protocols.ask import DEMO

TEXT = (HERE / "demo-2026.yaml").read_text(encoding="utf-8")
KNOWN = {(Kind.NO_ACKNOWLEDGEMENT, "9", "urgencies.concerted"), (Kind.OPPOSITE, "7", "articles[14].rules[0]")}
"""What the demonstration protocol itself leaves open."""


def changed(*pairs: tuple[str, str]) -> str:
    """The demonstration protocol with passages replaced, each the first of its kind."""
    text = TEXT
    for before, after in pairs:
        assert before in text, before
        text = text.replace(before, after, 1)
    return text


def found(text: str) -> set[tuple[Kind, str, str]]:
    """Kind, article and path of every finding beyond the demonstration protocol's own."""
    return {(each.kind, each.article, each.path) for each in examine(text).findings} - KNOWN


def test_the_demonstration_protocol_has_no_fault_and_leaves_two_things_open():
    examined = examine(HERE / "demo-2026.yaml")
    assert examined.faults == []
    assert {(each.kind, each.article, each.path) for each in examined.findings} == KNOWN


ORANGE_PARTNER = "      - id: orange-from-victim-service\n        when: orange\n"
YELLOW = "when: {all: [{severity: 2}, something_new]}"
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


def test_an_urgency_that_no_queue_knows_is_not_signed():
    text = changed(("  yellow:\n", "  jaune:\n"), ("        urgency: yellow", "        urgency: jaune"))
    [fault] = [each for each in examine(text).faults if each.kind == Kind.UNKNOWN_URGENCY]
    assert (fault.article, fault.path) == ("6", "urgencies.jaune")
    assert "red, orange, concerted, yellow" in fault.reason


@pytest.mark.parametrize("code", ["rappel", "dans-la-semaine"])
def test_a_reminder_that_no_screen_knows_is_not_signed(code):
    text = changed(
        ("  reminder:\n    label", f"  {code}:\n    label"), ("urgency: reminder", f"urgency: {code}")
    )
    [fault] = examine(text).faults
    assert (fault.kind, fault.article, fault.path) == (Kind.UNKNOWN_URGENCY, "8", f"urgencies.{code}")
    assert "red, orange, concerted, yellow, reminder" in fault.reason


def test_no_alert_may_be_called_a_reminder():
    text = changed(("        urgency: yellow", "        urgency: reminder"))
    assert (Kind.UNKNOWN_URGENCY, "6", "urgencies.reminder") in found(text)


def test_the_clock_of_a_reminder_is_looked_at_too():
    text = changed(("    label: rappel\n", "    label: rappel\n    acknowledge: 9999 working hours\n"))
    assert (Kind.UNMEETABLE, "8", "urgencies.reminder.acknowledge") in found(text)


OWN = ("  C16: projet de départ\n", "  C16: projet de départ\n  X1: suivi scolaire\n")
OPENED = ("VIC -> AUT: {both: [C01, C05]", "VIC -> AUT: {both: [C01, C05, X1]")


@pytest.mark.parametrize(
    ("changes", "article", "path"),
    [
        pytest.param(
            [OWN, OPENED, ("VIC -> AUT: [C01, C04, C05, C14]", "VIC -> AUT: [C01, C04, X1, C14]")],
            "5 §1", "articles[10].rules[0].agreed.VIC -> AUT[2]", id="with agreement",
        ),
        pytest.param(
            [OWN, OPENED, ("held:\n          VIC -> AUT: [C01, C05, C06,", "held:\n          VIC -> AUT: [C01, C05, X1,")],
            "5 §1", "articles[10].rules[0].held.VIC -> AUT[2]", id="held",
        ),
        pytest.param(
            [
                OWN, ("AUT -> POL: {both: [C01, C05,", "AUT -> POL: {both: [C01, C05, X1,"),
                ("AUT -> POL: [C01, C05, C06, C13]", "AUT -> POL: [X1, C05]"),
            ],
            "4 §1", "articles[5].rules[1].share.AUT -> POL[0]", id="without asking",
        ),
        pytest.param(
            [OWN, ("share: [C01, C07]", "share: [C01, C07, X1]")],
            "8", "articles[15].reminder.share[2]", id="in a reminder",
        ),
        pytest.param(
            [
                ("AUT -> POL: {both: [C01, C05,", "AUT -> POL: {both: [C01, C05, C15,"),
                ("AUT -> POL: [C01, C05, C06, C13]", "AUT -> POL: [C15, C05]"),
            ],
            "4 §1", "articles[5].rules[1].share.AUT -> POL[0]", id="what the project knows and never shares",
        ),
    ],
)  # fmt: skip
def test_a_category_that_nothing_carries_is_not_signed(changes, article, path):
    [fault] = examine(changed(*changes)).faults
    assert (fault.kind, fault.article, fault.path) == (Kind.NOT_CARRIED, article, path)
    assert "C01, C02, C04" in fault.reason
    assert "C03" not in fault.reason


@pytest.mark.parametrize(
    ("share", "place"),
    [
        pytest.param("[C04]", 0, id="not what crosses"),
        pytest.param("[C05, C04]", 1, id="more than what crosses"),
    ],
)
def test_a_situation_shares_the_two_levels_and_nothing_else(share, place):
    opened = [
        (f"{who} -> COO: {{both: [C05], agreed: [C04]", f"{who} -> COO: {{both: [C05, C04]")
        for who in ("VIC", "AUT", "POL")
    ]
    [fault] = examine(changed(*opened, ("share: [C05]", f"share: {share}"))).faults
    path = f"articles[16].situation.share[{place}]"
    assert (fault.kind, fault.article, fault.path) == (Kind.NOT_CARRIED, "9", path)
    assert "partagé ici\N{NO-BREAK SPACE}: C05." in fault.reason


def test_a_category_of_ones_own_may_stand_in_the_text_and_never_cross():
    assert not examine(changed(OWN, ("never: [C03,", "never: [X1, C03,"))).faults


@pytest.mark.parametrize("code", [*URGENCIES, REMINDER])
def test_every_code_that_can_be_signed_can_be_written_down(code):
    for model in (Alert, Exchange, Owed):
        assert len(code) <= model._meta.get_field("urgency").max_length


@pytest.mark.django_db
def test_a_grid_that_is_not_at_hand_is_said_and_hides_no_other_mistake():
    unknown = ("  grid: pdc-1\n", "  grid: pdc-9\n")
    assert found(changed(unknown)) == {(Kind.UNKNOWN_FACT, "", "reads.grid")}
    never = (YELLOW, "when: {all: [{severity: 2}, {severity: 3}]}")
    assert (Kind.UNREACHABLE, "6", "articles[13].rules[0].when") in found(changed(unknown, never))


def test_the_line_is_the_line_of_the_mistake():
    text = changed((YELLOW, "when: {all: [{severity: 2}, {severity: 3}]}"))
    [mistake] = examine(text).faults
    assert "severity: 3" in text.splitlines()[mistake.line - 1]


def test_a_rule_that_is_always_held_is_no_order_to_the_contrary():
    decides = (
        "        otherwise: nothing\n        agreed:\n          VIC -> POL: [C01, C02, C04, C05, C06, C07, C12, C13]",
        "        basis: necessity\n        held:\n          VIC -> POL: [C01, C05]",
    )
    assert {kind for kind, _, _ in found(changed(decides))} <= {Kind.OPPOSITE}
    assert not examine(changed(decides)).faults


def test_opposite_orders_come_with_facts_under_which_both_rules_hold():
    [clash] = [each for each in examine(TEXT).findings if each.kind == Kind.OPPOSITE]
    assert "M14" in clash.reason
    facts = Facts(
        "AUT",
        4,
        grounds=(Cause("M11", 4, frozenset({"A12"})),),
        markers=frozenset({"M11", "M14"}),
        new_markers=frozenset({"M14"}),
    )
    held = {rule.id for rule in DEMO.rules if _holds(rule.when, facts)}
    assert {"dropout", "suicide-partner"} <= held


def _holds(condition: Condition, facts: Facts) -> bool:
    return Program(DEMO.conditions).compile(condition)(facts.values())


def test_a_search_that_is_given_up_says_so_and_claims_nothing():
    given_up = examine(TEXT, steps=0).findings
    assert {each.kind for each in given_up} >= {Kind.NOT_DECIDED}
    assert not [each for each in given_up if each.is_fault]


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


@pytest.mark.parametrize(
    ("text", "spans"),
    [
        ("dans les 4 heures ouvrables", [(4, "hours", True)]),
        ("sous deux jours ouvrables", [(2, "days", True)]),
        ("par écrit dans l'heure", [(1, "hours", False)]),
        ("dans l’heure", [(1, "hours", False)]),
        ("dans le jour ouvrable qui suit", [(1, "days", True)]),
        ("Quatre jours puis un jour avant", [(4, "days", False), (1, "days", False)]),
        ("six mois au plus ; deux semaines", [(6, "months", False), (14, "days", False)]),
        ("de 9 h à 17 h, jour et nuit, les heures ouvrables, deux référents", []),
        ("dans les vingt-quatre heures", [(24, "hours", False)]),
    ],
)
def test_the_delays_of_a_french_text_are_read_as_people_write_them(text, spans):
    assert sorted(spans_in(text)) == sorted(spans)


# ---- Live facts


STAFF = Staff(members=2, by_role={"referent": 1, "direction": 1}, round_the_clock=True, duty_address=True)
EVERYBODY = dict.fromkeys(("VIC", "AUT", "POL", "COO"), STAFF)


def about_parties(**changes: Staff | None) -> set[tuple[Kind, str]]:
    staff = {code: who for code, who in (EVERYBODY | changes).items() if who}
    root = load(HERE / "demo-2026.yaml", error=ProtocolError)
    listed: list[Finding] = check_parties(read_protocol(root), root, staff)
    return {(each.kind, each.path) for each in listed}


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        pytest.param({}, set(), id="everybody is there"),
        pytest.param({"POL": None}, {(Kind.NO_MEMBER, "parties.POL")}, id="no service took the party up"),
        pytest.param(
            {"AUT": Staff(0, STAFF.by_role, True, True)}, {(Kind.NO_MEMBER, "parties.AUT")}, id="nobody could read"
        ),
        pytest.param(
            {"AUT": Staff(2, {"referent": 1}, True, True)}, {(Kind.NO_MEMBER, "parties.AUT")}, id="no direction to go up to"
        ),
        pytest.param(
            {"POL": Staff(2, STAFF.by_role, False, True)}, {(Kind.NO_DUTY, "parties.POL")}, id="not there at night"
        ),
        pytest.param(
            {"VIC": Staff(2, STAFF.by_role, False, True)}, set(), id="and need not be, where it does not say so"
        ),
        pytest.param(
            {"VIC": Staff(2, STAFF.by_role, True, False)}, {(Kind.NO_DUTY, "parties.VIC")}, id="no address for alerts"
        ),
    ],
)  # fmt: skip
def test_a_recipient_has_somebody_who_answers(changes, said):
    assert about_parties(**changes) == said


# ---- The search, against trying everything


MARKERS = frozenset({"M1", "M2"})
SMALL = replace(
    DEMO,
    conditions={},
    articles=(),
    vocabulary=Vocabulary(
        {
            **DEMO.vocabulary.facts,
            "dynamics": Choice(frozenset()),
            **dict.fromkeys(("markers", "new_markers", "grounds"), Codes(MARKERS)),
        }
    ),
)
TESTS = [
    Test("severity", "is", 3),
    Test("severity", "at_least", 2),
    Test("previous", "is", 3),
    Test("first", "is", True),
    Test("risen", "is", True),
    Test("markers", "any_of", frozenset({"M1", "M2"})),
    Test("markers", "only", frozenset({"M1"})),
    Test("new_markers", "empty", True),
    Test("grounds", "none_of", frozenset({"M1"})),
    Test("due_new", "is", True),
]


def conditions() -> st.SearchStrategy[Condition]:
    return st.recursive(
        st.sampled_from(TESTS),
        lambda inner: st.one_of(
            st.lists(inner, min_size=1, max_size=3).map(lambda of: All(tuple(of))),
            st.lists(inner, min_size=1, max_size=3).map(lambda of: AnyOf(tuple(of))),
            inner.map(Not),
        ),
        max_leaves=6,
    )


def every_facts() -> list[Facts]:
    """Every combination of what the tests above tell apart, two markers at a time."""
    found = []
    for severity in (None, 1, 2, 3, 4):
        for first, previous in ((True, None), (False, None), (False, 2), (False, 3), (False, 4)):
            for m1 in ((), ("there",), ("there", "new"), ("there", "ground"), ("there", "new", "ground")):
                for m2 in ((), ("there",), ("there", "new")):
                    for due in (True, False):
                        marks = {"M1": m1, "M2": m2}
                        there = frozenset(code for code, has in marks.items() if "there" in has)
                        new = frozenset(code for code, has in marks.items() if "new" in has)
                        grounds = tuple(Cause(code, 4) for code, has in marks.items() if "ground" in has)
                        found.append(
                            Facts("VIC", severity, previous, first, None, grounds, there, new, due_new=due)
                        )
    return found


ALL_FACTS = [facts.values() for facts in every_facts()]


@given(conditions())
@settings(max_examples=150, deadline=None)
def test_the_search_finds_what_trying_everything_finds(condition):
    holds = Program({}).compile(condition)
    tried = any(holds(dict(values)) for values in ALL_FACTS)
    assert (Possible(SMALL, [1, 2, 3, 4]).find(condition) is not None) is tried
