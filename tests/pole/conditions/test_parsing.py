"""What is taken for a condition, and what is refused, with its place and a reason."""

from typing import Any

import pytest

from pole.conditions import (
    All,
    AnyOf,
    AtLeast,
    ConditionError,
    Flag,
    Not,
    Test,
    Vocabulary,
    expand,
    parse,
    parse_named,
)
from tests.pole.conditions.words import WORDS


def test_a_condition_is_read_as_it_is_written():
    assert parse("always", WORDS) == All(())
    assert parse({"level": 3}, WORDS) == Test("level", "is", 3)
    assert parse({"level": {"at_least": 1, "at_most": 2}}, WORDS) == All(
        (Test("level", "at_least", 1), Test("level", "at_most", 2))
    )
    assert parse({"at_least": 2, "of": ["a", "b"]}, WORDS) == AtLeast(
        2, (Test("a", "is", True), Test("b", "is", True))
    )
    assert parse({"none": ["a"]}, WORDS) == Not(AnyOf((Test("a", "is", True),)))


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
        ({"level": {"in": 2}}, ("level",), "wants a list"),
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


@pytest.mark.parametrize(
    ("data", "message"),
    [
        ("zzzz", "'zzzz' is not defined"),
        ("colours", "'colours' is not defined; did you mean 'colour'?"),
        ({}, "expected a condition, found an empty mapping"),
        ([], "expected a condition, found a list"),
        (None, "expected a condition, found nothing"),
        ({"all": "a"}, "'all' wants a list of conditions that is not empty"),
        ({"all": ["a"], "any": ["b"]}, "one key at a time (found all, any); combine conditions with 'all' or 'any'"),
        ({"at_least": 3, "of": ["a", "b"]}, "'at_least' wants a number from 1 to 2"),
        ({"at_least": 1, "of": ["a", "a"]}, "the same condition is counted twice"),
        ({"colour": {"at_least": 1}}, "'colour' cannot be tested with 'at_least' (only: in, is)"),
        ("level", "'level' is not yes or no: say which test, e.g. {level: {is: ...}}"),
        ({"level": {}}, "say what is asked of 'level'"),
        ({"level": {"in": ["two"]}}, "'in' wants whole numbers"),
        ({"level": True}, "'is' wants a whole number"),
        ({"colour": {"in": []}}, "'in' wants a list that is not empty"),
        ({"level": {"in": 2}}, "'in' wants a list that is not empty"),
        ({"seen": {"within": "a week"}}, "expected a period like '7 days' or '24 months', found 'a week'"),
        ({"a": "yes"}, "'is' wants true or false here"),
        ({"codes": {"any_of": ["W"]}}, "'W' is not one of: X, Y, Z"),
    ],
)  # fmt: skip
def test_a_refusal_says_what_is_wrong_in_words(data, message):
    with pytest.raises(ConditionError) as caught:
        parse(data, WORDS)
    assert (str(caught.value), caught.value.reason) == (message, message)


def test_a_bottomless_condition_is_refused():
    data: Any = "a"
    for _ in range(60):
        data = {"not": data}
    with pytest.raises(ConditionError, match="too deeply"):
        parse(data, WORDS)


def nested(depth: int) -> Any:
    """A condition under so many `not`."""
    return {"not": nested(depth - 1)} if depth else "a"


def test_forty_levels_are_deep_enough():
    assert parse(nested(40), WORDS)
    with pytest.raises(ConditionError) as caught:
        parse(nested(41), WORDS)
    assert str(caught.value) == "conditions are nested too deeply"
    assert caught.value.path == ("not",) * 41


@pytest.mark.parametrize(("name", "path"), [("a", ("there", "a")), ("always", ("there", "always"))])
def test_a_name_hides_neither_a_fact_nor_always(name, path):
    with pytest.raises(ConditionError) as caught:
        parse_named({name: "b"}, WORDS, path=("there",))
    assert str(caught.value) == f"'{name}' is already the name of a fact"
    assert caught.value.path == path


def test_the_place_of_a_mistake_in_a_named_condition_begins_with_its_name():
    with pytest.raises(ConditionError) as caught:
        parse_named({"one": {"all": ["a", "x"]}}, WORDS, path=("there",))
    assert caught.value.path == ("there", "one", "all", 1)


def test_the_name_of_a_list_stands_for_the_list():
    assert expand({"at_least": 2, "of": "abc"}, {"abc": ["a", "b"]}) == {"at_least": 2, "of": ["a", "b"]}
    assert expand({"all": ["abc"]}, {"abc": ["a"]}) == {"all": ["abc"]}


@pytest.mark.parametrize("key", ["all", "any", "none", "of"])
def test_a_list_has_its_name_wherever_conditions_are_listed(key):
    assert expand({key: "abc"}, {"abc": ["a"]}) == {key: ["a"]}
    assert expand([{"not": {key: "abc"}}], {"abc": ["a"]}) == [{"not": {key: ["a"]}}]


def test_nothing_else_is_taken_for_the_name_of_a_list():
    assert expand({"not": "abc", "at_least": 2}, {"abc": ["a"]}) == {"not": "abc", "at_least": 2}
    assert expand({"all": "xyz"}, {"abc": ["a"]}) == {"all": "xyz"}


def test_a_vocabulary_stays_as_it_was_made():
    facts = {"a": Flag("a")}
    words = Vocabulary(facts)
    facts["b"] = Flag("b")
    assert "a" in words
    assert "b" not in words
    with pytest.raises(TypeError):
        words.facts["b"] = Flag("b")  # type: ignore[index] # what its type forbids too
    assert words.nearest("zzzz") == ""
    assert Vocabulary({"severity": Flag(), "severities": Flag()}).nearest("severit") == "severity"
