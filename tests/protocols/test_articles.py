"""The demonstration protocol, article by article. Each line lists all who are told: no one else may be."""

from datetime import date, datetime

import pytest

from pole.calendar import BRUSSELS
from protocols.engine import Agreement, compare_situation, reminders
from protocols.facts import Cause, Facts
from tests.protocols.ask import BELGIUM, DEMO, MORNING, agree, because, duties, findings, orders, table

RED_VIC = [("4 §1", "AUT", "send"), ("4 §1", "POL", "send")]
RED_AUT = [("4 §1", "POL", "send"), ("4 §1", "VIC", "send")]
M14 = {"markers": frozenset({"M14"})}


@pytest.mark.parametrize(
    ("service", "fields", "told"),
    [
        pytest.param(
            "VIC", because("M1"), RED_VIC, id="first reading at 4: police and the other association"
        ),
        pytest.param("AUT", because("M1"), RED_AUT, id="the same from the other side"),
        pytest.param(
            "VIC", because("M1") | {"agreements": agree("COO")}, RED_VIC, id="never the coordination"
        ),
        pytest.param(
            "POL", because("M1"), [("4 §5", "VIC", "send")], id="from the police: the victim service alone"
        ),
        pytest.param("COO", because("M1"), [], id="the coordination does not rate"),
        pytest.param("VIC", because("M1") | {"previous": 3, "first": False}, RED_VIC, id="a rise to 4"),
        pytest.param(
            "VIC", because("M1") | {"previous": 4, "first": False}, RED_VIC, id="4 again, a marker is new"
        ),
        pytest.param(
            "VIC",
            because("M1") | {"previous": 4, "first": False, "new_markers": frozenset()},
            [],
            id="4 again, nothing new",
        ),
    ],
)
def test_article_4_1_red_alert(service, fields, told):
    assert table(service, 4, **fields) == told


@pytest.mark.parametrize(
    ("codes", "details", "police_alone"),
    [
        pytest.param(["M11"], {}, True, id="her suicidal thoughts"),
        pytest.param(["M5"], {"A12.children_present": False}, True, id="blackmail, no child there"),
        pytest.param(["M5"], {"A12.children_present": True}, False, id="blackmail, a child there"),
        pytest.param(["M5"], {}, False, id="blackmail, nobody asked about children: unknown is not no"),
        pytest.param(
            ["M8", "T5"], {"E9.against": "self"}, True, id="preparations against himself, with their type"
        ),
        pytest.param(["M8", "T5"], {"E9.against": "both"}, False, id="against both"),
        pytest.param(["M8", "T5"], {}, False, id="against whom is not known"),
        pytest.param(["M8", "M11", "T5"], {"E9.against": "self"}, True, id="both of them suicidal"),
        pytest.param(["M11", "M2"], {}, False, id="another ground of level 4"),
        pytest.param(["M11", "previous"], {}, False, id="a kept previous 4 is another ground"),
        pytest.param(["M11", "chosen"], {}, False, id="so is a chosen 4"),
    ],
)
def test_article_4_3_a_danger_of_suicide_alone(codes, details, police_alone):
    fields = because(*codes) | {"details": details}
    told = {recipient for _, recipient, _ in table("VIC", 4, **fields)}
    assert ("POL" not in told) is police_alone
    assert ("4 §3" in duties("VIC", 4, **fields)) is police_alone
    assert ("4 §1" in duties("VIC", 4, **fields)) is not police_alone


@pytest.mark.parametrize("marker", ["M1", "M6", "M7", "M9"])
def test_article_4_3_not_when_another_danger_is_marked_at_any_level(marker):
    fields = because("M11")
    fields["markers"] |= {marker}
    assert table("VIC", 4, **fields) == RED_VIC
    fields["markers"] = frozenset({"M11", "M10"})
    assert table("VIC", 4, **fields) == []


