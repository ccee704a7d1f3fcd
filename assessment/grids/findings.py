"""What a grid may legally say and cannot mean: found by exact search, each with its place and why.

A fault makes the grid unusable: something in it can never happen, or always does. A note is for whoever wrote
it to look at.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from itertools import pairwise

from django.utils.translation import gettext as _

from assessment.grid import Grid
from assessment.grids.reach import Reach, Witness
from assessment.places import conditions_of
from pole.conditions import Condition, Named, Not, facts_in, names_in
from pole.conditions.places import Idle, Path, Placed, idle_parts
from pole.conditions.search import SearchTooLong
from pole.marking import N_
from pole.mistakes import with_place
from pole.yamlfile import Node

LEAST, MOST = 1, 4
"""The levels that protocols, partners and every page know. A grid has some of them, in its own words."""
CALLED = {
    "conditions": N_("the condition '%(name)s'"),
    "dynamics": N_("type %(name)s"),
    "markers": N_("marker %(name)s"),
    "suggestion": N_("rule '%(name)s'"),
    "cautions": N_("caution '%(name)s'"),
}
"""What a condition is that of, by the part of the file it stands in."""


@dataclass(frozen=True, slots=True)
class Finding:
    """Something found: `path` and `line` in the file, and why, in the language of who asked."""

    path: str
    line: int
    reason: str
    is_fault: bool = True

    def __str__(self) -> str:
        return with_place(self.reason, line=self.line, path=self.path)


@dataclass(slots=True)
class Checked:
    """All findings in the order of the file, and a witness for everything that can be reached."""

    findings: list[Finding] = field(default_factory=list)
    witnesses: dict[str, Witness] = field(default_factory=dict)

    @property
    def faults(self) -> list[Finding]:
        """Those that make the grid unusable."""
        return [finding for finding in self.findings if finding.is_fault]

    @property
    def notes(self) -> list[Finding]:
        """Those that whoever wrote it may want so."""
        return [finding for finding in self.findings if not finding.is_fault]


def check(grid: Grid, root: Node, *, on: date) -> Checked:
    """Look for what cannot happen, always happens, or changes nothing.

    Args:
        root: the file that the grid was read from, for the lines.
        on: the day on which readings are tried.
    """
    checking = _Checking(grid, root, Reach(grid, on=on))
    for placed in conditions_of(grid):
        checking.condition(placed)
    checking.types()
    checking.floors()
    checking.levels()
    found = [*checking.found, *_beyond(grid, root), *_clocks(grid, root), *_unread(grid, root)]
    return Checked(
        sorted(set(found), key=lambda item: (item.line, item.path, item.reason)), checking.witnesses
    )


class _Checking:
    """Collects what the search finds out."""

    def __init__(self, grid: Grid, root: Node, reach: Reach) -> None:
        self.grid, self.root, self.reach = grid, root, reach
        self.found: list[Finding] = []
        self.witnesses: dict[str, Witness] = {}

    def find(self, path: Path, *wanted: Condition) -> Witness | None:
        """A witness; an empty one, and a note, where the search was given up."""
        try:
            return self.reach.find(*wanted)
        except SearchTooLong:
            reason = _("was not decided: the search for answers was given up")
            self.found.append(_at(self.root, path, reason, is_fault=False))
            return Witness()

    def condition(self, placed: Placed) -> None:
        """One whole condition and its parts."""
        data = self.root.at(placed.path).plain()
        for idle in idle_parts(placed, data, lambda path, part: self.find(path, part) is not None):
            self.found.append(_at(self.root, idle.path, self._idle(placed, idle)))

    def types(self) -> None:
        """Whether each line of the types can be the first that holds."""
        for code in self.grid.dynamics:
            path: Path = ("dynamics", code)
            if witness := self.find(path, self.reach.type_is(code)):
                self.witnesses[code] = witness
            elif self.reach.find(Named(code)) is not None:
                reason = _("type %(code)s is never reached: %(why)s")
                reason %= {"code": code, "why": self._covered(code)}
                self.found.append(_at(self.root, path, reason))

    def floors(self) -> None:
        """Whether each floor, type and rule can set its level, and decide it."""
        for reached in self.reach.setting_a_level():
            name = f"{reached.code} at {reached.level}"
            if (witness := self.find(reached.path, reached.when)) is not None:
                if reached.code not in self.grid.dynamics:
                    self.witnesses[name] = witness
                if self.find(reached.path, reached.when, Not(self.reach.above(reached.level))) is None:
                    reason = _(
                        "%(code)s at %(level)s never decides: whenever it applies, something else reaches more"
                    )
                    reason %= {"code": reached.code, "level": reached.level}
                    self.found.append(_at(self.root, reached.path, reason, is_fault=False))
            elif reached.code in self.grid.markers and self.reach.find(Named(reached.code)) is not None:
                self.found.append(_at(self.root, reached.path, self._floor(reached.code, reached.level)))

    def levels(self) -> None:
        """Whether each level is ever suggested."""
        where = {level: ("levels", n) for n, level in enumerate(self.grid.levels)}
        for level, item in self.grid.levels.items():
            path: Path = ("not_assessable",) if level is None else where[level]
            shown = "NE" if level is None else str(level)
            try:
                witness = self.reach.suggested(level)
            except SearchTooLong:
                reason = _("level %(level)s was not decided: the search for answers was given up")
                self.found.append(_at(self.root, path, reason % {"level": shown}, is_fault=False))
                continue
            if witness is None:
                reason = _("level %(level)s (%(label)s) is never suggested: no answers lead to it")
                self.found.append(_at(self.root, path, reason % {"level": shown, "label": item.label}))
            else:
                self.witnesses[f"level {shown}"] = witness

    def _idle(self, placed: Placed, idle: Idle) -> str:
        what = self._called(placed)
        if idle.always:
            if not idle.whole:
                return _("this part holds whatever is answered, also when nothing was explored")
            return _("%(what)s holds whatever is answered, also when nothing was explored") % {"what": what}
        if not idle.whole:
            text = _("this part of %(what)s never holds: %(why)s")
        elif placed.path[0] == "markers" and "floors" not in placed.path:
            text = _("%(what)s can never be raised: %(why)s")
        else:
            text = _("%(what)s never holds: %(why)s")
        why = _("because of what is said about its parts") if idle.blamed else _exclusive(idle.condition)
        return text % {"what": what, "why": why}

    def _called(self, placed: Placed) -> str:
        if "floors" in placed.path:
            level = self.root.at((*placed.path[:-1], "level")).value
            return _("floor %(level)s of marker %(code)s") % {"level": level, "code": placed.what}
        return _(CALLED[str(placed.path[0])]) % {"name": placed.what}

    def _covered(self, code: str) -> str:
        for above in self.reach.lines_above(code):
            if self.reach.find(Named(code), Not(Named(above))) is None:
                return _("whenever it holds, %(above)s, above it, holds already") % {"above": above}
        return _("the lines above it, taken together, hold whenever it does")

    def _floor(self, code: str, level: int) -> str:
        marker = self.grid.markers[code]
        floor = next(floor for floor in marker.floors if floor.level == level)
        if self.reach.find(Named(code), floor.when) is None:
            text = _(
                "floor %(level)s of marker %(code)s never applies: its condition excludes the marker's own"
            )
        else:
            text = _(
                "floor %(level)s of marker %(code)s never applies: a higher floor always does when it could"
            )
        return text % {"level": level, "code": code}


def _exclusive(part: Condition) -> str:
    names = sorted(facts_in(part) | names_in(part))
    if not names:
        return _("it asks for nothing that can be")
    return _("no answers give %(names)s as it asks") % {"names": ", ".join(names)}


def _at(root: Node, path: Path, reason: str, *, is_fault: bool = True) -> Finding:
    node = root.at(path)
    return Finding(node.place, node.line, reason, is_fault)


def _beyond(grid: Grid, root: Node) -> Iterator[Finding]:
    for place, level in enumerate(grid.levels):
        if level is not None and not LEAST <= level <= MOST:
            reason = _(
                "level %(level)s is none that protocols and partners know: they go from %(least)s to %(most)s"
            )
            reason %= {"level": level, "least": LEAST, "most": MOST}
            yield _at(root, ("levels", place, "level"), reason)


def _clocks(grid: Grid, root: Node) -> Iterator[Finding]:
    clocks = [(level, item.full_within) for level, item in grid.levels.items() if level is not None]
    for n, ((low, slow), (high, fast)) in enumerate(pairwise(clocks), start=1):
        if fast > slow:
            reason = _("level %(high)s is reviewed later than level %(low)s: the more serious, the sooner")
            reason %= {"high": high, "low": low}
            yield _at(root, ("levels", n, "full_within"), reason)


def _unread(grid: Grid, root: Node) -> Iterator[Finding]:
    """What is asked or named, and changes nothing."""
    conditions = [placed.condition for placed in conditions_of(grid)]
    tested = frozenset[str]().union(*map(facts_in, conditions)) | ({grid.due} if grid.due else set())
    used = frozenset[str]().union(*map(names_in, conditions))
    looked_at = {fact.partition(".")[0] for fact in tested} | grid.strong | grid.lowest_wants
    looked_at |= grid.retention.incomplete | grid.retention.open
    for code, indicator in grid.indicators.items():
        if code not in looked_at:
            reason = _("no rule looks at %(code)s: it informs people and computes nothing")
            yield _at(root, ("indicators", code), reason % {"code": code}, is_fault=False)
        for detail in indicator.details.values():
            if detail.code == indicator.scale.number or f"{code}.{detail.code}" in tested:
                continue
            path: Path = ("indicators", code, "details", detail.code)
            if detail.decides:
                reason = _("'%(detail)s' leaves a reading incomplete and no condition reads it")
                yield _at(root, path, reason % {"detail": detail.code})
            elif detail.kind != "text":
                reason = _("no condition of the grid reads '%(detail)s': only protocols may")
                yield _at(root, path, reason % {"detail": detail.code}, is_fault=False)
    for name in grid.conditions:
        if name not in used:
            reason = _("nothing uses the condition '%(name)s'")
            yield _at(root, ("conditions", name), reason % {"name": name}, is_fault=False)
