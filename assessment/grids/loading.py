"""From a grid's file to a checked `Grid`, or the line that is wrong."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from datetime import timedelta
from functools import lru_cache
from hashlib import sha256
from pathlib import Path
from typing import Any

from assessment.grid import Axis, Caution, Dynamics, Floor, Grid, Level, Marker, Retention, Rule
from assessment.grids.codes import SHORT_AT_MOST, WORD_AT_MOST, check_names, grid_code
from assessment.grids.indicators import read_indicators, read_scales, vocabulary_of
from pole.conditions import (
    All,
    Condition,
    ConditionError,
    Day,
    Number,
    Vocabulary,
    expand,
    find_cycle,
    parse,
)
from pole.marking import N_
from pole.yamlfile import FileError, Node, load

HERE = Path(__file__).parent
TOP = ("grid", "version", "title", "notice", "axes", "scales", "indicators", "levels", "suggestion")
TOP_OPTIONAL = (
    "references",
    "sources",
    "lists",
    "conditions",
    "dynamics",
    "markers",
    "not_assessable",
    "cautions",
    "due",
)
CODES = {
    "axes": SHORT_AT_MOST,
    "indicators": SHORT_AT_MOST,
    "dynamics": SHORT_AT_MOST,
    "markers": SHORT_AT_MOST,
    "sources": WORD_AT_MOST,
}


class GridError(FileError):
    """A grid file that cannot be used: file, path, line, reason."""


def shipped() -> tuple[str, ...]:
    """Codes of the grids that ship with the project."""
    return tuple(sorted(path.stem for path in HERE.glob("*.yaml")))


def hash_of(text: str) -> str:
    """SHA-256 of a grid's text: what says that two places mean the same by its code."""
    return sha256(text.encode()).hexdigest()


@lru_cache
def grid_hash(code: str) -> str:
    """That of the grid of this code.

    Raises:
        GridError: no such grid.
    """
    return hash_of(text_of(code))


def text_of(code: str) -> str:
    """The file of a shipped grid, or the text that was loaded under this code.

    Raises:
        GridError: no such grid.
    """
    if code in shipped():
        return (HERE / f"{code}.yaml").read_text(encoding="utf-8")
    # Only here: what reads files must not need a database.
    from assessment.loaded import loaded_text

    text = loaded_text(code)
    if text is None:
        raise GridError(
            f"no grid is called '{code}' (there are: {', '.join(shipped())}, and those that were loaded)"
        )
    return text


def load_grid(source: str | Path) -> Grid:
    """The grid of this code, or in this file. The same object for the same code.

    Raises:
        GridError: no such grid, or a file that is wrong, with the line and what to do.
    """
    if isinstance(source, Path):
        return read_grid(load(source, error=GridError))
    return _by_code(source)


@lru_cache
def _by_code(code: str) -> Grid:
    file = HERE / f"{code}.yaml"
    return read_grid(load(file if code in shipped() else text_of(code), error=GridError, name=code))


def read_grid(root: Node) -> Grid:
    """Check a loaded file and make the grid of it.

    Raises:
        GridError: with path and line.
    """
    top = root.mapping(required=TOP, optional=TOP_OPTIONAL)
    code = grid_code(top["grid"])
    for section, at_most in CODES.items():
        if section in top:
            check_names(top[section], at_most=at_most)
    axes = {
        code: Axis(code, item["label"].text(), item["plain"].text())
        for code, item in _each(top["axes"], required=("label", "plain"))
    }
    scales = read_scales(top["scales"])
    indicators = read_indicators(top["indicators"], scales, axes)
    vocabulary = Vocabulary({**vocabulary_of(indicators), "previous": Number("niveau précédent")})
    reader = _Conditions(top, vocabulary)
    levels = _levels(top)
    suggestion = top["suggestion"].mapping(required=("rules", "lowest"), optional=("strong", "keep_previous"))
    lists = top["lists"].mapping() if "lists" in top else {}
    strong = _codes(suggestion.get("strong"), indicators, lists)
    lowest = suggestion["lowest"].mapping(required=("level",), optional=("wants",))
    lowest_wants = _codes(lowest.get("wants"), indicators, lists)
    if lowest_wants and None not in levels:
        raise suggestion["lowest"].error(
            N_("'wants' needs 'not_assessable': what to suggest when they are not known")
        )
    sources = top.get("sources")
    grid = Grid(
        code=code,
        version=top["version"].text(),
        title=top["title"].text(),
        notice=top["notice"].text(),
        references=top["references"].words() if "references" in top else (),
        sources={code: node.text() for code, node in sources.mapping().items()} if sources else {},
        axes=axes,
        scales=scales,
        indicators=indicators,
        vocabulary=vocabulary,
        conditions=reader.conditions,
        condition_labels=reader.labels,
        dynamics=_dynamics(reader, levels),
        markers=_markers(reader, levels),
        strong=strong,
        rules=tuple(_rule(item, reader, levels) for item in suggestion["rules"].items()),
        lowest=levels[_level(lowest["level"], levels)],
        lowest_wants=lowest_wants,
        levels=levels,
        retention=_retention(suggestion.get("keep_previous"), indicators, levels, lists),
        cautions=tuple(_caution(item, reader) for item in top["cautions"].items())
        if "cautions" in top
        else (),
        due=_due(top.get("due"), vocabulary),
    )
    _unique([rule.code for rule in grid.rules], suggestion["rules"])
    reader.check_circles(grid.named)
    return grid


