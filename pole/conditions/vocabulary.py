"""Which facts exist, and what may be asked of each."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import TypeAlias


@dataclass(frozen=True, slots=True)
class Flag:
    """True, false, or missing. `is: false` wants a known no."""

    label: str = ""
    tests = frozenset({"is"})


@dataclass(frozen=True, slots=True)
class Choice:
    """One of a list of codes."""

    values: frozenset[str]
    label: str = ""
    tests = frozenset({"is", "in"})


@dataclass(frozen=True, slots=True)
class Number:
    """A whole number, or missing."""

    label: str = ""
    tests = frozenset({"is", "in", "at_least", "at_most"})


@dataclass(frozen=True, slots=True)
class Codes:
    """A set of codes, which may be empty."""

    values: frozenset[str]
    label: str = ""
    tests = frozenset({"any_of", "all_of", "none_of", "only", "empty"})


@dataclass(frozen=True, slots=True)
class Day:
    """A date, or missing; compared with the fact `on`, the day of the evaluation."""

    label: str = ""
    tests = frozenset({"within"})


Kind: TypeAlias = "Flag | Choice | Number | Codes | Day"


@dataclass(frozen=True)
class Vocabulary:
    """The facts that a file may test, by name."""

    facts: Mapping[str, Kind]

    def __post_init__(self) -> None:
        object.__setattr__(self, "facts", MappingProxyType(dict(self.facts)))

    def __contains__(self, fact: object) -> bool:
        return fact in self.facts

    def nearest(self, word: str) -> str:
        """The known fact that looks most like a mistyped one, or an empty string."""
        from difflib import get_close_matches

        return next(iter(get_close_matches(word, self.facts)), "")
