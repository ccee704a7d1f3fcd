"""What a condition answers, on which facts, and because of which."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pole.conditions import All, AnyOf, AtLeast, Not, Program, Test, describe, explain, parse, trace
from tests.pole.conditions.words import WORDS, Wording, holds


@pytest.mark.parametrize(
    ("data", "facts", "expected"),
    [
        ("a", {"a": True}, True),
        ("a", {"a": False}, False),
        ("a", {}, False),
        ({"a": False}, {"a": False}, True),
        pytest.param({"a": False}, {}, False, id="unknown is not no"),
        ({"not": "a"}, {}, True),
        ({"all": ["a", "b"]}, {"a": True}, False),
        ({"all": ["a", "b"]}, {"a": True, "b": True}, True),
        ({"any": ["a", "b"]}, {"b": True}, True),
        ({"any": ["a", "b"]}, {}, False),
        ({"none": ["a", "b"]}, {}, True),
        ({"none": ["a", "b"]}, {"b": True}, False),
        ({"at_least": 2, "of": ["a", "b", "c"]}, {"a": True, "c": True}, True),
        ({"at_least": 2, "of": ["a", "b", "c"]}, {"c": True}, False),
        ({"at_least": 2, "of": ["a", {"level": 3}, "c"]}, {"a": True, "level": 3}, True),
        ({"colour": "red"}, {"colour": "red"}, True),
        ({"colour": {"in": ["red"]}}, {"colour": "blue"}, False),
        ({"colour": {"in": ["red"]}}, {}, False),
        ({"level": {"at_least": 3}}, {"level": 3}, True),
        ({"level": {"at_least": 3}}, {"level": 2}, False),
        pytest.param({"level": {"at_least": 0}}, {}, False, id="a missing number answers no test"),
        pytest.param({"level": {"at_most": 9}}, {}, False, id="not even the widest"),
        ({"level": {"at_least": 2, "at_most": 3}}, {"level": 4}, False),
        ({"level": {"in": [1, 2]}}, {"level": 2}, True),
        ({"codes": {"any_of": ["X"]}}, {"codes": {"X", "Y"}}, True),
        ({"codes": {"all_of": ["X", "Z"]}}, {"codes": {"X", "Y"}}, False),
        ({"codes": {"none_of": ["Z"]}}, {"codes": {"X", "Y"}}, True),
        ({"codes": {"only": ["X", "Y"]}}, {"codes": {"X"}}, True),
        ({"codes": {"only": ["X"]}}, {"codes": {"X", "Y"}}, False),
        pytest.param({"codes": {"only": ["X"]}}, {"codes": set()}, False, id="nothing is not only X"),
        ({"codes": {"empty": False}}, {"codes": {"X"}}, True),
        ({"codes": {"empty": True}}, {}, True),
        ({"seen": {"within": "7 days"}}, {"seen": date(2026, 9, 8)}, True),
        ({"seen": {"within": "7 days"}}, {"seen": date(2026, 9, 7)}, False),
        ({"seen": {"within": "7 days"}}, {}, False),
        ("always", {}, True),
    ],
)
def test_a_condition_answers(data, facts, expected):
    assert holds(data, **facts) is expected


@pytest.mark.parametrize(
    ("data", "facts", "expected"),
    [
        pytest.param("a", {"a": 1}, False, id="a number is no yes"),
        ({"level": {"at_most": 3}}, {"level": 3}, True),
        ({"level": {"at_most": 3}}, {"level": 4}, False),
        ({"codes": {"none_of": ["Z"]}}, {"codes": {"Z"}}, False),
        ({"codes": {"none_of": ["Z"]}}, {}, True),
        ({"codes": {"all_of": ["X", "Y"]}}, {"codes": {"X", "Y", "Z"}}, True),
        ({"codes": {"all_of": ["X"]}}, {}, False),
        ({"codes": {"any_of": ["X"]}}, {}, False),
        ({"at_least": 1, "of": [{"a": False}, {"b": False}]}, {"a": True, "b": True}, False),
        ({"at_least": 2, "of": [{"a": False}, {"b": False}]}, {"a": False, "b": False}, True),
        ({"at_least": 1, "of": [{"codes": {"empty": True}}]}, {"codes": set()}, True),
        pytest.param({"at_least": 2, "of": ["a", "b", "c"]}, {"a": True, "b": True, "c": True}, True, id="more"),
    ],
)  # fmt: skip
def test_a_test_holds_at_its_bounds_and_not_beyond(data, facts, expected):
    assert holds(data, **facts) is expected


def test_a_test_that_does_not_go_with_its_operand_is_refused():
    with pytest.raises(ValueError, match=r"^'within' does not go with 7$"):
        Program({}).compile(Test("seen", "within", 7))


def test_causes_are_what_held_in_every_branch_that_held():
    data = {"any": [{"all": ["a", "b"]}, "c", {"level": 9}]}
    program = Program({})
    causes = program.causes(parse(data, WORDS))
    assert causes({"a": True, "b": True, "level": 2}) == {"a", "b"}
    assert causes({"a": True, "b": True, "c": True}) == {"a", "b", "c"}
    assert causes({"a": True}) is None
    assert program.causes(parse({"not": "a"}, WORDS))({}) == frozenset()


def test_a_trace_keeps_every_part():
    traced = trace(parse({"at_least": 1, "of": ["a", "b"]}, WORDS), Program({}), {"a": True})
    assert [(part.held, part.value) for part in traced.parts] == [(True, True), (False, None)]


FLAGS = st.sampled_from(["a", "b", "c"]).map(lambda name: Test(name, "is", True))
CONDITIONS = st.recursive(
    FLAGS,
    lambda inner: st.one_of(
        st.lists(inner, min_size=1, max_size=3).map(lambda of: All(tuple(of))),
        st.lists(inner, min_size=1, max_size=3).map(lambda of: AnyOf(tuple(of))),
        inner.map(Not),
        st.lists(inner, min_size=1, max_size=3).map(lambda of: AtLeast(len(of), tuple(of))),
    ),
    max_leaves=12,
)


@given(CONDITIONS, st.fixed_dictionaries({name: st.booleans() for name in "abc"}))
def test_predicate_trace_and_causes_agree(condition, facts):
    program = Program({})
    held = program.compile(condition)(dict(facts))
    assert trace(condition, program, dict(facts)).held is held
    assert (program.causes(condition)(dict(facts)) is not None) is held
    assert explain(trace(condition, program, dict(facts)), Wording())
    assert describe(condition, Wording())
