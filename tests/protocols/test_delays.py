"""The delays of the demonstration protocol, as worked out beside its text."""

# ruff: noqa: E501  (a table reads line by line)

from datetime import date, datetime

import pytest

from pole.calendar import BRUSSELS
from protocols.engine import Facts, evaluate, orders_of
from tests.protocols.ask import BELGIUM, DEMO, agree, because, orders


def at(text: str) -> datetime:
    """Brussels time."""
    return datetime.fromisoformat(text).replace(tzinfo=BRUSSELS)


NEW = {"previous": 1, "first": False}


@pytest.mark.parametrize(
    ("finalised", "service", "recipient", "severity", "fields", "send_by", "acknowledge_by", "warnings"),
    [
        ("2026-09-18 16:30", "VIC", "AUT", 3, {}, "2026-09-21 12:30", "2026-09-21 10:30", ()),
        ("2026-09-18 16:30", "VIC", "POL", 3, {}, "2026-09-21 12:30", "2026-09-21 10:30", ("police_may_record",)),
        ("2026-09-16 18:40", "AUT", "POL", 4, because("M1"), "2026-09-16 19:40", "2026-09-16 18:55", ("police_may_record",)),
        ("2026-09-16 18:40", "AUT", "VIC", 4, because("M1"), "2026-09-16 19:40", "2026-09-17 09:15", ("recipient_closed",)),
        ("2026-09-16 16:55", "AUT", "VIC", 4, because("M1"), "2026-09-16 17:55", "2026-09-17 09:10", ("recipient_closed",)),
        ("2026-09-16 10:00", "AUT", "VIC", 4, because("M1"), "2026-09-16 11:00", "2026-09-16 10:15", ()),
        ("2026-09-18 16:30", "VIC", "AUT", 2, NEW, "2026-09-22 16:30", "2026-09-21 16:30", ()),
        ("2026-11-10 16:00", "VIC", "AUT", 3, {}, "2026-11-12 12:00", "2026-11-12 10:00", ()),
    ],
)  # fmt: skip
def test_delays_worked(finalised, service, recipient, severity, fields, send_by, acknowledge_by, warnings):
    fields = {"agreements": agree("AUT", "VIC", "POL")} | fields
    order = next(o for o in orders(service, severity, at=at(finalised), **fields) if o.recipient == recipient)
    assert (order.send_by, order.acknowledge_by, order.warnings) == (
        at(send_by),
        at(acknowledge_by),
        warnings,
    )


def test_a_held_alert_is_decided_within_the_articles_delay_of_the_reading():
    [held] = orders("VIC", 3, at=at("2026-09-18 16:30"))
    assert (held.action, held.decide_by, held.send_by) == ("hold", at("2026-09-21 12:30"), None)
    assert held.reason_held == "no_agreement"


def test_the_first_answer_follows():
    [orange] = orders("VIC", 3, at=at("2026-09-18 16:30"), agreements=agree("AUT"))
    assert orange.answer_by == at("2026-09-22 10:30"), "a working day after the acknowledgement"
    red = next(
        o for o in orders("AUT", 4, at=at("2026-09-16 18:40"), **because("M1")) if o.recipient == "POL"
    )
    assert red.answer_by == at("2026-09-16 20:40"), "two hours, by night too"
    [yellow] = orders("VIC", 2, agreements=agree("AUT"), **NEW)
    assert yellow.answer_by is None


@pytest.mark.parametrize(
    ("urgency", "recipient", "handed_over", "rungs"),
    [
        ("red", "POL", "2026-09-16 18:40", ["2026-09-16 18:55", "2026-09-16 19:10"]),
        ("red", "VIC", "2026-09-16 18:40", ["2026-09-17 09:15", "2026-09-17 09:30"]),
        ("orange", "AUT", "2026-09-18 16:30", ["2026-09-21 10:30", "2026-09-21 16:30"]),
        ("yellow", "AUT", "2026-09-18 16:30", ["2026-09-21 16:30"]),
        ("concerted", "COO", "2026-09-18 16:30", []),
    ],
)
def test_article_10_1_an_alert_without_acknowledgement_climbs(urgency, recipient, handed_over, rungs):
    assert DEMO.rungs_due(urgency, recipient, at(handed_over), BELGIUM) == [at(rung) for rung in rungs]
    assert [step.who for step in DEMO.ladders[urgency]] == ["referent", "direction"][: len(rungs)]


def test_the_sender_of_a_red_alert_is_asked_to_call_again():
    assert "112" in (DEMO.ladders["red"][1].sender or "")


def test_holidays_are_handed_in():
    facts = Facts("VIC", 3, agreements=agree("AUT"))
    tuesday = at("2026-09-15 16:30")

    def send_by(holidays: frozenset[date]) -> datetime | None:
        return orders_of(evaluate(DEMO, facts, at=tuesday, holidays=holidays))[0].send_by

    assert send_by(frozenset()) == at("2026-09-16 12:30")
    assert send_by(frozenset({date(2026, 9, 16)})) == at("2026-09-17 12:30")


def test_the_delays_that_people_keep_stand_under_their_articles():
    terms = {article.number: article.terms for article in DEMO.articles if article.terms}
    assert str(terms["11"]["advice_answered"]) == "2 working days"
    assert str(terms["12"]["directions_examine"]) == "5 working days"
    assert str(terms["4 §1"]["referent_reviews"]) == "2 working days"
    assert str(terms["2 §1"]["agreement_lasts"]) == "6 months"
