"""What a grid takes as an answer, and how it refuses the rest."""

from datetime import UTC, date, datetime

import pytest

from assessment.grid import InvalidAnswer, UnknownIndicator
from tests.assessment.reader import reading


@pytest.mark.parametrize(
    ("given", "reason", "message"),
    [
        ({"A1": "often"}, "value", "'often' is not one of: absent, past, recent, current, worsening, unknown"),
        ({"C4": "current"}, "value", "'current' is not one of: none, respected, breached, unknown"),
        ({"C6": "many"}, "value", "give a whole number ('days'), or 'unknown'"),
        ({"C6": {"days": -1}}, "detail", "-1 is not a number ('days')"),
        ({"C6": {"days": True}}, "detail", "True is not a number ('days')"),
        ({"A15": {"value": "recent", "meens": True}}, "detail", "'meens' is not a detail of this indicator"),
        ({"A15": {"value": "recent", "means": "yes"}}, "detail", "'yes' is not a flag ('means')"),
        ({"E5": {"value": "recent", "kind": "tank"}}, "detail", "'tank' is not a choice ('kind')"),
        ({"E7": {"value": "recent", "due": "soon"}}, "detail", "'soon' is not a date ('due')"),
        ({"E7": {"value": "recent", "due": datetime(2026, 9, 20, tzinfo=UTC)}}, "detail", "is not a date ('due')"),
        ({"E7": {"value": "recent", "what": 3}}, "detail", "3 is not a text ('what')"),
        ({"A8": {"value": "recent", "seen": "2026-09-01"}}, "seen", "'seen' is a date"),
        ({"A8": {"value": "recent", "seen": datetime(2026, 9, 1, tzinfo=UTC)}}, "seen", "'seen' is a date"),
        ({"A8": {"value": "recent", "seen": date(2026, 9, 16)}}, "future_seen",
         "last seen on 2026-09-16, after the day of the reading (2026-09-15)"),
    ],
)  # fmt: skip
def test_what_the_grid_does_not_take_is_refused_in_words(given, reason, message):
    with pytest.raises(InvalidAnswer) as caught:
        reading(given)
    assert (caught.value.code, caught.value.reason) == (*given, reason)
    assert str(caught.value).endswith(message)


def test_a_code_that_the_grid_does_not_have_is_refused():
    with pytest.raises(UnknownIndicator) as caught:
        reading({"Z9": "recent"})
    assert (caught.value.code, str(caught.value)) == ("Z9", "Z9: this grid has no such indicator")


@pytest.mark.parametrize(
    ("given", "days"), [("9", 9), ({"days": 9}, 9), ({"value": "9", "days": None}, 9), ({"days": 0}, 0)]
)
def test_a_number_stands_as_a_detail_or_as_the_value(given, days):
    result = reading({"C6": given})
    assert (result.facts["C6.known"], result.facts["C6.days"]) == (True, days)
