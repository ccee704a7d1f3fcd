"""Every state of the facts that a protocol's conditions tell apart, for an exact search.

A test on a set of codes (`markers: {any_of: [M1, M2]}`) becomes tests on each code, so that a subject is one
marker, one indicator, one detail, one count. What is tied together is one subject: the level in force, the one
before, the first reading and the rise; a marker that is there, new, or a ground. Beyond that, facts are taken as
free of one another: what the search cannot find cannot be, whatever the grid; what it finds could be.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from itertools import product

from pole.conditions import (
    All,
    AnyOf,
    AtLeast,
    Choice,
    Codes,
    Condition,
    Facts,
    Flag,
    Named,
    Not,
    Test,
    Vocabulary,
    walk,
)
from pole.conditions.search import Search
from protocols.terms import Protocol

LEVEL = frozenset({"severity", "previous", "first", "risen"})

Witness = Mapping[str, object]


class Possible:
    """Asks the search about one protocol.

    Args:
        levels: those of its grid, from the lowest to the highest.
        steps: how many branches to try before giving up.
    """

    def __init__(self, protocol: Protocol, levels: Sequence[int], *, steps: int = 20_000) -> None:
        vocabulary = protocol.vocabulary
        self._vocabulary = vocabulary
        self._named = {name: _one_by_one(each, vocabulary) for name, each in protocol.conditions.items()}
        rules = [_one_by_one(rule.when, vocabulary) for rule in protocol.rules]
        tests = [
            node
            for condition in (*self._named.values(), *rules)
            for node in walk(condition)
            if isinstance(node, Test)
        ]
        self._subject_of: dict[str, str] = {}
        self._states: dict[str, list[Facts]] = {"level": _levels(levels)}
        for fact in LEVEL:
            self._subject_of[fact] = "level"
        self._of_codes(protocol)
        self._of_others(tests)
        self._search = Search(self._named, self._states, steps=steps, subject=self._subject_of.__getitem__)

    def find(self, *wanted: Condition) -> Witness | None:
        """Facts under which all of these hold, those that matter; None when there are none.

        Raises:
            SearchTooLong: the search was given up.
        """
        found = self._search.find(*(_one_by_one(condition, self._vocabulary) for condition in wanted))
        if found is None:
            return None
        facts: dict[str, object] = {}
        for subject, n in found.items():
            facts |= self._states[subject][n]
        return facts

    def _of_codes(self, protocol: Protocol) -> None:
        kinds = protocol.vocabulary.facts
        markers, dynamics = _values(kinds, "markers"), _values(kinds, "dynamics")
        for code in markers:
            self._add(f"marker {code}", _marker(code))
        for code in _values(kinds, "active"):
            self._add(f"indicator {code}", _indicator(code))
        ground = frozenset(_values(kinds, "grounds"))
        chosen: list[Facts] = [{}]
        for code in dynamics:
            chosen += [{"dynamics": code}, {"dynamics": code, f"grounds.{code}": True}]
        self._add("dynamics", chosen)
        for code in sorted(ground - {*markers, *dynamics}):
            self._add(f"ground {code}", [{}, {f"grounds.{code}": True}])

    def _of_others(self, tests: Iterable[Test]) -> None:
        asked: dict[str, list[Test]] = {}
        for test in tests:
            asked.setdefault(test.fact, []).append(test)
        for name, kind in self._vocabulary.facts.items():
            if name in self._subject_of or isinstance(kind, Codes):
                continue
            match kind:
                case Flag():
                    states: list[Facts] = [{}, {name: True}, {name: False}]
                case Choice(values):
                    states = [{}, *({name: value} for value in sorted(values))]
                case _:
                    states = [{}, *({name: n} for n in numbers_told_apart(asked.get(name, ())))]
            self._add(name, states)

    def _add(self, subject: str, states: list[Facts]) -> None:
        self._states[subject] = states
        for fact in {fact for state in states for fact in state} | {subject}:
            self._subject_of[fact] = subject


def numbers_told_apart(tests: Iterable[Test]) -> list[int]:
    """Zero, and each number that a test names with its neighbours: they stand for all the others."""
    named = {0}
    for test in tests:
        bounds = test.operand if isinstance(test.operand, frozenset) else [test.operand]
        named |= {n + step for n in bounds if isinstance(n, int) for step in (-1, 0, 1)}
    return sorted(n for n in named if n >= 0)


def levels_named(protocol: Protocol) -> list[int]:
    """The levels that its conditions name, with their neighbours: for a grid that is not at hand."""
    conditions = [*protocol.conditions.values(), *(rule.when for rule in protocol.rules)]
    tests = [node for each in conditions for node in walk(each) if isinstance(node, Test)]
    found = numbers_told_apart(test for test in tests if test.fact in LEVEL)
    return [level for level in found if level > 0]


def _levels(levels: Sequence[int]) -> list[Facts]:
    known: list[Facts] = [{}, *({"severity": level} for level in levels)]
    before: list[Facts] = [{"first": True}, {"first": False}]
    before += [{"first": False, "previous": level} for level in levels]
    states = []
    for now, then in product(known, before):
        risen = "severity" in now and "previous" in then and now["severity"] > then["previous"]
        states.append({**now, **then, "risen": risen})
    return states


def _marker(code: str) -> list[Facts]:
    there, new, ground = f"markers.{code}", f"new_markers.{code}", f"grounds.{code}"
    return [
        {},
        {there: True},
        {there: True, new: True},
        {there: True, ground: True},
        {there: True, new: True, ground: True},
    ]


def _indicator(code: str) -> list[Facts]:
    """An indicator may stand behind a level without being active: a value that is known can do it too."""
    active, new, cause = f"active.{code}", f"newly_active.{code}", f"causes.{code}"
    states: list[Facts] = [{}, {active: True}, {active: True, new: True}]
    return [*states, *({**state, cause: True} for state in states)]


def _values(kinds: Mapping[str, object], fact: str) -> list[str]:
    kind = kinds[fact]
    return sorted(kind.values) if isinstance(kind, Codes | Choice) else []


def _one_by_one(condition: Condition, vocabulary: Vocabulary) -> Condition:
    """The same condition with every test on a set of codes put as tests on each code."""
    match condition:
        case Test():
            kind = vocabulary.facts.get(condition.fact)
            return _of_each(condition, kind.values) if isinstance(kind, Codes) else condition
        case All(of):
            return All(tuple(_one_by_one(part, vocabulary) for part in of))
        case AnyOf(of):
            return AnyOf(tuple(_one_by_one(part, vocabulary) for part in of))
        case AtLeast(number, of):
            return AtLeast(number, tuple(_one_by_one(part, vocabulary) for part in of))
        case Not(of):
            return Not(_one_by_one(of, vocabulary))
        case Named():
            return condition


def _of_each(test: Test, every: frozenset[str]) -> Condition:
    def has(codes: Iterable[str]) -> tuple[Condition, ...]:
        return tuple(Test(f"{test.fact}.{code}", "is", True) for code in sorted(codes))

    operand = test.operand if isinstance(test.operand, frozenset) else frozenset()
    named = frozenset(str(code) for code in operand)
    match test.test:
        case "any_of":
            return AnyOf(has(named))
        case "all_of":
            return All(has(named))
        case "none_of":
            return Not(AnyOf(has(named)))
        case "only":
            return All((AnyOf(has(named)), Not(AnyOf(has(every - named)))))
        case _:  # empty
            some = AnyOf(has(every))
            return Not(some) if test.operand else some
