"""Conditions that have a name: referred to, in no circle, computed once."""

import pytest

from pole.conditions import (
    All,
    Condition,
    ConditionError,
    Named,
    Not,
    Program,
    Test,
    facts_in,
    find_cycle,
    names_in,
    parse,
    parse_named,
    written_out,
)
from tests.pole.conditions.words import WORDS


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


def test_circles_are_found_among_many_roads_and_names_from_elsewhere_are_left_alone():
    assert find_cycle({"one": Named("elsewhere")}) == ()
    levels: dict[str, Condition] = {
        f"{side}{n}": All((Named(f"l{n + 1}"), Named(f"r{n + 1}"))) for n in range(40) for side in "lr"
    }
    assert find_cycle(levels) == (), "each is looked at once: there are 2**40 roads"
    with pytest.raises(ValueError, match=r"^conditions refer to one another: one -> one$"):
        Program({"one": Not(Named("one"))})


def test_a_named_condition_is_computed_once_per_facts():
    program = Program(parse_named({"one": "a"}, WORDS))
    facts = {"a": True}
    assert program.reference("one")(facts)
    facts["a"] = False
    assert program.reference("one")(facts), "remembered for these facts"
    assert not program.reference("one")({"a": False}), "and not for others"


def test_each_named_condition_is_remembered_under_its_own_name():
    program = Program(parse_named({"one": "a", "two": "b"}, WORDS))
    facts = {"a": True, "b": False}
    assert (program.reference("one")(facts), program.reference("two")(facts)) == (True, False)


def test_causes_are_followed_through_names():
    named = parse_named({"one": {"any": ["a", "b"]}}, WORDS)
    program = Program(named)
    causes = program.causes(All((Named("one"), Test("c", "is", True))))
    assert causes({"a": True, "c": True}) == {"a", "c"}
    assert causes({"c": True}) is None
    assert program.causes(Named("one"))({"b": True}) == {"b"}


def test_what_a_condition_looks_at_is_found_at_any_depth():
    condition = parse({"all": ["a", {"not": {"any": ["one", {"level": 2}]}}]}, WORDS, names=["one"])
    assert facts_in(condition) == {"a", "level"}
    assert names_in(condition) == {"one"}


def test_what_a_condition_comes_to_is_counted_without_writing_it_out():
    levels: dict[str, Condition] = {"l0": Test("A8", "is", True)}
    levels |= {f"l{n}": All((Named(f"l{n - 1}"), Named(f"l{n - 1}"))) for n in range(1, 61)}
    assert written_out(levels)["l60"] == 2**60
    assert written_out({"one": Not(Named("elsewhere"))}) == {"one": 1}
