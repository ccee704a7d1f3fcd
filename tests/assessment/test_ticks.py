"""The grid `ticks-1`: a list to tick, a threshold, repetition and professional judgement, by a file alone."""

from pathlib import Path
from typing import Any

import pytest

from assessment.grid import Answer
from assessment.grids import load_grid
from assessment.plain import as_plain_data
from assessment.reading import Previous, Result, read
from assessment.sentences import explain
from pole.yamlfile import load
from protocols.documents import load_protocol
from tests.assessment.reader import ON

GRID = load_grid("ticks-1")
CONTENT = Path(__file__).parents[2] / "alerts" / "content.yaml"
TICKS = [code for code in GRID.indicators if code[0] in "FS"]


def ticked(*yes: str, no: Any = (), previous: Previous | None = None, **others: str) -> Result:
    """Read with these ticked, those answered no, and others as given."""
    given = dict.fromkeys(no, "no") | dict.fromkeys(yes, "yes") | others
    return read(GRID, {code: Answer(value) for code, value in given.items()}, on=ON, previous=previous)


@pytest.mark.parametrize(
    ("yes", "others", "severity", "grounds"),
    [
        pytest.param(TICKS[:0], {}, 1, ["explored"], id="all asked, none ticked"),
        pytest.param(["F1", "F5", "F6", "F7"], {}, 1, ["explored"], id="four ticks"),
        pytest.param(["F1", "F5", "F6", "F7", "F8"], {}, 2, ["several"], id="five ticks"),
        pytest.param(["F4"], {}, 2, ["one-grave"], id="one grave sign"),
        pytest.param(["F2", "F4"], {}, 3, ["two-grave"], id="two grave signs"),
        pytest.param([c for c in TICKS if c not in ("F2", "F3", "F4")][:9], {}, 2, ["several"], id="nine ticks"),
        pytest.param([c for c in TICKS if c not in ("F2", "F3", "F4")][:10], {}, 3, ["threshold"], id="ten ticks"),
        pytest.param(["F1", "F5", "F6"], {"R1": "3"}, 3, ["repetition"], id="three reports and three ticks"),
        pytest.param(["F1", "F5", "F6"], {"R1": "2"}, 1, ["explored"], id="two reports are not yet repetition"),
        pytest.param(["F1", "F5"], {"R1": "3"}, 1, ["explored"], id="nor are reports with two ticks"),
        pytest.param([], {"J1": "yes"}, 3, ["judgement"], id="professional judgement is enough"),
        pytest.param([], {"J1": "no", "R1": "0"}, 1, ["explored"], id="and its absence lowers nothing"),
    ],
)  # fmt: skip
def test_the_highest_rule_that_holds_suggests_the_level(yes, others, severity, grounds):
    result = ticked(*yes, no=TICKS, **others)
    assert (result.dynamics, result.severity, result.markers) == (None, severity, ())
    assert [ground.code for ground in result.decisive] == grounds


def test_new_reports_under_close_follow_up_escalate():
    before = Previous(2)
    assert ticked("S5", no=TICKS, R1="2", previous=before).decisive[0].code == "again"
    assert ticked("S5", no=TICKS, R1="2", previous=Previous(1)).severity == 1
    assert ticked("S5", no=TICKS, R1="1", previous=before).severity == 1


def test_unknown_is_not_no():
    assert ticked().severity is None
    assert ticked(no=TICKS[1:]).severity is None, "one not asked"
    assert ticked(no=TICKS, S3="unknown").severity is None, "one not known"
    held = Previous(3, {code: Answer("yes") for code in TICKS}, ON)
    assert ticked(no=TICKS[1:], previous=held).severity == 3, "and keeps the level it had"
    assert ticked(no=TICKS, previous=held).severity == 1
    assert ticked(no=TICKS[:10]).caution_codes == ("much-unknown",)
    assert ticked(no=TICKS[:11]).caution_codes == ()


def test_a_count_that_is_no_longer_known_counts_as_it_was():
    repeated = {code: Answer("no") for code in TICKS} | {code: Answer("yes") for code in ("F1", "F5", "F6")}
    before = Previous(3, repeated | {"R1": Answer("3")}, ON)
    kept = ticked("F1", "F5", "F6", no=TICKS, previous=before)
    assert (kept.severity, kept.carried) == (3, ("R1",))
    assert ticked("F1", "F5", "F6", no=TICKS, R1="2", previous=before).severity == 1


def test_it_explains_itself_in_its_own_words():
    result = ticked("F1", "F5", "S5", no=TICKS, R1="4")
    text = " ".join(explain(result))
    assert "Criticité suggérée : 3 (à concerter sans attendre)" in text
    assert "faits répétés [faits signalés (R1) : 4]" in text
    assert "3 sur 15 (au moins 3) : Blessures (F1), Contrainte sexuelle (F5), Cela empire (S5)" in text
    assert result.grounds[0].causes == {"R1", "F1", "F5", "S5"}
    assert as_plain_data(result)["dynamics_label"] == ""


def test_what_its_answers_tell_a_partner_is_said_for_categories_and_indicators_that_exist():
    told = load(CONTENT).plain()["ticks-1"]
    assert told
    assert set(told) <= set(load_protocol("demo-2026").categories)
    assert {code for codes in told.values() for code in codes} <= set(GRID.indicators)
    assert not {"F2", "J1"} & {code for codes in told.values() for code in codes}
