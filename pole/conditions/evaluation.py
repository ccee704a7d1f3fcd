"""Conditions at work: compiled to closures for speed, traced afterwards for the reasons."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias

from pole.calendar import Period
from pole.conditions.language import All, AnyOf, AtLeast, Condition, Named, Not, Test, parts
from pole.conditions.parsing import find_cycle

Facts: TypeAlias = dict[str, Any]
"""Fact name -> value. A missing fact answers no test; `on` is the day that periods are counted from."""
Predicate: TypeAlias = Callable[[Facts], bool]
Causes: TypeAlias = Callable[[Facts], frozenset[str] | None]
NOTHING: frozenset[str] = frozenset()


class Program:
    """Named conditions, compiled together.

    A predicate remembers the result of each named condition in the facts it was given (under `=name`),
    so that one is computed once per evaluation: hand a fresh dictionary to each evaluation.

    Raises:
        ValueError: conditions that refer to one another in a circle, or to a name that is not there.
    """

    def __init__(self, named: Mapping[str, Condition]) -> None:
        if circle := find_cycle(named):
            raise ValueError("conditions refer to one another: " + " -> ".join(circle))
        self.named = dict(named)
        self._compiled: dict[str, Predicate] = {}
        self._causes: dict[str, Causes] = {}

    def compile(self, condition: Condition) -> Predicate:
        """The condition as a function of the facts; the empty `All` always holds."""
        match condition:
            case Test():
                return _test(condition)
            case Named(name):
                return self.reference(name)
            case Not(of):
                inner = self.compile(of)
                return lambda facts: not inner(facts)
            case All(of):
                return _all([self.compile(part) for part in of])
            case AnyOf(of):
                return _any([self.compile(part) for part in of])
            case AtLeast(number, of):
                return _at_least(number, [self.compile(part) for part in of])

    def reference(self, name: str) -> Predicate:
        """The named condition as a function of the facts, computed once for the same facts.

        Raises:
            ValueError: no condition has this name.
        """
        if name not in self._compiled:
            if name not in self.named:
                raise ValueError(f"no condition is named '{name}'")
            self._compiled[name] = _remembered(f"={name}", self.compile(self.named[name]))
        return self._compiled[name]

    def causes(self, condition: Condition) -> Causes:
        """The facts on which the condition rests, as a function of the facts; None where it does not hold.

        These are the tests that held, in every branch that held. A negation rests on something that is
        not there, so it adds none.
        """
        match condition:
            case Test():
                holds, alone = _test(condition), frozenset({condition.fact})
                return lambda facts: alone if holds(facts) else None
            case Not():
                stands = self.compile(condition)
                return lambda facts: NOTHING if stands(facts) else None
            case Named(name):
                if name not in self._causes:
                    self._causes[name] = self.causes(self.named[name])
                return self._causes[name]
            case All(of):
                return _causes_of(len(of), [self.causes(part) for part in of])
            case AnyOf(of):
                return _causes_of(1, [self.causes(part) for part in of])
            case AtLeast(number, of):
                return _causes_of(number, [self.causes(part) for part in of])


def _causes_of(number: int, below: list[Causes]) -> Causes:
    def found(facts: Facts) -> frozenset[str] | None:
        held = [causes for part in below if (causes := part(facts)) is not None]
        return NOTHING.union(*held) if len(held) >= number else None

    return found


def _remembered(key: str, inner: Predicate) -> Predicate:
    def predicate(facts: Facts) -> bool:
        found: bool | None = facts.get(key)
        if found is None:
            found = facts[key] = inner(facts)
        return found

    return predicate


def _all(predicates: list[Predicate]) -> Predicate:
    def predicate(facts: Facts) -> bool:
        for inner in predicates:  # noqa: SIM110  (a loop is a third faster than all() with a generator)
            if not inner(facts):
                return False
        return True

    return predicate


def _any(predicates: list[Predicate]) -> Predicate:
    def predicate(facts: Facts) -> bool:
        for inner in predicates:  # noqa: SIM110  (as above)
            if inner(facts):
                return True
        return False

    return predicate


def _at_least(number: int, predicates: list[Predicate]) -> Predicate:
    def predicate(facts: Facts) -> bool:
        wanted = number
        for inner in predicates:
            if inner(facts):
                wanted -= 1
                if not wanted:
                    return True
        return False

    return predicate


def _test(test: Test) -> Predicate:  # noqa: PLR0911  (one return per test)
    fact, operand = test.fact, test.operand
    match test.test:
        case "is" if isinstance(operand, bool):
            return lambda facts: facts.get(fact) is operand
        case "is":
            return lambda facts: facts.get(fact) == operand
        case "in" if isinstance(operand, frozenset):
            return lambda facts: facts.get(fact) in operand
        case "at_least" if isinstance(operand, int):
            return lambda facts: (value := facts.get(fact)) is not None and value >= operand
        case "at_most" if isinstance(operand, int):
            return lambda facts: (value := facts.get(fact)) is not None and value <= operand
        case "any_of" if isinstance(operand, frozenset):
            return lambda facts: not operand.isdisjoint(facts.get(fact) or ())
        case "none_of" if isinstance(operand, frozenset):
            return lambda facts: operand.isdisjoint(facts.get(fact) or ())
        case "all_of" if isinstance(operand, frozenset):
            return lambda facts: operand.issubset(facts.get(fact) or ())
        case "only" if isinstance(operand, frozenset):
            return lambda facts: bool(value := facts.get(fact) or ()) and operand.issuperset(value)
        case "empty":
            return lambda facts: (not facts.get(fact)) is operand
        case "within" if isinstance(operand, Period):
            return lambda facts: (seen := facts.get(fact)) is not None and operand.reaches(seen, facts["on"])
    raise ValueError(f"'{test.test}' does not go with {operand!r}")


@dataclass(frozen=True, slots=True)
class Trace:
    """One condition as it was evaluated: whether it held, on which value, and its parts, all of them
    evaluated."""

    condition: Condition
    held: bool
    parts: tuple[Trace, ...] = ()
    value: Any = None


def trace(condition: Condition, program: Program, facts: Facts) -> Trace:
    """Evaluate again, keeping every branch. For explanations: about ten times slower than a predicate."""
    if isinstance(condition, Test):
        return Trace(condition, _test(condition)(facts), value=facts.get(condition.fact))
    if isinstance(condition, Named):
        inner = trace(program.named[condition.name], program, facts)
        return Trace(condition, inner.held, (inner,))
    below = tuple(trace(part, program, facts) for part in parts(condition))
    held = sum(part.held for part in below)
    match condition:
        case All():
            return Trace(condition, held == len(below), below)
        case AnyOf():
            return Trace(condition, held > 0, below)
        case AtLeast(number, _):
            return Trace(condition, held >= number, below)
        case Not():
            return Trace(condition, held == 0, below)