def test_article_4_3_a_type_that_rests_on_more_than_suicide_is_another_ground():
    fields = because("M8") | {"details": {"E9.against": "self"}}
    suicide = Cause("T5", 4, frozenset({"E9"}))
    strangled = Cause("T5", 4, frozenset({"E9", "A8", "A1"}))
    assert table("AUT", 4, **fields | {"grounds": (*fields["grounds"], suicide)}) == [("4 §1", "VIC", "send")]
    assert table("AUT", 4, **fields | {"grounds": (*fields["grounds"], strangled)}) == RED_AUT


@pytest.mark.parametrize(
    ("codes", "agreed_to", "told"),
    [
        pytest.param(["M11"], [], [], id="M11 alone, no agreement: nobody, nothing held"),
        pytest.param(["M11"], ["POL"], [("4 §3", "POL", "send")], id="the police with agreement"),
        pytest.param(["M11"], ["AUT"], [("4 §3", "AUT", "send")], id="the other association with agreement"),
        pytest.param(
            ["M5", "M11"], [], [("4 §1", "AUT", "send")], id="not M11 alone: the other association is told"
        ),
    ],
)
def test_article_4_3_who_is_told_with_agreement(codes, agreed_to, told):
    fields = because(*codes) | {"details": {"A12.children_present": False}, "agreements": agree(*agreed_to)}
    assert table("VIC", 4, **fields) == told


@pytest.mark.parametrize(
    ("fields", "owed"),
    [
        pytest.param(because("M1", "M6"), True, id="M6"),
        pytest.param(because("M1") | {"active": frozenset({"D4"})}, True, id="D4"),
        pytest.param(
            because("M1") | {"active": frozenset({"D1"})}, False, id="exposed children are no ground"
        ),
    ],
)
def test_article_4_4_a_child_in_danger_is_the_senders_own_report(fields, owed):
    assert ("4 §4" in duties("VIC", 4, **fields)) is owed
    assert "4 §4" not in duties("VIC", 3, **fields)


@pytest.mark.parametrize(
    ("service", "fields", "told"),
    [
        ("VIC", {"agreements": agree("AUT")}, [("5 §1", "AUT", "send")]),
        pytest.param("VIC", {}, [("5 §1", "AUT", "hold")], id="without agreement it waits for the référent"),
        pytest.param(
            "VIC",
            {"agreements": agree("POL")},
            [("5 §1", "AUT", "hold"), ("5 §2", "POL", "send")],
            id="police only",
        ),
        ("VIC", {"agreements": agree("AUT", "POL")}, [("5 §1", "AUT", "send"), ("5 §2", "POL", "send")]),
        ("AUT", {"agreements": agree("VIC", "POL")}, [("5 §1", "VIC", "send"), ("5 §2", "POL", "send")]),
        pytest.param(
            "AUT", {"agreements": agree("AUT")}, [("5 §1", "VIC", "hold")], id="agreed to somebody else"
        ),
        pytest.param("POL", {"agreements": agree("VIC", "AUT")}, [], id="the police sends no orange"),
        pytest.param("VIC", {"previous": 2, "first": False}, [("5 §1", "AUT", "hold")], id="a rise to 3"),
        pytest.param(
            "VIC", {"previous": 4, "first": False}, [("5 §1", "AUT", "hold")], id="a fall to 3 is a new 3"
        ),
        pytest.param("VIC", {"previous": 3, "first": False}, [], id="3 again, nothing new"),
        pytest.param(
            "VIC",
            {"previous": 3, "first": False, "new_markers": frozenset({"M2"})},
            [("5 §1", "AUT", "hold")],
            id="3 again, a marker is new",
        ),
    ],
)
def test_article_5_orange_alert(service, fields, told):
    assert table(service, 3, **fields) == told


