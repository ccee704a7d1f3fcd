"""Whether conditions can hold together, and on which answers: an exact search. Pure.

A test looks at one subject only (an indicator, or the previous level, say), and a subject is in one of finitely
many states that matter. So a test is a set of states of its subject, kept as the bits of a whole number, and a
condition is a count: so many of these parts hold. The search keeps the states still open for each subject and
closes what the counts force. Where the plainest of those states will not do, it takes a count that they miss
and tries one of its parts both ways. What it finds is a witness; when it finds nothing, there is none.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from pole.conditions.evaluation import Facts, Program
from pole.conditions.language import All, AnyOf, AtLeast, Condition, Named, Not, Test

States: TypeAlias = "Mapping[str, Sequence[Facts]]"
"""Subject -> its states, the plainest first, each as the facts that it gives."""
Open: TypeAlias = "dict[str, int]"


class SearchTooLong(Exception):
    """The search was given up: neither a witness, nor the proof that there is none."""


@dataclass(frozen=True, slots=True)
class Among:
    """A subject is in one of these states."""

    subject: str
    states: int


@dataclass(frozen=True, slots=True)
class Count:
    """At least `number` of the parts hold."""

    number: int
    parts: tuple[Goal, ...]


Goal: TypeAlias = "Among | Count"


def subject_of(fact: str) -> str:
    """What a fact is about: the indicator's code, or the fact itself."""
    return fact.partition(".")[0]


class Search:
    """Searches the states for one that makes conditions hold.

    Args:
        named: the conditions that others may refer to, without circles.
        states: every subject that the conditions test.
        steps: how many branches to try before giving up.
        subject: which subject a fact is about.
    """

    def __init__(
        self,
        named: Mapping[str, Condition],
        states: States,
        *,
        steps: int = 20_000,
        subject: Callable[[str], str] = subject_of,
    ) -> None:
        self.named, self.states, self.steps, self._subject = named, states, steps, subject
        self._every = {subject: (1 << len(found)) - 1 for subject, found in states.items()}
        self._program = Program({})
        self._goals: dict[tuple[Condition, bool], Goal] = {}
        self._left = 0

    def find(self, *wanted: Condition) -> dict[str, int] | None:
        """States, by their place in the list, in which all of these hold; None when there are none.

        Subjects that may stay in their first state are left out.

        Raises:
            SearchTooLong: more branches than `steps`.
        """
        self._left = self.steps
        found = self._solve([self._goal(condition, True) for condition in wanted], dict(self._every))
        if found is None:
            return None
        chosen = {subject: (mask & -mask).bit_length() - 1 for subject, mask in found.items()}
        return {subject: n for subject, n in chosen.items() if n}

    def _goal(self, condition: Condition, holds: bool) -> Goal:
        key = (condition, holds)
        if key not in self._goals:
            self._goals[key] = self._made(condition, holds)
        return self._goals[key]

    def _made(self, condition: Condition, holds: bool) -> Goal:
        match condition:
            case Test():
                subject, predicate = self._subject(condition.fact), self._program.compile(condition)
                bits = sum(
                    1 << n for n, facts in enumerate(self.states[subject]) if predicate(dict(facts)) is holds
                )
                return Among(subject, bits)
            case Named(name):
                return self._goal(self.named[name], holds)
            case Not(of):
                return self._goal(of, not holds)
            case All(of):
                number = len(of)
            case AnyOf(of):
                number = 1
            case AtLeast(number, of):
                pass
        if not holds:  # fewer than `number` hold: enough of the others do not
            number = len(of) - number + 1
        return Count(number, tuple(self._goal(part, holds) for part in of))

    def _solve(self, goals: list[Goal], still: Open) -> Open | None:
        pending = self._settle(goals, still)
        if pending is None:
            return None
        plainest = {subject: mask & -mask for subject, mask in still.items()}
        lacking = [goal for goal in pending if not _holds(goal, plainest)]
        if not lacking:
            return plainest
        self._left -= 1
        if self._left < 0:
            raise SearchTooLong
        goal = min(lacking, key=lambda count: len(count.parts))
        first, *rest = goal.parts
        with_it = [Count(goal.number - 1, tuple(rest)) if other is goal else other for other in pending]
        if (found := self._solve([first, *with_it], dict(still))) is not None:
            return found
        without = [Count(goal.number, tuple(rest)) if other is goal else other for other in pending]
        return self._solve([self._denied(first), *without], still)

    def _settle(self, goals: list[Goal], still: Open) -> list[Count] | None:
        """Close what the goals force, in `still`; the goals left undecided, or None when one cannot hold."""
        again = True
        while again:
            pending: list[Goal] = []
            again = False
            for goal in goals:
                if isinstance(goal, Among):
                    left = still[goal.subject] & goal.states
                    if not left:
                        return None
                    again = again or left != still[goal.subject]
                    still[goal.subject] = left
                    continue
                wanted, parts = goal.number, []
                for part in goal.parts:
                    held = _holds(part, still)
                    if held:
                        wanted -= 1
                    elif held is None:
                        parts.append(part)
                if wanted <= 0:
                    continue
                if wanted > len(parts):
                    return None
                if wanted == len(parts):
                    pending += parts
                    again = True
                else:
                    pending.append(Count(wanted, tuple(parts)))
            goals = pending
        return [goal for goal in goals if isinstance(goal, Count)]

    def _denied(self, goal: Goal) -> Goal:
        if isinstance(goal, Among):
            return Among(goal.subject, self._every[goal.subject] & ~goal.states)
        return Count(len(goal.parts) - goal.number + 1, tuple(map(self._denied, goal.parts)))


def _holds(goal: Goal, still: Open) -> bool | None:
    """Whether a goal holds in all of the states still open, in none of them, or (None) in some."""
    if isinstance(goal, Among):
        left = still[goal.subject] & goal.states
        return False if not left else True if left == still[goal.subject] else None
    wanted, maybe = goal.number, 0
    for part in goal.parts:
        held = _holds(part, still)
        if held:
            wanted -= 1
        elif held is None:
            maybe += 1
        if wanted <= 0:
            return True
    return False if wanted > maybe else None
