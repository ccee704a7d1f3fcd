"""A small vocabulary to try conditions in."""

from datetime import date
from typing import Any

from pole.conditions import Choice, Codes, Day, Flag, Number, Program, Test, Vocabulary, parse

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
