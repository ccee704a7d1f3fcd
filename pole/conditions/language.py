"""What a condition can be made of. The list is closed on purpose: no expression, no code."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import TypeAlias

from pole.calendar import Period

Operand: TypeAlias = "bool | int | str | date | frozenset[str] | frozenset[int] | Period"


@dataclass(frozen=True, slots=True)
class All:
    """Every part holds. Without parts it always holds."""

    of: tuple[Condition, ...]


@dataclass(frozen=True, slots=True)
class AnyOf:
    """At least one part holds."""

    of: tuple[Condition, ...]


@dataclass(frozen=True, slots=True)
class Not:
    """The part does not hold, be it false or not known."""

    of: Condition


@dataclass(frozen=True, slots=True)
class AtLeast:
    """At least `number` of the parts hold."""

    number: int
    of: tuple[Condition, ...]


@dataclass(frozen=True, slots=True)
class Named:
    """Another condition of the same file, by its name."""

    name: str


@dataclass(frozen=True, slots=True)
class Test:
    """One question put to one fact. A fact that is missing answers no test."""

    __test__ = False  # pytest: this is not a test class

    fact: str
    test: str
    operand: Operand


Condition: TypeAlias = "All | AnyOf | Not | AtLeast | Named | Test"


def parts(condition: Condition) -> tuple[Condition, ...]:
    """The direct parts of a condition; a reference and a test have none."""
    match condition:
        case All(of) | AnyOf(of) | AtLeast(_, of):
            return of
        case Not(of):
            return (of,)
        case _:
            return ()


def walk(condition: Condition) -> Iterator[Condition]:
    """The condition and everything beneath it, without following references."""
    yield condition
    for part in parts(condition):
        yield from walk(part)


def facts_in(condition: Condition) -> frozenset[str]:
    """The facts that the condition itself tests."""
    return frozenset(node.fact for node in walk(condition) if isinstance(node, Test))


def names_in(condition: Condition) -> frozenset[str]:
    """The named conditions that it refers to directly."""
    return frozenset(node.name for node in walk(condition) if isinstance(node, Named))
