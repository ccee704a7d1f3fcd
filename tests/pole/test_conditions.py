"""The condition language: what it refuses, what it answers, and what it says about it."""

from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pole.conditions import (
    All,
    AnyOf,
    AtLeast,
    Choice,
    Codes,
    ConditionError,
    Day,
    Flag,
    Named,
    Not,
    Number,
    Program,
    Test,
    Vocabulary,
    describe,
    expand,
    explain,
    parse,
    parse_named,
    trace,
)

WORDS = Vocabulary(
    {
        "a": Flag("a"),
        "b": Flag("b"),
        "c": Flag("c"),
        "colour": Choice(frozenset({"red", "blue"}), "couleur"),
        "level": Number("niveau"),
        "codes": Codes(frozenset({"X", "Y", "Z"}), "codes"),
        "seen": Day("vu"),
    }
)
ON = date(2026, 9, 15)


class Wording:
    """Calls everything by its code."""

    def test(self, test: Test, value: Any = None) -> str:
        """A test by its fact."""
        return test.fact

    def name(self, name: str) -> str:
        """A name as it is."""
        return name


def holds(data: Any, **facts: Any) -> bool:
    """Whether a condition without names holds."""
    return Program({}).compile(parse(data, WORDS))({"on": ON, **facts})


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
    ("data", "path", "reason"),
    [
        ("d", (), "'d' is not defined"),
        ("colours", (), "did you mean 'colour'"),
        ("level", (), "is not yes or no"),
        ({}, (), "an empty mapping"),
        ([], (), "a list"),
        (None, (), "nothing"),
        (3, (), "found 3"),
        ({"all": []}, ("all",), "not empty"),
        ({"all": "a"}, ("all",), "wants a list"),
        ({"all": ["a", {"any": ["b", "x"]}]}, ("all", 1, "any", 1), "'x' is not defined"),
        ({"all": ["a"], "any": ["b"]}, (), "one key at a time"),
        ({"at_least": 0, "of": ["a"]}, ("at_least",), "from 1 to 1"),
        ({"at_least": 3, "of": ["a", "b"]}, ("at_least",), "from 1 to 2"),
        ({"at_least": True, "of": ["a", "b"]}, ("at_least",), "from 1 to 2"),
        ({"at_least": 1, "of": ["a", "a"]}, ("of",), "counted twice"),
        ({"at_least": 1}, (), "not defined"),
        ({"colour": "green"}, ("colour",), "not one of: blue, red"),
        ({"colour": {"in": []}}, ("colour",), "not empty"),
        ({"colour": {"in": ["green"]}}, ("colour",), "not one of"),
        ({"colour": {"at_least": 1}}, ("colour",), "cannot be tested with 'at_least'"),
        ({"level": "high"}, ("level",), "whole number"),
        ({"level": {"at_least": 2.5}}, ("level",), "whole number"),
        ({"level": {"in": ["two"]}}, ("level",), "whole numbers"),
        ({"level": {}}, ("level",), "say what is asked"),
        ({"a": "yes"}, ("a",), "true or false"),
        ({"codes": {"any_of": ["W"]}}, ("codes",), "not one of: X, Y, Z"),
        ({"codes": {"empty": "yes"}}, ("codes",), "true or false"),
        ({"seen": {"within": "a week"}}, ("seen",), "expected a period"),
        ({"not": {"not": "x"}}, ("not", "not"), "'x' is not defined"),
    ],
)
def test_what_is_wrong_is_refused_with_its_path(data, path, reason):
    with pytest.raises(ConditionError, match=reason) as caught:
        parse(data, WORDS)
    assert caught.value.path == path


def test_a_bottomless_condition_is_refused():
    data: Any = "a"
    for _ in range(60):
        data = {"not": data}
    with pytest.raises(ConditionError, match="too deeply"):
        parse(data, WORDS)


def test_named_conditions_may_refer_to_one_another_but_not_in_a_circle():
    named = parse_named({"one": {"all": ["a", "two"]}, "two": {"any": ["b", "c"]}}, WORDS)
    program = Program(named)
    assert program.reference("one")({"a": True, "c": True})
    with pytest.raises(ValueError, match="one -> two -> one"):
        Program(parse_named({"one": {"not": "two"}, "two": {"any": ["one", "c"]}}, WORDS))
    with pytest.raises(ConditionError, match="already the name of a fact"):
        parse_named({"a": "b"}, WORDS)
    with pytest.raises(ValueError, match="no condition is named"):
        Program({}).compile(Named("nowhere"))


def test_a_named_condition_is_computed_once_per_facts():
    program = Program(parse_named({"one": "a"}, WORDS))
    facts = {"a": True}
    assert program.reference("one")(facts)
    facts["a"] = False
    assert program.reference("one")(facts), "remembered for these facts"
    assert not program.reference("one")({"a": False}), "and not for others"


def test_the_name_of_a_list_stands_for_the_list():
    assert expand({"at_least": 2, "of": "abc"}, {"abc": ["a", "b"]}) == {"at_least": 2, "of": ["a", "b"]}
    assert expand({"all": ["abc"]}, {"abc": ["a"]}) == {"all": ["abc"]}


def test_causes_are_what_held_in_every_branch_that_held():
    data = {"any": [{"all": ["a", "b"]}, "c", {"level": 9}]}
    program = Program({})
    causes = program.causes(parse(data, WORDS))
    assert causes({"a": True, "b": True, "level": 2}) == {"a", "b"}
    assert causes({"a": True, "b": True, "c": True}) == {"a", "b", "c"}
    assert causes({"a": True}) is None
    assert program.causes(parse({"not": "a"}, WORDS))({}) == frozenset()


def test_an_explanation_names_what_held_and_what_was_missing():
    program = Program(parse_named({"both": {"all": ["a", "b"]}}, WORDS))
    condition = parse({"all": ["both", {"not": "c"}]}, WORDS, names=["both"])
    held = trace(condition, program, {"a": True, "b": True})
    assert explain(held, Wording()) == "both [a et b] et il n'est pas vrai que c"
    failed = trace(condition, program, {"a": True, "c": True})
    assert explain(failed, Wording()) == "pas de both [pas : b] et c"
    assert describe(condition, Wording()) == "both et il n'est pas vrai que c"


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
