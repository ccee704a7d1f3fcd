"""The protocol `reunion-2026`: who is referred to the meeting, on which facts, and who must not be told."""

from datetime import date, datetime
from typing import Any

import pytest

from pole.calendar import BRUSSELS
from protocols.checking import examine
from protocols.documents import load_protocol
from protocols.documents.loading import HERE
from protocols.engine import Agreement, Cause, Facts, Finding, duties_of, evaluate, orders_of
from protocols.history import ALERT, INCIDENT, Event
from tests.protocols.ask import BELGIUM

MEETING = load_protocol("reunion-2026")
TUESDAY = datetime(2026, 9, 15, 10, tzinfo=BRUSSELS)
HIGH = {"grounds": (Cause("threshold", 3, frozenset({"F1"})),)}
JUDGED = {"grounds": (Cause("judgement", 3, frozenset({"J1"})),)}
BEFORE = {"first": False, "previous": 2}


def findings(service: str, severity: int | None, *, at: datetime = TUESDAY, **fields: Any) -> list[Finding]:
    return evaluate(MEETING, Facts(service, severity, **fields), at=at, holidays=BELGIUM)


def told(service: str, severity: int | None, **fields: Any) -> list[tuple[str, str, str]]:
    """Article, recipient, sent or held. Whoever is not here is not told."""
    found = orders_of(findings(service, severity, **fields))
    return sorted((order.article, order.recipient, order.action) for order in found)


def agreed(*recipients: str) -> dict[str, Any]:
    everything = frozenset(MEETING.categories)
    return {"agreements": tuple(Agreement(to, everything, frozenset(MEETING.purposes)) for to in recipients)}


def past(*days: str, referred: str = "") -> dict[str, Any]:
    events = [Event(INCIDENT, date.fromisoformat(day), "physical") for day in days]
    if referred:
        events.append(Event(ALERT, date.fromisoformat(referred), "orange"))
    return {"events": tuple(events)}


@pytest.mark.parametrize(
    ("service", "severity", "fields", "orders"),
    [
        pytest.param("VIC", 3, HIGH, [("4 §1", "SEC", "hold")], id="fourteen ticks, no agreement: the référent"),
        pytest.param("VIC", 3, HIGH | agreed("SEC"), [("4 §1", "SEC", "send")], id="fourteen ticks, agreed"),
        pytest.param("VIC", 3, HIGH | agreed("POL", "MED"), [("4 §1", "SEC", "hold")], id="agreed to others only"),
        pytest.param("MED", 3, HIGH | agreed("SEC"), [("4 §1", "SEC", "send")], id="from the health centre"),
        pytest.param("POL", 3, HIGH | agreed("SEC") | BEFORE, [("4 §1", "SEC", "send")], id="from the police"),
        pytest.param("SEC", 3, HIGH | agreed("SEC"), [], id="the secretariat reads nothing"),
        pytest.param(
            "VIC", 3, HIGH | agreed("SEC") | {"first": False, "previous": 3}, [], id="the same level again"
        ),
        pytest.param(
            "VIC", 3, JUDGED | agreed("SEC"), [("4 §2", "SEC", "hold")], id="judgement waits for two, even agreed"
        ),
        pytest.param(
            "VIC", 3, {"grounds": (Cause("chosen", 3),)}, [("4 §2", "SEC", "hold")], id="a level raised by hand, too"
        ),
        pytest.param(
            "VIC", 3, {"grounds": (*HIGH["grounds"], *JUDGED["grounds"])} | agreed("SEC"),
            [("4 §1", "SEC", "send")], id="fourteen ticks are enough without it",
        ),
        pytest.param("VIC", 2, agreed("SEC"), [], id="level 2 alone orders nothing"),
        pytest.param("VIC", None, agreed("SEC"), [], id="nor what could not be assessed"),
    ],
)  # fmt: skip
def test_article_4_referral(service, severity, fields, orders):
    assert told(service, severity, **fields) == orders


YEAR = ("2025-09-15", "2026-02-01", "2026-09-14")


