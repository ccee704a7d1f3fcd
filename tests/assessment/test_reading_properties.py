"""What must hold of any reading with `pdc-1`, whatever the answers."""

from dataclasses import replace
from datetime import date, timedelta

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from assessment.grid import UNKNOWN, Answer, Indicator
from assessment.reading import Previous, read
from tests.assessment.reader import ASKED, GRID, ON


def values_of(indicator: Indicator) -> list[str]:
    """The values in their order; numbers stand for a scale that counts."""
    return [str(n) for n in (0, 3, 6, 7, 8, 30)] if indicator.scale.number else list(indicator.scale.values)


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
def readings(draw: st.DrawFn, *, complete: bool = False) -> dict[str, Answer]:
    """Some answers; with `complete`, nothing that the grid asks for is lacking."""
    codes = draw(st.lists(st.sampled_from(list(GRID.indicators)), unique=True, max_size=14))
    given = {code: draw(answers_to(GRID.indicators[code], known=complete)) for code in codes}
    if complete:
        given |= {
            code: draw(answers_to(GRID.indicators[code], known=True)) for code in ASKED if code not in given
        }
    return given


PREVIOUS = st.one_of(st.none(), st.sampled_from([1, 2, 3, 4]))


def rank(level: int | None) -> int:
    """NE is beside the scale; for comparison it counts as nothing."""
    return level or 0


@settings(max_examples=120, deadline=None)
@given(st.data())
def test_raising_a_known_answer_never_lowers_the_suggestion_of_a_complete_reading(data):
    answers = data.draw(readings(complete=True))
    level = data.draw(PREVIOUS)
    previous = Previous(level) if level else None
    before = read(GRID, answers, on=ON, previous=previous)
    assume(not before.incomplete)
    code = data.draw(st.sampled_from(sorted(answers)))
    steps = values_of(GRID.indicators[code])
    higher = steps[steps.index(answers[code].value) + 1 :]
    assume(higher)
    raised = answers | {code: replace(answers[code], value=data.draw(st.sampled_from(higher)))}
    after = read(GRID, raised, on=ON, previous=previous)
    assert rank(after.severity) >= rank(before.severity), (code, answers[code], raised[code])


@settings(max_examples=120, deadline=None)
@given(st.data())
def test_what_is_no_longer_known_never_lowers_below_the_previous_level(data):
    answers = data.draw(st.one_of(readings(), readings(complete=True)))
    assume(answers)
    before = read(GRID, answers, on=ON)
    code = data.draw(st.sampled_from(sorted(answers)))
    unknown = answers | {code: Answer(UNKNOWN)}
    unexplored = {other: answer for other, answer in answers.items() if other != code}
    for lacking in (unknown, unexplored):
        after = read(GRID, lacking, on=ON, previous=Previous(before.severity, answers, ON))
        if rank(before.severity) >= 2:
            assert rank(after.severity) >= rank(before.severity), code


@settings(max_examples=80, deadline=None)
@given(readings(), PREVIOUS, st.one_of(st.none(), readings()))
def test_the_grounds_recompute_to_the_severity(answers, level, before):
    previous = Previous(level, before, ON - timedelta(days=30)) if level or before is not None else None
    result = read(GRID, answers, on=ON, previous=previous)
    assert result.severity == max((ground.level for ground in result.grounds), default=None)
    assert {g.code for g in result.decisive} == {g.code for g in result.grounds if g.level == result.severity}
    for ground in result.grounds:
        if ground.causes:  # what a ground rests on, alone, still reaches its level
            alone = {code: answers[code] for code in ground.causes}
            again = read(GRID, alone, on=ON, previous=Previous(level) if level else None)
            assert (ground.code, ground.level) in {(g.code, g.level) for g in again.grounds} or (
                ground.code in GRID.dynamics  # a line above may name the type instead, never lower
                and rank(again.severity) >= ground.level
            )


@settings(max_examples=80, deadline=None)
@given(readings(), readings())
def test_explaining_and_storing_work_on_every_reading(answers, before):
    result = read(GRID, answers, on=ON, previous=Previous(3, before))
    assert all(sentence.strip() for sentence in result.explain())
    assert result.to_json()["severity"] == result.severity
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
