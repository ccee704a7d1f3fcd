"""A grid, compiled once: its conditions as fast predicates, ready for any number of readings. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from assessment.grid import Answer, Grid
from assessment.placing import Placing
from pole.conditions import All, Condition, Facts, Predicate, Program


@dataclass(frozen=True)
class Before:
    """What the previous answers came to, on their day."""

    facts: Facts
    known: tuple[str, ...]
    active: frozenset[str]
    markers: frozenset[str]
    watched: frozenset[str]
    due: date | None

    def only(self, codes: Iterable[str]) -> Facts:
        """The facts of these indicators alone."""
        wanted = set(codes)
        return {fact: value for fact, value in self.facts.items() if fact.partition(".")[0] in wanted}


class CompiledGrid:
    """A grid, compiled once."""

    def __init__(self, grid: Grid) -> None:
        self.grid = grid
        self.placing = Placing(grid)
        self.program = Program(grid.named)
        compiled = self.program.compile
        self.markers: list[tuple[str, Predicate, list[tuple[int, Predicate]]]] = [
            (
                marker.code,
                self.program.reference(marker.code),
                [(floor.level, compiled(floor.when)) for floor in reversed(marker.floors)],
            )
            for marker in grid.markers.values()
        ]
        self.dynamics = [
            (line.code, self.program.reference(line.code), line.level) for line in grid.dynamics.values()
        ]
        self.rules = [(rule.code, rule.level, compiled(rule.when)) for rule in grid.rules]
        self._causes = {id(condition): self.program.causes(condition) for condition in self._all_conditions()}
        self.cautions = [(caution, compiled(caution.when)) for caution in grid.cautions]
        self.scale = sorted(level for level in grid.levels if level is not None)
        order = list(grid.indicators)
        self.incomplete = tuple(sorted(grid.retention.incomplete, key=order.index))
        self.open = tuple(sorted(grid.retention.open, key=order.index))

    def _all_conditions(self) -> list[Condition]:
        grid = self.grid
        floors = [floor.when for marker in grid.markers.values() for floor in marker.floors]
        return [*grid.named.values(), *floors, *(rule.when for rule in grid.rules)]

    def conditions_of(self, code: str, level: int | None = None) -> list[Condition]:
        """What has to hold for a type or a rule, or for a marker to reach a level."""
        grid = self.grid
        if code in grid.markers:
            marker = grid.markers[code]
            return [
                marker.when,
                *(floor.when for floor in marker.floors if floor.level == level and floor.when != All(())),
            ]
        if code in grid.dynamics:
            return [grid.dynamics[code].when]
        return [rule.when for rule in grid.rules if rule.code == code]

    def causes(self, condition: Condition, facts: Facts) -> frozenset[str]:
        """The indicators on which one of the grid's conditions rests; none where it does not hold."""
        return frozenset(fact.partition(".")[0] for fact in self._causes[id(condition)](facts) or ()) - {
            "previous"
        }

    def causes_of(self, code: str, level: int, facts: Facts) -> frozenset[str]:
        """The indicators on which a ground rests."""
        found = [self.causes(condition, facts) for condition in self.conditions_of(code, level)]
        return frozenset().union(*found)

    def levels(self, facts: Facts) -> tuple[str | None, list[tuple[str, int]]]:
        """The type of dynamics, and everything that reached a level with the level it reached."""
        reached = []
        for code, holds, floors in self.markers:
            if holds(facts):
                reached.append((code, next(level for level, floor_holds in floors if floor_holds(facts))))
        dynamics = None
        for code, holds, level in self.dynamics:
            if holds(facts):
                dynamics = code
                if level is not None:
                    reached.append((code, level))
                break
        reached += [(code, level) for code, level, holds in self.rules if holds(facts)]
        return dynamics, reached

    def before(self, answers: Mapping[str, Answer], on: date, level: int | None) -> Before:
        """What the previous answers came to: which markers, and which indicators are owed an answer again."""
        facts, grid = self.placing.place(answers, on).facts, self.grid
        if level is not None:
            facts["previous"] = level
        active = frozenset(code for code in grid.indicators if facts.get(code) is True)
        known = tuple(code for code in grid.indicators if f"{code}.known" in facts)
        markers = frozenset(code for code, holds, _ in self.markers if holds(facts))
        watched = active & grid.strong if grid.retention.open_strong else frozenset()
        if grid.retention.open_markers:
            watched = watched.union(*(self.causes(grid.markers[code].when, facts) for code in markers))
        return Before(facts, known, active, markers, watched, self.due(facts))

    def keeps(self, level: int) -> bool:
        """Whether this previous level is one that the grid keeps when answers are lacking."""
        least = self.grid.retention.from_level
        return least is not None and level >= least

    def at_least(self, level: int) -> int:
        """A level of another grid in this one's: itself, or the next more serious, or the most serious there is."""
        return next((mine for mine in self.scale if mine >= level), self.scale[-1])

    def due(self, facts: Facts) -> date | None:
        """The date that approaches, where its indicator is active."""
        due = self.grid.due
        return facts.get(due) if due and facts.get(due.partition(".")[0]) else None


@lru_cache(maxsize=64)
def compiled(grid: Grid) -> CompiledGrid:
    """The grid, compiled the first time it is asked for."""
    return CompiledGrid(grid)
