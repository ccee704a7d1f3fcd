"""Protocols run on a few readings, counted by hand: who is told, held, by week, and how two protocols differ."""

import gc
import tracemalloc
from datetime import date, datetime

import pytest

from pole.calendar import BRUSSELS
from protocols.counts import Found, Told
from protocols.documents import load_protocol
from protocols.engine import Facts
from protocols.history import INCIDENT, Event
from protocols.registry import shipped_text
from protocols.simulation import Moment, Played, simulate
from tests.protocols.ask import BELGIUM, DEMO, agree, because

MONDAY, NEXT = date(2026, 9, 14), date(2026, 9, 21)
SENDS = "agreed:\n          VIC -> AUT: [C01, C04, C05, C14]"


def on(day: str, hour: int = 10) -> datetime:
    return datetime.fromisoformat(day).replace(hour=hour, tzinfo=BRUSSELS)


def moment(case: object, at: datetime, severity: int | None, *, of: int = 1, **fields: object) -> Moment:
    return Moment(case, at, (Facts("VIC", severity, **fields),) * of)


def play(moments: list[Moment], *protocols: object) -> tuple[Found, list[Played]]:
    found = Found()
    played = list(simulate(protocols or (DEMO,), moments, holidays=lambda day: BELGIUM, found=found))
    return found, played


def a_week(of: int = 1) -> list[Moment]:
    """Sent to the programme, held, sent to police and programme at night, nothing; in the next week, held."""
    return [
        moment("a", on("2026-09-15"), 3, of=of, agreements=agree("AUT")),
        moment("b", on("2026-09-16"), 3, of=of),
        moment("c", on("2026-09-20", 23), 4, of=of, **because("M10")),
        moment("d", on("2026-09-20"), 1, of=of),
        moment("b", on("2026-09-21"), 3, of=of, previous=2, first=False),
    ]


def test_messages_are_counted_by_week_recipient_urgency_and_article():
    found, _ = play(a_week())
    assert dict(found.counts[0].told) == {
        Told(MONDAY, "AUT", "send", "orange", "5 §1"): 1,
        Told(MONDAY, "AUT", "hold", "orange", "5 §1"): 1,
        Told(MONDAY, "AUT", "send", "red", "4 §1"): 1,
        Told(MONDAY, "POL", "send", "red", "4 §1"): 1,
        Told(NEXT, "AUT", "hold", "orange", "5 §1"): 1,
    }
    assert (found.asked, found.cases) == (5, 5), (
        "a case that comes back later counts anew: they come one by one"
    )


def test_duties_silence_and_what_comes_at_night_are_counted_too():
    counts = play(a_week())[0].counts[0]
    assert dict(counts.duties) == {"4 §1": 1}
    assert counts.silent == 1
    assert dict(counts.closed) == {"AUT": 1}, "the police is there, the programme is not"


def test_what_is_carried_is_counted_by_recipient():
    carried = play(a_week())[0].counts[0].carried
    assert carried["AUT", "send", "C05"] == 2
    assert carried["AUT", "send", "C14"] == 1
    assert carried["AUT", "hold", "C05"] == 2
    assert carried["POL", "send", "C02"] == 1
    assert not [key for key in carried if key[2] in {"C03", "C10"}]


def test_nobody_else_is_told():
    assert {told.recipient for told in play(a_week())[0].counts[0].told} == {"AUT", "POL"}


def test_a_protocol_is_tried_on_days_on_which_it_is_not_in_force():
    found, _ = play([moment("a", on("2025-03-04"), 3, agreements=agree("AUT"))])
    assert found.counts[0].number(recipient="AUT", action="send") == 1


def test_an_agreement_that_ended_before_the_reading_opens_nothing():
    over = agree("AUT", until=date(2026, 9, 14))
    found, _ = play([moment("a", on("2026-09-15"), 3, agreements=over)])
    assert found.counts[0].by("recipient", "action") == {("AUT", "hold"): 1}


def test_the_lower_level_chosen_sends_what_it_orders_and_holds_the_rest():
    held = Facts("VIC", 4, awaiting_second_reader=True, agreements=agree("AUT"), **because("M10"))
    lower = Facts("VIC", 3, agreements=agree("AUT"))
    found, _ = play([Moment("a", on("2026-09-15"), (held,), (lower,))])
    assert found.counts[0].by("recipient", "action", "urgency") == {
        ("AUT", "hold", "red"): 1,
        ("POL", "hold", "red"): 1,
        ("AUT", "send", "orange"): 1,
    }


