"""From a grid's file to a checked `Grid`, or the line that is wrong."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from functools import lru_cache
from hashlib import sha256
from pathlib import Path

from assessment.grid import Axis, Caution, Grid
from assessment.grids.codes import SHORT_AT_MOST, WORD_AT_MOST, check_names, grid_code
from assessment.grids.conditions import Conditions
from assessment.grids.indicators import read_indicators, read_scales, vocabulary_of
from assessment.grids.levels import (
    read_codes,
    read_dynamics,
    read_level,
    read_levels,
    read_markers,
    read_retention,
    read_rule,
)
from pole.conditions import (
    Day,
    Number,
    Vocabulary,
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
    reader = Conditions(top, vocabulary)
    levels = read_levels(top)
    suggestion = top["suggestion"].mapping(required=("rules", "lowest"), optional=("strong", "keep_previous"))
    lists = top["lists"].mapping() if "lists" in top else {}
    strong = read_codes(suggestion.get("strong"), indicators, lists)
    lowest = suggestion["lowest"].mapping(required=("level",), optional=("wants",))
    lowest_wants = read_codes(lowest.get("wants"), indicators, lists)
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
        dynamics=read_dynamics(reader, levels),
        markers=read_markers(reader, levels),
        strong=strong,
        rules=tuple(read_rule(item, reader, levels) for item in suggestion["rules"].items()),
        lowest=levels[read_level(lowest["level"], levels)],
        lowest_wants=lowest_wants,
        levels=levels,
        retention=read_retention(suggestion.get("keep_previous"), indicators, levels, lists),
        cautions=tuple(_caution(item, reader) for item in top["cautions"].items())
        if "cautions" in top
        else (),
        due=_due(top.get("due"), vocabulary),
    )
    _unique([rule.code for rule in grid.rules], suggestion["rules"])
    reader.check_circles(grid.named)
    return grid


def _each(
    node: Node, *, required: Collection[str], optional: Collection[str] = ()
) -> Iterable[tuple[str, dict[str, Node]]]:
    for code, item in node.mapping().items():
        yield code, item.mapping(required=required, optional=optional)


def _unique(codes: list[str], node: Node) -> None:
    for n, code in enumerate(codes):
        if code in codes[:n]:
            raise node.at((n,)).error(N_("'%(word)s' stands here twice"), word=code)


def _caution(node: Node, reader: Conditions) -> Caution:
    item = node.mapping(required=("code", "when", "text"), optional=())
    return Caution(item["code"].text(), reader.read(item["when"]), item["text"].text())


def _due(node: Node | None, vocabulary: Vocabulary) -> str | None:
    if node is None:
        return None
    fact = node.text()
    if not isinstance(vocabulary.facts.get(fact), Day) or fact.endswith(".seen"):
        raise node.error(N_("'%(fact)s' is not a detail that holds a date"), fact=fact)
    return fact
