"""Conditions and their traces as French sentences, built only when somebody asks.

The names of facts and values come from the file being explained (a grid, a protocol), through a `Wording`.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Protocol

from pole.conditions.evaluation import Trace
from pole.conditions.language import All, AnyOf, AtLeast, Condition, Named, Not, Test


class Wording(Protocol):
    """How one file calls its facts."""

    def test(self, test: Test, value: Any = None) -> str:
        """A test as a clause: « étranglement (A8) : actuel »; with the value met, when there is one."""

    def name(self, name: str) -> str:
        """A named condition: « domination »."""


def describe(condition: Condition, wording: Wording) -> str:  # noqa: PLR0911  (one return per form)
    """The rule itself, whatever the facts."""
    match condition:
        case Test():
            return wording.test(condition)
        case Named(name):
            return wording.name(name)
        case All(()):
            return "dans tous les cas"
        case All(of):
            return _all(of, wording)
        case AnyOf(of):
            return _join((_inner(part, wording) for part in of), " ou ")
        case AtLeast(number, of):
            return f"au moins {number} parmi : " + _join((_inner(part, wording) for part in of), ", ")
        case Not(AnyOf(of)):
            return "aucun de : " + _join((_inner(part, wording) for part in of), ", ")
        case Not(of):
            return f"pas : {_inner(of, wording)}"


def explain(traced: Trace, wording: Wording) -> str:  # noqa: PLR0911  (one return per form)
    """Why it held, or what was missing: only the branches that decided, with the facts they met."""
    condition, decisive = traced.condition, [part for part in traced.parts if part.held is traced.held]
    match condition:
        case Test():
            return (
                wording.test(condition, traced.value) if traced.held else f"pas : {wording.test(condition)}"
            )
        case Named(name):
            inner = explain(traced.parts[0], wording)
            return (
                f"{wording.name(name)} [{inner}]" if traced.held else f"pas de {wording.name(name)} [{inner}]"
            )
        case Not(of):
            return describe(condition, wording) if traced.held else explain(traced.parts[0], wording)
        case AtLeast(number, of) if traced.held:
            listed = _join((explain(part, wording) for part in decisive), ", ")
            return f"{len(decisive)} sur {len(of)} (au moins {number}) : {listed}"
        case AtLeast(number, of):
            met = [part for part in traced.parts if part.held]
            return f"{len(met)} seulement sur les {number} voulus parmi {len(of)}"
        case All() if traced.held and not traced.parts:
            return "dans tous les cas"
        case All():
            return _join((explain(part, wording) for part in decisive), " et ")
        case AnyOf() if traced.held and not all(isinstance(part.condition, Test) for part in decisive):
            return explain(decisive[0], wording)  # one branch is reason enough
        case AnyOf():
            return _join((explain(part, wording) for part in decisive), ", " if traced.held else " et ")


def _all(of: Iterable[Condition], wording: Wording) -> str:
    """What is asked, then what excludes: « criticité 4, sauf : danger de suicide »."""
    asked = [_inner(part, wording) for part in of if not isinstance(part, Not)]
    excluded = [_inner(part.of, wording) for part in of if isinstance(part, Not)]
    if not asked:
        return _join((f"pas : {text}" for text in excluded), " et ")
    text = _join(asked, " et ")
    return f"{text}, sauf : {_join(excluded, ' ou ')}" if excluded else text


def _inner(condition: Condition, wording: Wording) -> str:
    text = describe(condition, wording)
    return f"({text})" if isinstance(condition, All | AnyOf | AtLeast) and condition.of else text


def _join(clauses: Iterable[str], word: str) -> str:
    return word.join(clauses)