@pytest.mark.parametrize(
    ("service", "severity", "fields", "told"),
    [
        ("VIC", 2, {"newly_active": frozenset({"A4"})}, [("6", "AUT", "send")]),
        ("AUT", 2, {"newly_active": frozenset({"A4"})}, [("6", "VIC", "send")]),
        ("VIC", 2, {"previous": 1}, [("6", "AUT", "send")]),
        ("VIC", 2, {"due_new": True}, [("6", "AUT", "send")]),
        pytest.param("VIC", 2, {}, [], id="level 2 without anything new orders nothing"),
        pytest.param("VIC", 2, {"previous": None}, [], id="from NE is no rise"),
        pytest.param("VIC", 2, {"previous": 3}, [], id="a fall to 2 is nothing new"),
        pytest.param(
            "VIC", 2, {"first": True, "newly_active": frozenset({"A4"})}, [], id="not on a first reading"
        ),
        pytest.param(
            "VIC", 2, {"due_new": True, "agreements": ()}, [], id="never without agreement, nor held"
        ),
        pytest.param("VIC", 1, {"newly_active": frozenset({"A4"})}, [], id="not at level 1"),
        pytest.param("VIC", None, {"newly_active": frozenset({"A4"})}, [], id="not at NE"),
        pytest.param("POL", 2, {"due_new": True}, [], id="not from the police"),
    ],
)
def test_article_6_yellow_alert(service, severity, fields, told):
    given = {"previous": 2, "first": False, "agreements": agree("AUT", "VIC", "POL", "COO")} | fields
    assert table(service, severity, **given) == told


@pytest.mark.parametrize(
    ("service", "codes", "fields", "told"),
    [
        pytest.param("AUT", ["M14"], {}, [("7", "VIC", "hold")], id="M14 alone: the fact, held"),
        pytest.param(
            "AUT", ["M14"], {"agreements": agree("VIC", "POL")}, [("7", "VIC", "send")], id="and no police"
        ),
        pytest.param(
            "AUT", ["M14", "M10"], {}, [("5 §1", "VIC", "hold")], id="with another ground, article 5 too"
        ),
        pytest.param(
            "AUT", ["M14", "previous"], {}, [("5 §1", "VIC", "hold")], id="a kept 3 is another ground"
        ),
        pytest.param(
            "VIC", ["M14"], {}, [("5 §1", "AUT", "hold")], id="the victim service is under article 5"
        ),
        pytest.param(
            "AUT",
            ["M14"],
            M14 | {"new_markers": frozenset(), "previous": 3, "first": False},
            [],
            id="nothing new",
        ),
    ],
)
def test_article_7_dropping_out(service, codes, fields, told):
    assert table(service, 3, **because(*codes, level=3) | fields) == told


def test_article_7_shares_the_fact_and_the_level_only():
    [alone] = orders("AUT", 3, **because("M14", level=3), agreements=agree("VIC"))
    assert dict(alone.categories) == {"C05": "agreement", "C09": "agreement"}
    [both] = orders("AUT", 3, **because("M14", "M10", level=3), agreements=agree("VIC"))
    assert (both.article, both.also) == ("5 §1", ("7",))
    assert list(both.categories) == ["C01", "C05", "C06", "C09", "C13", "C14"]


def test_article_10_3_one_alert_the_most_urgent_each_category_on_its_basis():
    fields = because("M1") | {"agreements": agree("VIC")}
    fields["markers"] |= {"M14"}
    fields["new_markers"] |= {"M14"}
    red = next(order for order in orders("AUT", 4, **fields) if order.recipient == "VIC")
    assert (red.urgency, red.article, red.also) == ("red", "4 §1", ("7",))
    assert red.categories["C05"] == "necessity"
    assert red.categories["C09"] == "agreement"
    fields["agreements"] = ()
    red = next(order for order in orders("AUT", 4, **fields) if order.recipient == "VIC")
    assert (red.action, red.also) == ("send", ("7",))
    assert "C09" not in red.categories, "what only the référent may decide does not leave with it"


