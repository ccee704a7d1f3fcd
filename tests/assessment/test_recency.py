"""When something counts as active: values, dates, and what wins where they disagree."""

from datetime import date

import pytest

from tests.assessment.reader import ON, reading


@pytest.mark.parametrize("code", ["A8", "E9"])
@pytest.mark.parametrize(
    ("seen", "active"),
    [
        pytest.param(date(2024, 9, 15), True, id="24 months to the day still counts"),
        pytest.param(date(2024, 9, 14), False, id="24 months and a day is history"),
        pytest.param(None, True, id="without a date it counts, and is asked about"),
    ],
)
def test_strangulation_and_preparations_stay_active(code, seen, active):
    result = reading({code: {"value": "past", "seen": seen}})
    assert (code in result.active) is active
    assert [(asked.code, asked.kind) for asked in result.questions] == (
        [] if seen else [(code, "lasting_without_date")]
    )


def test_no_other_past_answer_is_active():
    given = dict.fromkeys(("A1", "A7", "A15", "B7", "D3", "E1", "E10"), "past")
    assert reading(given).active == frozenset()


@pytest.mark.parametrize(
    ("value", "seen", "retained", "question"),
    [
        pytest.param("current", date(2026, 8, 16), "current", None, id="30 days ago is current"),
        pytest.param("recent", date(2026, 8, 15), "recent", None, id="31 days ago is recent"),
        pytest.param(
            "recent", date(2026, 8, 16), "current", "seen_disagrees", id="the date is more recent: it wins"
        ),
        pytest.param("current", date(2026, 8, 15), "current", "seen_disagrees", id="the value is: it wins"),
        pytest.param("recent", date(2025, 9, 15), "recent", None, id="12 months to the day is recent"),
        pytest.param("past", date(2025, 9, 15), "recent", "seen_disagrees", id="so it is not past"),
        pytest.param("past", date(2025, 9, 14), "past", None, id="12 months and a day is past"),
        pytest.param(
            "recent", date(2025, 9, 14), "recent", "seen_disagrees", id="recent against an old date"
        ),
        pytest.param("worsening", date(2026, 9, 1), "worsening", None, id="worsening is current, and more"),
        pytest.param(
            "worsening", date(2026, 1, 1), "worsening", "seen_disagrees", id="worsening against an old date"
        ),
        pytest.param("absent", date(2026, 9, 1), "current", "absent_but_seen", id="absent, and yet seen"),
        pytest.param(
            "absent", date(2020, 1, 1), "past", "absent_but_seen", id="absent, and yet seen long ago"
        ),
        pytest.param("unknown", date(2026, 1, 1), "recent", "unknown_but_seen", id="unknown, and yet seen"),
        pytest.param("recent", ON, "current", "seen_disagrees", id="seen on the day itself"),
    ],
)
def test_where_value_and_date_disagree_the_more_recent_wins_and_we_ask(value, seen, retained, question):
    result = reading({"A6": {"value": value, "seen": seen}})
    assert result.value("A6") == retained
    assert [(asked.code, asked.kind) for asked in result.questions] == (
        [("A6", question)] if question else []
    )


@pytest.mark.parametrize(
    ("seen", "level"),
    [
        pytest.param(date(2026, 9, 8), 4, id="the seventh day still counts"),
        pytest.param(date(2026, 9, 7), 3, id="the eighth does not"),
    ],
)
def test_a_strangulation_of_the_last_seven_days_is_imminent(seen, level):
    assert reading({"A8": {"value": "current", "seen": seen}}).severity == level


def test_network_values_are_never_active_and_have_no_recency():
    result = reading(
        {"C1": "covering", "C3": {"value": "awaited", "seen": date(2020, 1, 1)}, "C5": "excluded"}
    )
    assert result.active == frozenset()
    assert result.questions == ()
    assert result.value("C3") == "awaited"


def test_an_approaching_date_is_asked_for():
    assert [asked.code for asked in reading({"E7": "current"}).questions] == ["E7.due"]
    asked = reading({"E7": {"value": "absent", "seen": ON}, "A8": "past"}).questions
    assert [(each.code, each.kind) for each in asked] == [
        ("E7", "absent_but_seen"), ("E7.due", "detail_wanted"), ("A8", "lasting_without_date"),
    ], "after all that an answer raises by itself"  # fmt: skip
    assert reading({"E7": "absent"}).questions == ()
    assert reading({"E7": {"value": "absent", "due": date(2026, 9, 20)}}).due is None
