"""The protocol `hopital-2026`: medical secrecy, a prosecutor who is told by decision alone, and other hours."""

from datetime import datetime
from typing import Any

import pytest

from pole.calendar import BRUSSELS
from protocols.checking import examine
from protocols.documents import load_protocol
from protocols.documents.loading import HERE
from protocols.engine import Agreement, Facts, Finding, duties_of, evaluate, orders_of
from tests.protocols.ask import BELGIUM

HOSPITAL = load_protocol("hopital-2026")
TUESDAY = datetime(2026, 10, 6, 10, tzinfo=BRUSSELS)


def findings(service: str, severity: int | None, *, at: datetime = TUESDAY, **fields: Any) -> list[Finding]:
    return evaluate(HOSPITAL, Facts(service, severity, **fields), at=at, holidays=BELGIUM)


def told(service: str, severity: int | None, **fields: Any) -> list[tuple[str, str, str]]:
    """Article, recipient, sent or held. Whoever is not here is not told."""
    found = orders_of(findings(service, severity, **fields))
    return sorted((order.article, order.recipient, order.action) for order in found)


def agreed(*recipients: str) -> dict[str, Any]:
    everything = frozenset(HOSPITAL.categories)
    return {"agreements": tuple(Agreement(to, everything, frozenset(HOSPITAL.purposes)) for to in recipients)}


EVERYBODY = agreed("HOP", "VIC", "PAR")


@pytest.mark.parametrize(
    ("service", "severity", "fields", "orders"),
    [
        pytest.param(
            "HOP", 4, {}, [("4 §2", "PAR", "hold"), ("5 §2", "VIC", "hold")], id="4 without agreement: decisions"
        ),
        pytest.param(
            "HOP", 4, agreed("VIC"), [("4 §2", "PAR", "hold"), ("5 §2", "VIC", "send")], id="4, agreed to the relay"
        ),
        pytest.param(
            "HOP", 4, EVERYBODY, [("4 §2", "PAR", "hold"), ("5 §2", "VIC", "send")], id="agreement sends nothing there"
        ),
        pytest.param("VIC", 4, EVERYBODY, [("4 §2", "PAR", "hold")], id="from the victim service: not the hospital"),
        pytest.param("PAR", 4, EVERYBODY, [], id="the prosecutor reads nothing"),
        pytest.param("HOP", 4, {"first": False, "previous": 4}, [], id="4 again, nothing new"),
        pytest.param(
            "HOP", 4, {"first": False, "previous": 4, "new_markers": frozenset({"M2"})},
            [("4 §2", "PAR", "hold"), ("5 §2", "VIC", "hold")], id="4 again, a marker is new",
        ),
        pytest.param("HOP", 3, agreed("VIC"), [("5 §1", "VIC", "send")], id="3, with the patient's agreement"),
        pytest.param("HOP", 3, {}, [], id="3 without: medical secrecy, nothing held"),
        pytest.param("HOP", 3, agreed("PAR"), [], id="an agreement about the prosecutor opens nothing else"),
        pytest.param("HOP", 2, agreed("VIC"), [("5 §1", "VIC", "send")], id="2 on a first reading"),
        pytest.param("HOP", 2, agreed("VIC") | {"first": False, "previous": 2}, [], id="2 again"),
        pytest.param("VIC", 3, agreed("HOP"), [("5 §1", "HOP", "send")], id="the other way round"),
        pytest.param("HOP", 1, EVERYBODY, [], id="not at level 1"),
        pytest.param("HOP", None, EVERYBODY, [], id="nor at NE"),
    ],
)  # fmt: skip
def test_who_is_told(service, severity, fields, orders):
    assert told(service, severity, **fields) == orders


def test_the_prosecutor_is_never_told_without_a_decision_nor_about_health():
    everything = [
        order
        for service in HOSPITAL.parties
        for severity in (None, 1, 2, 3, 4)
        for fields in ({}, EVERYBODY)
        for order in orders_of(findings(service, severity, **fields))
        if order.recipient == "PAR"
    ]
    assert everything
    assert {order.action for order in everything} == {"hold"}
    assert {basis for order in everything for basis in order.bases} == {"faculty"}
    assert "C11" not in {code for order in everything for code in order.categories}
    for sender in ("HOP", "VIC"):
        assert not HOSPITAL.allows(sender, "PAR", "C11", "agreement")
        assert not HOSPITAL.allows(sender, "PAR", "C11", "faculty")


@pytest.mark.parametrize(
    ("severity", "fields", "articles"),
    [
        (4, {}, ["4 §1"]),
        (4, {"markers": frozenset({"M6"})}, ["4 §1", "4 §4"]),
        (3, {"active": frozenset({"D4"})}, ["4 §4"]),
        pytest.param(2, {"active": frozenset({"D4"})}, [], id="below 3 the article is silent"),
        pytest.param(3, {}, [], id="no child in danger"),
    ],
)
def test_what_the_service_does_itself(severity, fields, articles):
    assert [article for article, _ in duties_of(findings("HOP", severity, **fields))] == articles


@pytest.mark.parametrize(
    ("at", "acknowledge_by"),
    [
        pytest.param((2026, 10, 6, 10), "2026-10-06T13:00:00+02:00", id="within the week of the service"),
        pytest.param(
            (2026, 10, 10, 12), "2026-10-12T10:00:00+02:00", id="Saturday noon: an hour left, two on Monday"
        ),
        pytest.param(
            (2026, 11, 11, 8), "2026-11-11T11:00:00+01:00", id="its own week is open on a legal holiday"
        ),
        pytest.param((2026, 10, 6, 19, 30), "2026-10-07T10:30:00+02:00", id="over the night"),
    ],
)
def test_a_party_may_have_a_week_of_its_own(at, acknowledge_by):
    when = datetime(*at, tzinfo=BRUSSELS)
    [order] = orders_of(findings("HOP", 3, at=when, **agreed("VIC")))
    assert order.acknowledge_by.isoformat() == acknowledge_by


def test_the_hospital_is_there_day_and_night():
    night = datetime(2026, 10, 6, 23, 30, tzinfo=BRUSSELS)
    [order] = orders_of(findings("VIC", 3, at=night, **agreed("HOP")))
    assert order.acknowledge_by.isoformat() == "2026-10-07T02:30:00+02:00"
    assert order.warnings == ()


def test_it_has_nothing_for_its_lawyers_to_look_at():
    assert examine(HERE / "hopital-2026.yaml").findings == []