@pytest.mark.parametrize(
    ("service", "severity", "fields", "shared"),
    [
        ("VIC", 4, because("M1"), {"AUT": "C01 C05 C06 C12 C13", "POL": "C01 C02 C04 C05 C06 C12 C13"}),
        ("AUT", 4, because("M1"), {"VIC": "C01 C05 C06 C13", "POL": "C01 C05 C06 C13"}),
        ("POL", 4, because("M1"), {"VIC": "C01 C05 C06"}),
        (
            "VIC",
            3,
            {"agreements": agree("AUT", "POL")},
            {"AUT": "C01 C04 C05 C14", "POL": "C01 C02 C04 C05 C06 C07 C12 C13"},
        ),
        ("VIC", 3, {}, {"AUT": "C01 C05 C06 C12 C13"}),
        (
            "AUT",
            3,
            {"agreements": agree("VIC", "POL")},
            {"VIC": "C01 C05 C06 C13 C14", "POL": "C01 C05 C06 C13"},
        ),
        ("AUT", 3, {}, {"VIC": "C01 C05 C06 C13"}),
        ("VIC", 2, {"previous": 1, "first": False, "agreements": agree("AUT")}, {"AUT": "C01 C04 C05"}),
        ("AUT", 2, {"previous": 1, "first": False, "agreements": agree("VIC")}, {"VIC": "C01 C05 C06"}),
    ],
)
def test_what_each_article_shares_at_most(service, severity, fields, shared):
    found = {order.recipient: " ".join(order.categories) for order in orders(service, severity, **fields)}
    assert found == shared


def test_only_what_was_agreed_to_leaves():
    [order] = orders("VIC", 3, agreements=agree("AUT", categories=["C01", "C05", "C06"]))
    assert list(order.categories) == ["C01", "C05"], "C06 was agreed to, and the article does not carry it"
    [order] = orders("VIC", 3, agreements=agree("AUT", categories=["C07"]))
    assert order.action == "hold", "an agreement about something else is none"


def test_an_agreement_ends_on_its_last_day_and_holds_for_its_purpose():
    assert table("VIC", 3, agreements=agree("AUT", until=MORNING.date())) == [("5 §1", "AUT", "send")]
    assert table("VIC", 3, agreements=agree("AUT", until=date(2026, 9, 14))) == [("5 §1", "AUT", "hold")]
    other = (Agreement("POL", frozenset(DEMO.categories), frozenset({"F3"})),)
    assert table("VIC", 3, agreements=other) == [("5 §1", "AUT", "hold")], "article 5 §2 does not serve F3"
    one = (Agreement("AUT", frozenset(DEMO.categories), frozenset({"F3"})),)
    [order] = orders("VIC", 3, agreements=one)
    assert (order.action, order.purposes) == ("send", ("F3",))


def test_what_rests_on_a_lowered_suggestion_is_held_and_never_leaves_by_itself():
    held = orders("VIC", 4, **because("M1"), agreements=agree("AUT", "POL"), awaiting_second_reader=True)
    assert {(order.recipient, order.action, order.reason_held) for order in held} == {
        ("AUT", "hold", "awaiting_second_reader"),
        ("POL", "hold", "awaiting_second_reader"),
    }
    assert {order.decide_by.isoformat() for order in held} == {"2026-09-15T11:00:00+02:00"}
    assert all(order.send_by is None and order.acknowledge_by is None for order in held)


@pytest.mark.parametrize(
    ("levels", "applied", "disagreement", "told"),
    [
        ({"VIC": 3, "AUT": 2}, 3, True, True),
        ({"VIC": 4, "AUT": 1}, 4, True, True),
        pytest.param({"VIC": 2, "AUT": 1}, 2, True, False, id="below 3: recorded, nobody is asked"),
        ({"VIC": 3, "AUT": 3}, 3, False, False),
        pytest.param({"VIC": 4, "AUT": None}, 4, False, False, id="NE is not compared"),
        ({"VIC": None, "AUT": None}, None, False, False),
        ({"VIC": 3}, 3, False, False),
    ],
)
def test_article_9_readings_that_differ(levels, applied, disagreement, told):
    found = compare_situation(DEMO, levels, finder="VIC", at=MORNING, holidays=BELGIUM)
    assert (found.applied, found.disagreement, found.order is not None) == (applied, disagreement, told)
    if found.order:
        assert (found.order.recipient, found.order.urgency, found.order.article) == ("COO", "concerted", "9")
        assert dict(found.order.categories) == {"C05": "no_identity"}
        assert found.order.identity is False


