"""What a finalised reading left open: only what was not known, sorted by why, as on its own day."""

from datetime import timedelta

import pytest

from assessment.factories import LEVEL_2
from assessment.left_open import left_open
from tests.assessment.reader import GRID
from tests.assessment.test_course import finalised

pytestmark = pytest.mark.django_db


def of(answers, *, cast, case):
    [reading] = finalised(cast, case, answers)
    return left_open(reading)


def test_asked_in_vain_never_asked_and_lacking_a_detail_are_told_apart(cast, case):
    found = of(LEVEL_2 | {"A8": "unknown", "B9": "recent"}, cast=cast, case=case)
    assert any("(A8)" in clause for clause in found.unknown)
    assert any("(B9)" in clause for clause in found.unspecified)
    assert any("(A15)" in clause for clause in found.unexplored)
    everything = [*found.unknown, *found.unspecified, *found.unexplored]
    assert found.number == len(everything)
    assert not [clause for clause in everything if "(A7)" in clause], "known, and so not asked about"


def test_where_everything_is_known_nothing_was_left_open(cast, case):
    answers = {
        code: "0" if indicator.scale.number else next(iter(indicator.scale.values))
        for code, indicator in GRID.indicators.items()
    }
    assert of(answers, cast=cast, case=case).number == 0


def test_the_level_it_followed_counts_as_it_stood_then(cast, case):
    """After a level 2, a line no longer known keeps it; the answer that would let it fall is told."""
    [_first, second] = finalised(cast, case, LEVEL_2, LEVEL_2 | {"A7": "unknown"}, every=timedelta(days=10))
    assert second.suggested == 2
    assert any("(A7)" in clause and "criticité 1" in clause for clause in left_open(second).unknown)