class _Conditions:
    """Reads conditions of one file: they share lists, names and vocabulary."""

    def __init__(self, top: Mapping[str, Node], vocabulary: Vocabulary) -> None:
        self.top, self.vocabulary = top, vocabulary
        self.lists = (
            {name: list(node.words()) for name, node in top["lists"].mapping().items()}
            if "lists" in top
            else {}
        )
        self.dynamics = top["dynamics"].mapping() if "dynamics" in top else {}
        self.markers = top["markers"].mapping() if "markers" in top else {}
        self.conditions_at = named = top["conditions"].mapping() if "conditions" in top else {}
        fields = {name: node.mapping(required=("label", "when"), optional=()) for name, node in named.items()}
        self.labels = {name: item["label"].text() for name, item in fields.items()}
        self.names = [*named, *self.dynamics, *self.markers]
        for name in self.names:
            if self.names.count(name) > 1 or name in vocabulary.facts:
                where = self.markers.get(name) or self.dynamics.get(name) or named[name]
                raise where.error(N_("'%(name)s' is already the name of something else"), name=name)
        for name, node in (top["lists"].mapping() if "lists" in top else {}).items():
            for item in node.items():
                self.read(item)
            if name in self.names or name in vocabulary.facts:
                raise node.error(N_("'%(name)s' is already the name of something else"), name=name)
        self.conditions = {name: self.read(item["when"]) for name, item in fields.items()}

    def read(self, node: Node) -> Condition:
        """One condition, its errors placed on their line."""
        try:
            return parse(expand(node.plain(), self.lists), self.vocabulary, names=self.names)
        except ConditionError as problem:
            raise node.at(problem.path).error(problem.message, **problem.params) from None

    def check_circles(self, named: Mapping[str, Condition]) -> None:
        """Refuse conditions that refer to one another in a circle."""
        if circle := find_cycle(named):
            places = {**self.conditions_at, **self.dynamics, **self.markers}
            raise places[circle[0]].error(
                N_("conditions refer to one another: %(names)s"), names=" -> ".join(circle)
            )


def _each(
    node: Node, *, required: Collection[str], optional: Collection[str] = ()
) -> Iterable[tuple[str, dict[str, Node]]]:
    for code, item in node.mapping().items():
        yield code, item.mapping(required=required, optional=optional)


def _codes(
    node: Node | None, indicators: Mapping[str, Any], lists: Mapping[str, Node] | None = None
) -> frozenset[str]:
    if node is None:
        return frozenset()
    if isinstance(node.value, str) and lists is not None:
        node = lists[node.one_of(lists)]
    for item, word in zip(node.items(), node.words(), strict=True):
        if word not in indicators:
            raise item.error(N_("'%(word)s' is not an indicator of this grid"), word=word)
    return frozenset(node.words())


def _unique(codes: list[str], node: Node) -> None:
    for n, code in enumerate(codes):
        if code in codes[:n]:
            raise node.at((n,)).error(N_("'%(word)s' stands here twice"), word=code)


def _level(node: Node, levels: Mapping[int | None, Level]) -> int:
    known = sorted(level for level in levels if level is not None)
    level = node.whole(known[0], known[-1])
    if level not in levels:
        raise node.error(N_("%(level)s is not a level of this grid"), level=level)
    return level


def _span(node: Node) -> timedelta:
    words = node.text().split()
    if (
        len(words) == 2
        and words[0].isdecimal()
        and words[1] in {"day", "days", "hour", "hours"}
        and int(words[0])
    ):
        amount = int(words[0])
        return timedelta(days=amount) if words[1].startswith("day") else timedelta(hours=amount)
    raise node.error(
        N_("expected a time like '72 hours' or '30 days', found %(found)s"), found=repr(node.value)
    )


