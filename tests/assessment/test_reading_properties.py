"""What must hold of any reading with the shipped grids, whatever the answers."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from assessment.grid import UNKNOWN, Answer, Grid, Indicator
from assessment.grids import load_grid, shipped
from assessment.grids.findings import check
from assessment.grids.loading import HERE
from assessment.plain import as_plain_data
from assessment.reading import Previous, read
from assessment.sentences import explain
from pole.yamlfile import load
from tests.assessment.reader import ASKED, GRID, ON


def values_of(indicator: Indicator) -> list[str]:
    """The values in their order; numbers stand for a scale that counts."""
    return (
        [str(n) for n in (0, 1, 2, 3, 6, 7, 8, 30)]
        if indicator.scale.number
        else list(indicator.scale.values)
    )


def answers_to(indicator: Indicator, *, known: bool = False) -> st.SearchStrategy[Answer]:
    """Any answer that the grid takes, dates left out half of the time."""
    choices = {"firearm", "other", "self", "others", "both"}
    details = {
        detail.code: st.booleans()
        if detail.kind == "flag"
        else st.sampled_from(sorted(choices & set(detail.values)))
        if detail.kind == "choice"
        else st.dates(date(2026, 9, 1), date(2027, 9, 1))
        for detail in indicator.details.values()
        if detail.kind in {"flag", "choice", "date"}
    }
    asked = values_of(indicator) if known else [*values_of(indicator), UNKNOWN]
    return st.builds(
        Answer,
        value=st.sampled_from(asked),
        details=st.fixed_dictionaries(details) if known else st.fixed_dictionaries({}, optional=details),
    )


@st.composite
def readings(draw: st.DrawFn, grid: Grid = GRID, *, complete: bool = False) -> dict[str, Answer]:
    """Some answers; with `complete`, nothing that the grid asks for is lacking."""
    codes = draw(st.lists(st.sampled_from(list(grid.indicators)), unique=True, max_size=14))
    if complete:
        codes += [code for code in grid.indicators if code in grid.lowest_wants and code not in codes]
    return {code: draw(answers_to(grid.indicators[code], known=complete)) for code in codes}


def without(answers: dict[str, Answer], *lost: str) -> dict[str, Answer]:
    """The answers, these not explored."""
    return {code: answer for code, answer in answers.items() if code not in lost}


@pytest.fixture(params=shipped(), scope="module")
def grid(request: pytest.FixtureRequest) -> Grid:
    """Each grid that Pôle brings."""
    return load_grid(request.param)


PREVIOUS = st.one_of(st.none(), st.sampled_from([1, 2, 3, 4]))


def rank(level: int | None) -> int:
    """NE is beside the scale; for comparison it counts as nothing."""
    return level or 0


@settings(max_examples=120, deadline=None)
@given(st.data())
def test_raising_a_known_answer_never_lowers_the_suggestion_of_a_complete_reading(grid, data):
    answers = data.draw(readings(grid, complete=True))
    level, before = data.draw(PREVIOUS), data.draw(st.one_of(st.none(), readings(grid)))
    previous = Previous(level, before, ON - timedelta(days=30))
    lower = read(grid, answers, on=ON, previous=previous)
    assume(not lower.incomplete)
    code = data.draw(st.sampled_from(sorted(answers)))
    steps = values_of(grid.indicators[code])
    above = steps[steps.index(answers[code].value) + 1 :]
    assume(above)
    raised = answers | {code: replace(answers[code], value=data.draw(st.sampled_from(above)))}
    higher = read(grid, raised, on=ON, previous=previous)
    assert rank(higher.severity) >= rank(lower.severity), (code, answers[code], raised[code])


@settings(max_examples=120, deadline=None)
@given(st.data())
def test_an_answer_no_longer_known_never_lowers_below_the_previous_level(grid, data):
    before = data.draw(st.one_of(readings(grid), readings(grid, complete=True)))
    assume(before)
    level = read(grid, before, on=ON).severity
    assume(rank(level) >= 2)
    code = data.draw(st.sampled_from(sorted(before)))
    now = before | data.draw(readings(grid)) | {code: before[code]}  # whatever else has changed meanwhile
    previous = Previous(level, before, ON)
    known = read(grid, now, on=ON, previous=previous)
    for lacking in (now | {code: Answer(UNKNOWN)}, without(now, code)):
        after = read(grid, lacking, on=ON, previous=previous)
        assert rank(after.severity) >= min(rank(known.severity), rank(level)), code


@settings(max_examples=120, deadline=None)
@given(st.data())
def test_the_same_reading_with_less_known_keeps_its_level(grid, data):
    answers = data.draw(st.one_of(readings(grid), readings(grid, complete=True)))
    level = read(grid, answers, on=ON).severity
    assume(answers and rank(level) >= 2)
    lost = data.draw(st.lists(st.sampled_from(sorted(answers)), unique=True, min_size=1))
    for lacking in (answers | dict.fromkeys(lost, Answer(UNKNOWN)), without(answers, *lost)):
        after = read(grid, lacking, on=ON, previous=Previous(level, answers, ON))
        assert rank(after.severity) >= rank(level), lost


def around_the_witnesses(grid: Grid) -> Iterator[tuple[str, dict[str, Answer], Previous | None]]:
    """What reaches each type, marker, rule and level with no answer to spare, all else explored and lowest."""
    root = load(HERE / f"{grid.code}.yaml")
    lowest = {code: Answer(values_of(indicator)[0]) for code, indicator in grid.indicators.items()}
    for name, witness in check(grid, root, on=ON).witnesses.items():
        previous = Previous(witness.previous) if witness.previous else None
        yield name, lowest | dict(witness.answers), previous


def test_raising_any_answer_beside_a_witness_lowers_nothing(grid):
    for name, answers, previous in around_the_witnesses(grid):
        level = read(grid, answers, on=ON, previous=previous).severity
        for code, answer in answers.items():
            steps = values_of(grid.indicators[code])
            for value in steps[steps.index(answer.value) + 1 :]:
                raised = answers | {code: replace(answer, value=value)}
                after = read(grid, raised, on=ON, previous=previous)
                assert rank(after.severity) >= rank(level), (name, code, value)


def test_losing_any_answer_of_a_witness_keeps_the_level(grid):
    for name, answers, _ in around_the_witnesses(grid):
        level = read(grid, answers, on=ON).severity
        for code in answers if rank(level) >= 2 else ():
            for lacking in (answers | {code: Answer(UNKNOWN)}, without(answers, code)):
                after = read(grid, lacking, on=ON, previous=Previous(level, answers, ON))
                assert after.severity == level, (name, code)


@settings(max_examples=80, deadline=None)
@given(st.data())
def test_the_grounds_recompute_to_the_severity(grid, data):
    answers, level = data.draw(readings(grid)), data.draw(PREVIOUS)
    before = data.draw(st.one_of(st.none(), readings(grid)))
    previous = Previous(level, before, ON - timedelta(days=30)) if level or before is not None else None
    result = read(grid, answers, on=ON, previous=previous)
    assert result.severity == max((ground.level for ground in result.grounds), default=None)
    assert {g.code for g in result.decisive} == {g.code for g in result.grounds if g.level == result.severity}
    for ground in result.grounds:
        if ground.causes:  # what a ground rests on, alone, still reaches its level
            alone = {code: answers[code] for code in ground.causes}
            again = read(grid, alone, on=ON, previous=Previous(level) if level else None)
            assert (ground.code, ground.level) in {(g.code, g.level) for g in again.grounds} or (
                ground.code in grid.dynamics  # a line above may name the type instead, never lower
                and rank(again.severity) >= ground.level
            )


@settings(max_examples=80, deadline=None)
@given(st.data())
def test_explaining_and_storing_work_on_every_reading(grid, data):
    answers, before = data.draw(readings(grid)), data.draw(readings(grid))
    result = read(grid, answers, on=ON, previous=Previous(3, before))
    assert all(sentence.strip() for sentence in explain(result))
    assert as_plain_data(result)["severity"] == result.severity
    assert result.strong <= result.active <= set(answers)


@settings(max_examples=60, deadline=None)
@given(readings())
def test_level_one_and_t0_are_only_said_when_everything_was_asked(answers):
    result = read(GRID, answers, on=ON)
    known = {code for code, answer in answers.items() if answer.value != UNKNOWN}
    if result.severity == 1:
        assert known >= set(ASKED)
    if result.dynamics == "T0":
        assert not result.markers
        assert not result.active & {"A1", "A2", "A3", "A4", "A5", "A6", "A7", "A8", "A9", "B11"}