@pytest.mark.parametrize(
    ("severity", "events", "orders"),
    [
        pytest.param(2, past(*YEAR), [("5 §1", "SEC", "send")], id="three in twelve months to the day"),
        pytest.param(3, past(*YEAR), [("5 §1", "SEC", "send")], id="at level 3 on other grounds"),
        pytest.param(1, past(*YEAR), [], id="not at level 1"),
        pytest.param(2, past("2025-09-14", *YEAR[1:]), [], id="the first is a day too old"),
        pytest.param(2, past(*YEAR[1:]), [], id="two are no repetition"),
        pytest.param(
            2, past(*YEAR, referred="2026-09-14"), [], id="referred since, and nothing happened after that day"
        ),
        pytest.param(
            2, past(*YEAR, referred="2026-03-01"), [("5 §2", "SEC", "send")], id="referred, and one fact since"
        ),
        pytest.param(
            2, past("2026-09-14", referred="2025-09-14"), [], id="referred more than twelve months ago: no repeat"
        ),
    ],
)  # fmt: skip
def test_article_5_repeats(severity, events, orders):
    assert told("VIC", severity, **agreed("SEC"), **BEFORE, **events) == orders


def test_article_5_repeats_without_agreement_wait_for_the_referent():
    assert told("VIC", 2, **BEFORE, **past(*YEAR)) == [("5 §1", "SEC", "hold")]


def test_what_article_4_refers_is_not_referred_twice():
    [order] = orders_of(findings("VIC", 3, **HIGH, **agreed("SEC"), **past(*YEAR)))
    assert (order.article, order.also) == ("4 §1", ())


LETHAL = {"newly_active": frozenset({"F2"}), "active": frozenset({"F2"})}


@pytest.mark.parametrize(
    ("service", "severity", "fields", "orders"),
    [
        pytest.param("VIC", 3, LETHAL | HIGH, [("4 §1", "SEC", "hold"), ("7", "POL", "send")], id="the meeting too"),
        pytest.param("MED", 3, LETHAL | BEFORE | {"previous": 3}, [("7", "POL", "send")], id="nobody waits"),
        pytest.param("POL", 3, LETHAL | BEFORE | {"previous": 3}, [], id="the police tells itself nothing"),
        pytest.param("VIC", 2, LETHAL, [], id="not below 3"),
        pytest.param("VIC", 3, BEFORE | {"previous": 3}, [], id="nor when nothing of the kind is new"),
    ],
)  # fmt: skip
def test_article_7_immediate_alert(service, severity, fields, orders):
    assert told(service, severity, **fields) == orders
    call = [article for article, _ in duties_of(findings(service, severity, **fields))]
    assert call == (["7"] if ("7", "POL", "send") in orders else [])


@pytest.mark.parametrize(
    ("service", "severity", "fields", "orders"),
    [
        pytest.param("POL", 2, agreed("VIC"), [("8", "VIC", "send")], id="the police, first reading, agreed"),
        pytest.param("POL", 2, {}, [], id="never without agreement, nor held"),
        pytest.param("POL", 2, agreed("VIC", "SEC") | BEFORE, [], id="not a second time"),
        pytest.param("VIC", 2, agreed("VIC", "POL", "MED", "SEC"), [], id="and nobody else orients"),
    ],
)
def test_article_8_orientation(service, severity, fields, orders):
    assert told(service, severity, **fields) == orders


def test_what_crosses_and_on_which_basis():
    [sent] = orders_of(findings("VIC", 3, **HIGH, **agreed("SEC")))
    assert dict(sent.categories) == dict.fromkeys(["C01", "C02", "C04", "C05", "C12", "C14"], "agreement")
    [held] = orders_of(findings("MED", 3, **JUDGED))
    assert (dict(held.categories), held.reason_held) == (
        {"C01": "conference", "C05": "conference"},
        "referent_decides",
    )


def test_its_days_are_its_own():
    friday = datetime(2026, 9, 18, 12, tzinfo=BRUSSELS)
    [order] = orders_of(findings("VIC", 3, at=friday, **HIGH, **agreed("SEC")))
    assert order.send_by.isoformat() == "2026-09-21T12:00:00+02:00"
    assert order.acknowledge_by.isoformat() == "2026-09-21T12:00:00+02:00"


def test_it_has_nothing_for_its_lawyers_to_look_at():
    assert examine(HERE / "reunion-2026.yaml").findings == []
