"""The search for facts under which a condition holds, against trying everything."""

from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st

from pole.conditions import All, AnyOf, Choice, Codes, Condition, Not, Program, Test, Vocabulary
from protocols.checking import Kind, examine
from protocols.checking.possible import Possible
from protocols.facts import Cause, Facts
from tests.protocols.ask import DEMO
from tests.protocols.checking.demo import TEXT


def test_opposite_orders_come_with_facts_under_which_both_rules_hold():
    [clash] = [each for each in examine(TEXT).findings if each.kind == Kind.OPPOSITE]
    assert "M14" in clash.reason
    facts = Facts(
        "AUT",
        4,
        grounds=(Cause("M11", 4, frozenset({"A12"})),),
        markers=frozenset({"M11", "M14"}),
        new_markers=frozenset({"M14"}),
    )
    held = {rule.id for rule in DEMO.rules if _holds(rule.when, facts)}
    assert {"dropout", "suicide-partner"} <= held


def _holds(condition: Condition, facts: Facts) -> bool:
    return Program(DEMO.conditions).compile(condition)(facts.values())


def test_a_search_that_is_given_up_says_so_and_claims_nothing():
    given_up = examine(TEXT, steps=0).findings
    assert {each.kind for each in given_up} >= {Kind.NOT_DECIDED}
    assert not [each for each in given_up if each.is_fault]


MARKERS = frozenset({"M1", "M2"})
SMALL = replace(
    DEMO,
    conditions={},
    articles=(),
    vocabulary=Vocabulary(
        {
            **DEMO.vocabulary.facts,
            "dynamics": Choice(frozenset()),
            **dict.fromkeys(("markers", "new_markers", "grounds"), Codes(MARKERS)),
        }
    ),
)
TESTS = [
    Test("severity", "is", 3),
    Test("severity", "at_least", 2),
    Test("previous", "is", 3),
    Test("first", "is", True),
    Test("risen", "is", True),
    Test("markers", "any_of", frozenset({"M1", "M2"})),
    Test("markers", "only", frozenset({"M1"})),
    Test("new_markers", "empty", True),
    Test("grounds", "none_of", frozenset({"M1"})),
    Test("due_new", "is", True),
]


def conditions() -> st.SearchStrategy[Condition]:
    return st.recursive(
        st.sampled_from(TESTS),
        lambda inner: st.one_of(
            st.lists(inner, min_size=1, max_size=3).map(lambda of: All(tuple(of))),
            st.lists(inner, min_size=1, max_size=3).map(lambda of: AnyOf(tuple(of))),
            inner.map(Not),
        ),
        max_leaves=6,
    )


def every_facts() -> list[Facts]:
    """Every combination of what the tests above tell apart, two markers at a time."""
    found = []
    for severity in (None, 1, 2, 3, 4):
        for first, previous in ((True, None), (False, None), (False, 2), (False, 3), (False, 4)):
            for m1 in ((), ("there",), ("there", "new"), ("there", "ground"), ("there", "new", "ground")):
                for m2 in ((), ("there",), ("there", "new")):
                    for due in (True, False):
                        marks = {"M1": m1, "M2": m2}
                        there = frozenset(code for code, has in marks.items() if "there" in has)
                        new = frozenset(code for code, has in marks.items() if "new" in has)
                        grounds = tuple(Cause(code, 4) for code, has in marks.items() if "ground" in has)
                        found.append(
                            Facts("VIC", severity, previous, first, None, grounds, there, new, due_new=due)
                        )
    return found


ALL_FACTS = [facts.values() for facts in every_facts()]


@given(conditions())
@settings(max_examples=150, deadline=None)
def test_the_search_finds_what_trying_everything_finds(condition):
    holds = Program({}).compile(condition)
    tried = any(holds(dict(values)) for values in ALL_FACTS)
    assert (Possible(SMALL, [1, 2, 3, 4]).find(condition) is not None) is tried
