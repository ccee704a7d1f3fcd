"""What a grid can come to, each with answers that bring it there, or the proof that none do."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date

from assessment.grid import Answer, Grid
from assessment.places import conditions_of
from assessment.reading import Previous, Result, read
from assessment.states import PREVIOUS, State, states_of
from pole.conditions import All, AnyOf, Condition, Named, Not, Test, walk
from pole.conditions.places import Path
from pole.conditions.search import Search


@dataclass(frozen=True, slots=True)
class Witness:
    """Answers under which something is reached."""

    answers: Mapping[str, Answer] = field(default_factory=dict)
    previous: int | None = None


@dataclass(frozen=True, slots=True)
class Reached:
    """Something that sets a level: when it does, and where it is written."""

    code: str
    level: int
    when: Condition
    path: Path


class Reach:
    """Asks the search about one grid.

    Args:
        on: the day of the readings; dates are placed around it.
    """

    def __init__(self, grid: Grid, *, on: date) -> None:
        self.grid, self.on = grid, on
        tests = [node for placed in conditions_of(grid) for node in walk(placed.condition)]
        self._states: dict[str, list[State]] = states_of(
            grid, (node for node in tests if isinstance(node, Test)), on=on
        )
        facts = {subject: [state.facts for state in found] for subject, found in self._states.items()}
        self._search = Search(grid.named, facts)

    def find(self, *wanted: Condition) -> Witness | None:
        """Answers under which all of these hold; None when there are none.

        Raises:
            SearchTooLong: the search was given up.
        """
        found = self._search.find(*wanted)
        if found is None:
            return None
        chosen = {subject: self._states[subject][n] for subject, n in found.items()}
        answers = {code: chosen[code] for code in self.grid.indicators if code in chosen}
        return Witness(
            {code: state.answer for code, state in answers.items() if state.answer},
            chosen[PREVIOUS].level if PREVIOUS in chosen else None,
        )

    def read(self, witness: Witness) -> Result:
        """What the grid says of these answers."""
        previous = Previous(witness.previous) if witness.previous is not None else None
        return read(self.grid, witness.answers, on=self.on, previous=previous)

    def lines_above(self, code: str) -> list[str]:
        """The types that are looked at before this one."""
        order = list(self.grid.dynamics)
        return order[: order.index(code)]

    def type_is(self, code: str) -> Condition:
        """This line of the types holds, and none above it does."""
        return All((Named(code), *(Not(Named(above)) for above in self.lines_above(code))))

    def setting_a_level(self) -> Iterator[Reached]:
        """Everything that sets a level: floors, types, rules."""
        for code, marker in self.grid.markers.items():
            for n, floor in enumerate(marker.floors):
                higher = AnyOf(tuple(other.when for other in marker.floors[n + 1 :]))
                when = All((Named(code), floor.when, Not(higher)))
                yield Reached(code, floor.level, when, ("markers", code, "floors", n))
        for code, line in self.grid.dynamics.items():
            if line.level is not None:
                yield Reached(code, line.level, self.type_is(code), ("dynamics", code))
        for n, rule in enumerate(self.grid.rules):
            yield Reached(rule.code, rule.level, rule.when, ("suggestion", "rules", n))

    def above(self, level: int) -> Condition:
        """Something reaches more than this level."""
        return AnyOf(tuple(reached.when for reached in self.setting_a_level() if reached.level > level))

    def suggested(self, level: int | None) -> Witness | None:
        """Answers for which this level is suggested, by themselves: not one kept from before.

        Raises:
            SearchTooLong: the search was given up.
        """
        grid = self.grid
        nothing = Not(AnyOf(tuple(reached.when for reached in self.setting_a_level())))
        everything = All(tuple(Test(f"{code}.known", "is", True) for code in sorted(grid.lowest_wants)))
        first = Not(Test(PREVIOUS, "at_least", 0))
        if level is None:
            return self.find(first, nothing, Not(everything))
        not_kept = Not(Test(PREVIOUS, "at_least", level + 1))
        for reached in self.setting_a_level():
            if reached.level == level and (
                found := self.find(reached.when, Not(self.above(level)), not_kept)
            ):
                return found
        return self.find(first, nothing, everything) if level == grid.lowest.value else None
