"""From plain data (a YAML or JSON tree) to a checked condition.

A8                                  the flag A8, or the condition named A8
{all: [...]}  {any: [...]}  {none: [...]}  {not: ...}
{at_least: 3, of: [...]}
{E9.value: {in: [current, worsening]}}    one fact, one or more tests
{severity: 3}                             short for {severity: {is: 3}}
always
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from typing import Any, TypeAlias

from pole.calendar import Period
from pole.conditions.language import (
    All,
    AnyOf,
    AtLeast,
    Condition,
    Named,
    Not,
    Operand,
    Test,
    names_in,
    parts,
)
from pole.conditions.vocabulary import Day, Flag, Kind, Number, Vocabulary
from pole.marking import N_

Path: TypeAlias = "tuple[str | int, ...]"
MAX_DEPTH = 40


class ConditionError(ValueError):
    """A condition that cannot be read: where in the data, and why.

    `reason` is English; a page says `message`, which is in the catalogue, with `params`.
    """

    def __init__(self, path: Path, message: str, **params: Any) -> None:
        self.path, self.message, self.params = path, message, params
        self.reason = message % params
        super().__init__(self.reason)


def parse(data: Any, vocabulary: Vocabulary, *, names: Collection[str] = (), path: Path = ()) -> Condition:
    """Read one condition, refusing every word that the vocabulary or `names` does not define.

    Raises:
        ConditionError: with the path, inside `data`, of what is wrong.
    """
    if len(path) > MAX_DEPTH:
        raise ConditionError(path, N_("conditions are nested too deeply"))
    if isinstance(data, str):
        return _word(data, vocabulary, names, path)
    if not isinstance(data, Mapping) or not data:
        raise ConditionError(path, N_("expected a condition, found %(found)s"), found=_kind_of(data))

    def each(key: str) -> tuple[Condition, ...]:
        items = data[key]
        if not isinstance(items, list) or not items:
            raise ConditionError(
                (*path, key), N_("'%(key)s' wants a list of conditions that is not empty"), key=key
            )
        return tuple(
            parse(item, vocabulary, names=names, path=(*path, key, n)) for n, item in enumerate(items)
        )

    if set(data) == {"at_least", "of"}:
        number, of = data["at_least"], each("of")
        if not _is_whole(number) or not 1 <= number <= len(of):
            raise ConditionError(
                (*path, "at_least"), N_("'at_least' wants a number from 1 to %(most)s"), most=len(of)
            )
        if len(set(of)) < len(of):
            raise ConditionError((*path, "of"), N_("the same condition is counted twice"))
        return AtLeast(number, of)
    if len(data) != 1:
        keys = ", ".join(map(str, data))
        raise ConditionError(
            path,
            N_("one key at a time (found %(keys)s); combine conditions with 'all' or 'any'"),
            keys=keys,
        )
    ((key, value),) = data.items()
    builders: dict[str, Callable[[], Condition]] = {
        "all": lambda: All(each("all")),
        "any": lambda: AnyOf(each("any")),
        "none": lambda: Not(AnyOf(each("none"))),
        "not": lambda: Not(parse(value, vocabulary, names=names, path=(*path, "not"))),
    }
    if key in builders:
        return builders[key]()
    return _tests(str(key), value, vocabulary, path)


def parse_named(
    data: Mapping[str, Any], vocabulary: Vocabulary, *, names: Collection[str] = (), path: Path = ()
) -> dict[str, Condition]:
    """Read conditions that may refer to one another; `names` are further names defined elsewhere.

    Raises:
        ConditionError: also when a name hides a fact.
    """
    known = {*data, *names}
    for name in data:
        if name in vocabulary.facts or name == "always":
            raise ConditionError((*path, name), N_("'%(name)s' is already the name of a fact"), name=name)
    return {name: parse(item, vocabulary, names=known, path=(*path, name)) for name, item in data.items()}


def find_cycle(conditions: Mapping[str, Condition]) -> tuple[str, ...]:
    """Names that refer to one another in a circle, first name repeated at the end; empty if none do."""
    done: set[str] = set()

    def visit(name: str, trail: tuple[str, ...]) -> tuple[str, ...]:
        if name in trail:
            return (*trail[trail.index(name) :], name)
        if name not in done and name in conditions:
            for other in sorted(names_in(conditions[name])):
                if found := visit(other, (*trail, name)):
                    return found
            done.add(name)
        return ()

    for name in conditions:
        if found := visit(name, ()):
            return found
    return ()


def written_out(conditions: Mapping[str, Condition]) -> dict[str, int]:
    """How many tests each has once every name in it is replaced by what it stands for: what explaining it costs.

    Conditions that refer to one another in a circle have no such number: ask `find_cycle` first.
    """
    numbers: dict[str, int] = {}

    def of(condition: Condition) -> int:
        if isinstance(condition, Named):
            if condition.name not in numbers:
                numbers[condition.name] = (
                    of(conditions[condition.name]) if condition.name in conditions else 1
                )
            return numbers[condition.name]
        return sum(map(of, parts(condition))) if not isinstance(condition, Test) else 1

    return {name: of(Named(name)) for name in conditions}


def expand(data: Any, lists: Mapping[str, list[Any]]) -> Any:
    """The same data with the name of a list, where a list of conditions is expected, replaced by the list."""
    if isinstance(data, list):
        return [expand(item, lists) for item in data]
    if not isinstance(data, Mapping):
        return data
    return {
        key: lists[value]
        if key in {"all", "any", "none", "of"} and isinstance(value, str) and value in lists
        else expand(value, lists)
        for key, value in data.items()
    }


def _word(word: str, vocabulary: Vocabulary, names: Collection[str], path: Path) -> Condition:
    if word == "always":
        return All(())
    if word in names:
        return Named(word)
    kind = _kind(word, vocabulary, path)
    if kind.tests != frozenset({"is"}):
        raise ConditionError(
            path, N_("'%(word)s' is not yes or no: say which test, e.g. {%(word)s: {is: ...}}"), word=word
        )
    return Test(word, "is", True)


def _tests(fact: str, value: Any, vocabulary: Vocabulary, path: Path) -> Condition:
    kind = _kind(fact, vocabulary, path)
    if not isinstance(value, Mapping):
        value = {"is": value}
    if not value:
        raise ConditionError((*path, fact), N_("say what is asked of '%(fact)s'"), fact=fact)
    tests = []
    for test, operand in value.items():
        if test not in kind.tests:
            allowed = ", ".join(sorted(kind.tests))
            raise ConditionError(
                (*path, fact),
                N_("'%(fact)s' cannot be tested with '%(test)s' (only: %(allowed)s)"),
                fact=fact,
                test=test,
                allowed=allowed,
            )
        tests.append(Test(fact, str(test), _operand(kind, str(test), operand, (*path, fact))))
    return tests[0] if len(tests) == 1 else All(tuple(tests))


def _operand(kind: Kind, test: str, operand: Any, path: Path) -> Operand:
    if isinstance(kind, Day):
        try:
            return Period.parse(operand)
        except ValueError:
            raise ConditionError(
                path,
                N_("expected a period like '7 days' or '24 months', found %(found)s"),
                found=repr(operand),
            ) from None
    if isinstance(kind, Flag) or test == "empty":
        if not isinstance(operand, bool):
            raise ConditionError(path, N_("'%(test)s' wants true or false here"), test=test)
        return operand
    if isinstance(kind, Number):
        if test != "in":
            if not _is_whole(operand):
                raise ConditionError(path, N_("'%(test)s' wants a whole number"), test=test)
            return int(operand)
        if not all(map(_is_whole, _listed(test, operand, path))):
            raise ConditionError(path, N_("'%(test)s' wants whole numbers"), test=test)
        return frozenset(int(item) for item in operand)
    if test == "is":
        return _code(kind.values, operand, path)
    return frozenset(_code(kind.values, item, path) for item in _listed(test, operand, path))


def _listed(test: str, operand: Any, path: Path) -> list[Any]:
    if not isinstance(operand, list) or not operand:
        raise ConditionError(path, N_("'%(test)s' wants a list that is not empty"), test=test)
    return operand


def _code(allowed: frozenset[str], word: Any, path: Path) -> str:
    if word not in allowed:
        raise ConditionError(
            path, N_("'%(word)s' is not one of: %(allowed)s"), word=word, allowed=", ".join(sorted(allowed))
        )
    return str(word)


def _kind(fact: str, vocabulary: Vocabulary, path: Path) -> Kind:
    kind = vocabulary.facts.get(fact)
    if kind is None:
        near = vocabulary.nearest(fact)
        if near:
            raise ConditionError(
                path, N_("'%(fact)s' is not defined; did you mean '%(near)s'?"), fact=fact, near=near
            )
        raise ConditionError(path, N_("'%(fact)s' is not defined"), fact=fact)
    return kind


def _is_whole(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def _kind_of(data: Any) -> str:
    named = {dict: N_("an empty mapping"), list: N_("a list"), type(None): N_("nothing")}
    return named.get(type(data), repr(data))