def test_article_8_the_end_of_a_measure_is_recalled_to_those_who_may_know_it():
    facts = Facts("VIC", 2, agreements=agree("AUT", "POL", "COO"))
    owed = reminders(DEMO, facts, ends_on=date(2026, 9, 20), after=date(2026, 9, 10))
    assert [(day.day, order.recipient) for day, order in owed] == [
        (16, "AUT"),
        (16, "POL"),
        (19, "AUT"),
        (19, "POL"),
    ]
    assert {order.article for _, order in owed} == {"8"}
    assert {order.urgency for _, order in owed} == {"reminder"}
    assert {tuple(order.categories) for _, order in owed} == {("C01", "C07")}

    def count(facts, ends_on=date(2026, 9, 20), after=date(2026, 9, 10)):
        return len(reminders(DEMO, facts, ends_on=ends_on, after=after))

    assert count(facts, after=date(2026, 9, 17)) == 2, "what is past is not sent late"
    assert count(Facts("VIC", 1, agreements=facts.agreements)) == 0, "not below level 2"
    assert count(Facts("VIC", None, agreements=facts.agreements)) == 0
    assert count(Facts("VIC", 3)) == 0, "not without agreement"
    assert count(Facts("VIC", 3, agreements=agree("AUT", categories=["C01", "C05"]))) == 0, (
        "nor to other things"
    )
    assert count(Facts("AUT", 3, agreements=agree("VIC", "POL"))) == 0, "the matrix opens no C07 from AUT"
    assert count(facts, ends_on=date(2027, 9, 1), after=date(2027, 8, 1)) == 4, "28 and 31 August: in force"
    assert count(facts, ends_on=date(2027, 9, 2), after=date(2027, 8, 1)) == 2, (
        "29 August is, 1 September is not"
    )


@pytest.mark.parametrize(
    ("at", "leaves"),
    [
        pytest.param(datetime(2026, 8, 31, 23, 59, tzinfo=BRUSSELS), False, id="the day before"),
        pytest.param(datetime(2026, 9, 1, 0, 0, tzinfo=BRUSSELS), True, id="from the first minute"),
        pytest.param(datetime(2027, 8, 31, 23, 59, tzinfo=BRUSSELS), True, id="to the last"),
        pytest.param(datetime(2027, 9, 1, 0, 0, tzinfo=BRUSSELS), False, id="and not after"),
    ],
)
def test_outside_its_dates_nothing_leaves(at, leaves):
    found = findings("VIC", 4, at=at, **because("M1"), agreements=agree("AUT", "POL"))
    assert any(finding.orders for finding in found) is leaves
    assert DEMO.in_force_on(at) is leaves
    if not leaves:
        assert "112" in found[0].explain()
        assert compare_situation(DEMO, {"VIC": 4, "AUT": 1}, finder="VIC", at=at).order is None


def test_every_rule_of_the_sender_is_explained_also_when_it_orders_nothing():
    found = findings("VIC", 3, agreements=())
    mine = [rule.id for rule in DEMO.rules if "VIC" in rule.senders]
    assert [finding.rule.id for finding in found] == mine
    told = {finding.rule.id: finding.explain() for finding in found}
    assert told["red-police"].startswith("Article 4 §1 : ne s'applique pas")
    assert "criticité : 4" in told["red-police"]
    assert told["orange-from-victim-service"].startswith("Article 5 §1 : s'applique")
    assert "qui manque" in told["orange-police-from-victim-service"]
    [order] = orders("VIC", 3)
    assert order.explain() == [told["orange-from-victim-service"]]


def test_a_stranger_to_the_protocol_is_refused():
    with pytest.raises(KeyError):
        findings("XYZ", 4)
