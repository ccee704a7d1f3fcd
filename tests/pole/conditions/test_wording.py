"""What a condition and its explanation say, as sentences."""

from typing import Any

import pytest

from pole.conditions import Program, Test, describe, explain, parse, parse_named, trace
from tests.pole.conditions.words import ON, WORDS, Wording


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


def test_an_explanation_names_what_held_and_what_was_missing():
    program = Program(parse_named({"both": {"all": ["a", "b"]}}, WORDS))
    condition = parse({"all": ["both", {"not": "c"}]}, WORDS, names=["both"])
    held = trace(condition, program, {"a": True, "b": True})
    assert explain(held, Wording()) == "both [a et b] et pas : c"
    failed = trace(condition, program, {"a": True, "c": True})
    assert explain(failed, Wording()) == "pas de both [pas : b] et c"
    assert describe(condition, Wording()) == "both, sauf : c"


class Telling(Wording):
    """Says a test with what it met."""

    def test(self, test: Test, value: Any = None) -> str:
        """The fact, and the value met."""
        return test.fact if value is None else f"{test.fact}={value}"


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
