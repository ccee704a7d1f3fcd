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
    Condition,
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
    facts_in,
    find_cycle,
    names_in,
    parse,
    parse_named,
    trace,
    written_out,
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
    assert explain(held, Wording()) == "both [a et b] et pas : c"
    failed = trace(condition, program, {"a": True, "c": True})
    assert explain(failed, Wording()) == "pas de both [pas : b] et c"
    assert describe(condition, Wording()) == "both, sauf : c"


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


def nested(depth: int) -> Any:
    """A condition under so many `not`."""
    return {"not": nested(depth - 1)} if depth else "a"


def test_forty_levels_are_deep_enough():
    assert parse(nested(40), WORDS)
    with pytest.raises(ConditionError) as caught:
        parse(nested(41), WORDS)
    assert str(caught.value) == "conditions are nested too deeply"
    assert caught.value.path == ("not",) * 41


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


def test_circles_are_found_among_many_roads_and_names_from_elsewhere_are_left_alone():
    assert find_cycle({"one": Named("elsewhere")}) == ()
    levels: dict[str, Condition] = {
        f"{side}{n}": All((Named(f"l{n + 1}"), Named(f"r{n + 1}"))) for n in range(40) for side in "lr"
    }
    assert find_cycle(levels) == (), "each is looked at once: there are 2**40 roads"
    with pytest.raises(ValueError, match=r"^conditions refer to one another: one -> one$"):
        Program({"one": Not(Named("one"))})


def test_what_a_condition_comes_to_is_counted_without_writing_it_out():
    levels: dict[str, Condition] = {"l0": Test("A8", "is", True)}
    levels |= {f"l{n}": All((Named(f"l{n - 1}"), Named(f"l{n - 1}"))) for n in range(1, 61)}
    assert written_out(levels)["l60"] == 2**60
    assert written_out({"one": Not(Named("elsewhere"))}) == {"one": 1}


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


def test_a_test_that_does_not_go_with_its_operand_is_refused():
    with pytest.raises(ValueError, match=r"^'within' does not go with 7$"):
        Program({}).compile(Test("seen", "within", 7))


@pytest.mark.parametrize("key", ["all", "any", "none", "of"])
def test_a_list_has_its_name_wherever_conditions_are_listed(key):
    assert expand({key: "abc"}, {"abc": ["a"]}) == {key: ["a"]}
    assert expand([{"not": {key: "abc"}}], {"abc": ["a"]}) == [{"not": {key: ["a"]}}]


def test_nothing_else_is_taken_for_the_name_of_a_list():
    assert expand({"not": "abc", "at_least": 2}, {"abc": ["a"]}) == {"not": "abc", "at_least": 2}
    assert expand({"all": "xyz"}, {"abc": ["a"]}) == {"all": "xyz"}


def test_what_a_condition_looks_at_is_found_at_any_depth():
    condition = parse({"all": ["a", {"not": {"any": ["one", {"level": 2}]}}]}, WORDS, names=["one"])
    assert facts_in(condition) == {"a", "level"}
    assert names_in(condition) == {"one"}


def test_a_vocabulary_stays_as_it_was_made():
    facts = {"a": Flag("a")}
    words = Vocabulary(facts)
    facts["b"] = Flag("b")
    assert "a" in words
    assert "b" not in words
    with pytest.raises(TypeError):
        words.facts["b"] = Flag("b")  # type: ignore[index]
    assert words.nearest("zzzz") == ""
    assert Vocabulary({"severity": Flag(), "severities": Flag()}).nearest("severit") == "severity"


class Telling(Wording):
    """Says a test with what it met."""

    def test(self, test: Test, value: Any = None) -> str:
        """The fact, and the value met."""
        return test.fact if value is None else f"{test.fact}={value}"


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        ("always", "dans tous les cas"),
        ({"any": ["a", {"all": ["b", "c"]}]}, "a ou (b et c)"),
        ({"all": ["a", {"any": ["b", "c"]}]}, "a et (b ou c)"),
        ({"none": ["a", {"all": ["b", "c"]}]}, "aucun de : a, (b et c)"),
        ({"not": {"all": ["a", "b"]}}, "pas : (a et b)"),
        ({"all": ["a", {"not": "b"}]}, "a, sauf : b"),
        ({"all": [{"not": "b"}, "a", {"not": {"all": ["b", "c"]}}]}, "a, sauf : b ou (b et c)"),
        ({"all": [{"not": "a"}, {"not": "b"}]}, "pas : a et pas : b"),
        ({"any": ["a", {"all": ["b", {"not": "c"}]}]}, "a ou (b, sauf : c)"),
        ({"at_least": 2, "of": ["a", "b", "c"]}, "au moins 2 parmi : a, b, c"),
        ({"all": ["a", "always"]}, "a et dans tous les cas"),
        ({"any": ["a", {"at_least": 1, "of": ["b", "c"]}]}, "a ou (au moins 1 parmi : b, c)"),
    ],
)
def test_a_condition_reads_as_a_sentence(data, sentence):
    assert describe(parse(data, WORDS), Wording()) == sentence


@pytest.mark.parametrize(
    ("data", "facts", "sentence"),
    [
        ({"level": {"at_least": 2}}, {"level": 3}, "level=3"),
        ({"level": {"at_least": 2}}, {"level": 1}, "pas : level"),
        ("always", {}, "dans tous les cas"),
        ({"not": "always"}, {}, "dans tous les cas"),
        ({"at_least": 2, "of": ["a", "b", "c"]}, {"a": True, "c": True}, "2 sur 3 (au moins 2) : a=True, c=True"),
        ({"at_least": 2, "of": ["a", "b", "c"]}, {"c": True}, "1 seulement sur les 2 voulus parmi 3"),
        ({"any": ["a", "b", "c"]}, {"a": True, "c": True}, "a=True, c=True"),
        ({"any": ["a", "b"]}, {}, "pas : a et pas : b"),
        ({"any": [{"all": ["a", "b"]}, "c"]}, {"a": True, "b": True, "c": True}, "a=True et b=True"),
        ({"any": ["c", {"all": ["a", "b"]}]}, {"a": True, "b": True, "c": True}, "c=True"),
        ({"any": [{"all": ["a", "b"]}, "c"]}, {}, "pas : a et pas : b et pas : c"),
        ({"all": ["a", "b"]}, {"a": True}, "pas : b"),
        ({"none": ["a", "b"]}, {}, "aucun de : a, b"),
        ({"not": {"all": ["a", "b"]}}, {"a": True}, "pas : (a et b)"),
    ],
)  # fmt: skip
def test_an_explanation_tells_the_branches_that_decided(data, facts, sentence):
    traced = trace(parse(data, WORDS), Program({}), {"on": ON, **facts})
    assert explain(traced, Telling()) == sentence


def test_a_trace_keeps_every_part():
    traced = trace(parse({"at_least": 1, "of": ["a", "b"]}, WORDS), Program({}), {"a": True})
    assert [(part.held, part.value) for part in traced.parts] == [(True, True), (False, None)]