def _levels(top: Mapping[str, Node]) -> dict[int | None, Level]:
    levels: dict[int | None, Level] = {}
    fields = ("label", "plain", "full_within")
    for node in top["levels"].items():
        item = node.mapping(required=("level", *fields), optional=("contact_every",))
        level = item["level"].whole(0, 99)
        if levels and level <= max(known for known in levels if known is not None):
            raise item["level"].error(N_("levels are listed from the lowest to the highest, each once"))
        contact = item.get("contact_every")
        levels[level] = Level(
            level,
            item["label"].text(),
            item["plain"].text(),
            _span(item["full_within"]),
            _span(contact) if contact else None,
        )
    if not levels:
        raise top["levels"].error(N_("a grid has at least one level"))
    if "not_assessable" in top:
        item = top["not_assessable"].mapping(required=fields, optional=())
        levels[None] = Level(None, item["label"].text(), item["plain"].text(), _span(item["full_within"]))
    return levels


def _dynamics(reader: _Conditions, levels: Mapping[int | None, Level]) -> dict[str, Dynamics]:
    lines: dict[str, Dynamics] = {}
    closed = ""
    for code, node in reader.dynamics.items():
        item = node.mapping(required=("label", "plain", "when"), optional=("level",))
        if closed:
            raise node.error(
                N_("this line is never reached: '%(above)s' above it always holds"), above=closed
            )
        level = _level(item["level"], levels) if "level" in item else None
        lines[code] = Dynamics(
            code, item["label"].text(), item["plain"].text(), reader.read(item["when"]), level
        )
        closed = code if lines[code].when == All(()) else ""
    if lines and not closed:
        raise reader.top["dynamics"].error(
            N_("the last line must hold 'always', so that every reading has a type")
        )
    return lines


def _markers(reader: _Conditions, levels: Mapping[int | None, Level]) -> dict[str, Marker]:
    markers = {}
    for code, node in reader.markers.items():
        item = node.mapping(required=("label", "when", "floors"), optional=("whom_first",))
        floors = []
        for floor in item["floors"].items():
            part = floor.mapping(required=("level",), optional=("when",))
            when = reader.read(part["when"]) if "when" in part else All(())
            floors.append(Floor(_level(part["level"], levels), when))
        if not floors or floors[0].when != All(()):
            raise item["floors"].error(N_("the first floor of a marker has no condition"))
        if [floor.level for floor in floors] != sorted({floor.level for floor in floors}):
            raise item["floors"].error(
                N_("floors are listed from the lowest to the highest, each level once")
            )
        whom = item["whom_first"].text() if "whom_first" in item else ""
        markers[code] = Marker(code, item["label"].text(), reader.read(item["when"]), tuple(floors), whom)
    return markers


def _rule(node: Node, reader: _Conditions, levels: Mapping[int | None, Level]) -> Rule:
    item = node.mapping(required=("code", "level", "label", "when"), optional=())
    code = item["code"].text()
    if code in reader.names:
        raise item["code"].error(N_("'%(name)s' is already the name of something else"), name=code)
    return Rule(code, item["label"].text(), _level(item["level"], levels), reader.read(item["when"]))


def _caution(node: Node, reader: _Conditions) -> Caution:
    item = node.mapping(required=("code", "when", "text"), optional=())
    return Caution(item["code"].text(), reader.read(item["when"]), item["text"].text())


def _retention(
    node: Node | None,
    indicators: Mapping[str, Any],
    levels: Mapping[int | None, Level],
    lists: Mapping[str, Node],
) -> Retention:
    if node is None:
        return Retention(None, frozenset(), frozenset(), open_markers=False, open_strong=False, carried=False)
    item = node.mapping(required=("from_level",), optional=("incomplete", "open", "open_also", "carry"))
    also = (
        [part.one_of({"markers", "strong"}) for part in item["open_also"].items()]
        if "open_also" in item
        else []
    )
    return Retention(
        from_level=_level(item["from_level"], levels),
        incomplete=_codes(item.get("incomplete"), indicators, lists),
        open=_codes(item.get("open"), indicators, lists),
        open_markers="markers" in also,
        open_strong="strong" in also,
        carried=item["carry"].truth() if "carry" in item else False,
    )


def _due(node: Node | None, vocabulary: Vocabulary) -> str | None:
    if node is None:
        return None
    fact = node.text()
    if not isinstance(vocabulary.facts.get(fact), Day) or fact.endswith(".seen"):
        raise node.error(N_("'%(fact)s' is not a detail that holds a date"), fact=fact)
    return fact