def amended(old: str, new: str) -> object:
    text = shipped_text("demo-2026")
    assert text.count(old) == 1
    return load_protocol(text.replace(old, new))


def test_two_texts_that_say_the_same_differ_nowhere():
    found, played = play(a_week(2), DEMO, DEMO)
    assert (found.differing, found.moved, found.otherwise) == (0, {}, {})
    assert not any(each.differs for each in played)


def test_a_category_closed_is_told_otherwise_and_moves_nobody():
    found, played = play(a_week(2), amended(SENDS, SENDS.replace(", C14", "")), DEMO)
    assert [each.differs for each in played] == [True, False, False, False, False]
    assert (found.otherwise, found.moved) == ({"AUT": 1}, {})
    assert found.counts[0].carried["AUT", "send", "C14"] == 0
    assert found.counts[1].carried["AUT", "send", "C14"] == 1


def test_what_is_no_longer_held_is_counted_as_moved():
    text = shipped_text("demo-2026")
    rule = text[text.index("- id: orange-from-victim-service") : text.index("- id: orange-from-perpetrator")]
    shorter = rule[: rule.index("        held:")].replace("otherwise: hold", "otherwise: nothing") + "      "
    found, _ = play(a_week(2), load_protocol(text.replace(rule, shorter)), DEMO)
    assert found.moved == {("AUT", "hold", ""): 2}
    assert found.differing == 2


def rules_of(played: Played) -> set[str]:
    return {finding.rule.id for order in played.orders[0] for finding in order.because}


def test_what_it_would_have_sent_before_is_the_past_it_counts():
    """`reunion-2026`: three facts bring a case before the meeting; then each new one brings it back."""
    reunion = load_protocol("reunion-2026")
    facts = tuple(Event(INCIDENT, date(2026, 9, day), "physical") for day in (1, 2, 3))
    more = (*facts, Event(INCIDENT, date(2026, 9, 16), "physical"))
    agreed = agree("SEC", categories=reunion.categories)

    def at(case: str, day: str, events: tuple[Event, ...]) -> Moment:
        return moment(case, on(day), 2, events=events, agreements=agreed, first=False, previous=2)

    _, (first, same, again, other) = play(
        [
            at("a", "2026-09-15", facts),
            at("a", "2026-09-15", facts),
            at("a", "2026-09-18", more),
            at("b", "2026-09-18", more),
        ],
        reunion,
    )
    assert rules_of(first) == {"repeats"}
    assert rules_of(same) == set(), "it was sent already and nothing happened since"
    assert rules_of(again) == {"repeat-after-hearing"}
    assert rules_of(other) == {"repeats"}, "another case has a past of its own"


def test_what_lies_before_the_period_is_remembered_and_not_counted():
    before = Moment("a", on("2026-08-31"), (Facts("VIC", 4, **because("M10")),), is_counted=False)
    found, played = play([before, moment("a", on("2026-09-15"), 1)])
    assert (found.asked, found.cases, len(played)) == (1, 1, 1)
    assert not found.counts[0].told


def test_counts_go_on_from_what_was_kept():
    whole, _ = play(a_week(2), DEMO, amended(SENDS, SENDS.replace(", C14", "")))
    protocols = (DEMO, amended(SENDS, SENDS.replace(", C14", "")))
    kept = Found()
    for part in (a_week(2)[:2], a_week(2)[2:]):
        kept = Found.from_json(kept.to_json() if kept.counts else {})
        for _ in simulate(protocols, part, holidays=lambda day: BELGIUM, found=kept):
            pass
    assert kept == whole


def test_a_service_that_is_no_party_cannot_be_played():
    with pytest.raises(KeyError):
        play([Moment("a", on("2026-09-15"), (Facts("XYZ", 3),))])


def test_memory_does_not_grow_with_the_readings():
    moments = (moment(n, on("2026-09-15"), 3, agreements=agree("AUT")) for n in range(4001))
    held = {}
    tracemalloc.start()
    try:
        for played in simulate((DEMO,), moments, holidays=lambda day: BELGIUM, found=Found()):
            if played.moment.case in (1000, 4000):
                gc.collect()
                held[played.moment.case] = tracemalloc.get_traced_memory()[0]
    finally:
        tracemalloc.stop()  # left on, everything after it in this process is six times slower
    # Python's own free lists grow by some kilobytes; one small object kept for each reading would be 72,000 bytes.
    assert held[4000] < held[1000] + 40_000
