"""An exported reading, read again from nothing but its document: whether its result and decision come out as it says.

The grid is the one whose text the document brings. Where that grid ships here too, the two texts must be the same.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from itertools import zip_longest
from typing import Any

from assessment.compiled import compiled
from assessment.deciding import decide
from assessment.grid import Answer, Grid, Indicator, InvalidAnswer
from assessment.grids.loading import GridError, grid_hash, hash_of, read_grid, shipped
from assessment.models import SecondReading
from assessment.plain import as_plain_data
from assessment.reading import Previous, Result, read
from assessment.refusals import NotInScale
from assessment.scale import WHOLE
from pole.yamlfile import Node, load

FORMAT, VERSION = "pole-reading", 1
TOP = (
    *("format", "format_version", "service", "case", "reading", "author", "finalised_at", "grid", "on"),
    *("answers", "previous", "result", "decision", "second_reading"),
)
GRID = ("code", "version", "sha256", "text")
DECISION = ("chosen", "chosen_dynamics", "motive", "in_force", "review_due_at")
SECOND = ("state", "by", "at", "motive")
NOTHING = object()


@dataclass(frozen=True, slots=True)
class Recomputed:
    """`different` names each place that comes out otherwise; `grid_ships`: this project vouches for the grid, and
    not the document alone."""

    result: Result
    different: tuple[str, ...]
    grid_ships: bool


def recompute(document: Node) -> Recomputed:
    """Read a document again and compare.

    Raises:
        FileError: not such a document, or answers that its grid does not take; says where and why.
    """
    parts = document.mapping()
    for name, wanted in (("format", FORMAT), ("format_version", VERSION)):
        if name in parts and parts[name].plain() != wanted:
            raise parts[name].error(f"expected {wanted}, found {parts[name].plain()!r}")
    top = document.mapping(required=TOP, optional=())
    named = top["grid"].mapping(required=GRID, optional=())
    grid, on = _grid(named), top["on"].day()
    result = read(
        grid, _answers(top["answers"], grid, on), on=on, previous=_previous(top["previous"], grid, on)
    )
    top["result"].mapping()
    return Recomputed(
        result,
        (
            *_other_grid(grid, named),
            *_differences("result", top["result"].plain(), as_plain_data(result)),
            *_decision(top, result),
        ),
        grid_ships=grid.code in shipped(),
    )


def _grid(named: Mapping[str, Node]) -> Grid:
    named["text"].text()
    try:
        grid = _grid_of(named["text"].plain())
    except GridError as problem:
        raise named["text"].error(str(problem)) from None
    for name, found in (("code", grid.code), ("version", grid.version)):
        if named[name].text() != found:
            raise named[name].error(f"the text is that of {grid.code}, version {grid.version}")
    return grid


@lru_cache(maxsize=8)
def _grid_of(text: str) -> Grid:
    """Once for all the documents that bring the same text."""
    return read_grid(load(text, error=GridError))


def _other_grid(grid: Grid, named: Mapping[str, Node]) -> Iterator[str]:
    digest = hash_of(named["text"].plain())
    if named["sha256"].text() != digest:
        yield "grid.sha256: the text of the grid is another than the one it was read with"
    if grid.code in shipped() and grid_hash(grid.code) != digest:
        yield f"grid.text: not the {grid.code} that ships here"


def _answers(node: Node, grid: Grid, on: date) -> dict[str, Answer]:
    """Indicator to answer, each taken by the grid on that day."""
    answers = {}
    for code, given in node.mapping().items():
        if code not in grid.indicators:
            raise given.error(f"the grid {grid.code} has no indicator '{code}'")
        parts = given.mapping(required=("value",), optional=("seen", "source", "details", "note"))
        answers[code] = Answer(
            parts["value"].text(),
            parts["seen"].day() if "seen" in parts else None,
            parts["source"].one_of(grid.sources) if "source" in parts else None,
            dict(_details(parts["details"], grid.indicators[code])) if "details" in parts else {},
        )
        try:
            compiled(grid).placing.place({code: answers[code]}, on)
        except InvalidAnswer as problem:
            raise given.error(str(problem)) from None
    return answers


def _details(node: Node, indicator: Indicator) -> Iterator[tuple[str, Any]]:
    for name, value in node.mapping().items():
        detail = indicator.details.get(name)
        if isinstance(value.value, dict | list):
            raise value.error("expected a single value")
        yield name, value.day() if detail and detail.kind == "date" else value.plain()


def _previous(node: Node, grid: Grid, on: date) -> Previous | None:
    if node.plain() is None:
        return None
    parts = node.mapping(required=("level", "on", "before", "answers"), optional=())
    day = None if parts["on"].plain() is None else parts["on"].day()
    answers = None if parts["answers"].plain() is None else _answers(parts["answers"], grid, day or on)
    return Previous(_level_before(parts["level"]), answers, day, _level_before(parts["before"]))


def _level_before(node: Node) -> int | None:
    """A level of any grid: the readings before may have been made with one that says more."""
    known = [level for level in WHOLE if level is not None]
    return None if node.plain() is None else node.whole(min(known), max(known))


def _level(node: Node, grid: Grid) -> int | None:
    """A level of the grid, or None."""
    if node.plain() is None:
        return None
    levels = [level for level in grid.levels if level is not None]
    return node.whole(min(levels), max(levels))


def _decision(top: Mapping[str, Node], result: Result) -> Iterator[str]:
    """What the author's choice and the second reader's word come to, by the same rules as on the day."""
    said = top["decision"].mapping(required=DECISION, optional=())
    second = top["second_reading"]
    state = None
    if second.plain() is not None:
        state = second.mapping(required=SECOND, optional=())["state"].one_of(SecondReading.values)
    chosen, dynamics = _level(said["chosen"], result.grid), said["chosen_dynamics"]
    try:
        decision = decide(result, chosen=chosen, chosen_dynamics=dynamics.text() if dynamics.plain() else "")
    except NotInScale:
        raise dynamics.error(f"the grid {result.grid.code} has no such dynamics") from None
    in_force = decision.chosen if state == SecondReading.AGREED else decision.in_force
    yield from _differences("decision.chosen", chosen, decision.chosen)
    yield from _differences("decision.in_force", _level(said["in_force"], result.grid), in_force)
    if decision.lowered and state is None:
        yield "second_reading: the document has none, and the level was lowered"
    if not decision.lowered and state is not None:
        yield f"second_reading: the document says '{state}', and the level was not lowered"


def _differences(place: str, said: Any, comes_to: Any) -> Iterator[str]:
    """Each place where the two say something else, as `result.grounds[0].level`."""
    if isinstance(said, dict) and isinstance(comes_to, dict):
        for key in sorted(said.keys() | comes_to.keys()):
            yield from _differences(f"{place}.{key}", said.get(key, NOTHING), comes_to.get(key, NOTHING))
    elif isinstance(said, list) and isinstance(comes_to, list):
        for n, (one, other) in enumerate(zip_longest(said, comes_to, fillvalue=NOTHING)):
            yield from _differences(f"{place}[{n}]", one, other)
    elif type(said) is not type(comes_to) or said != comes_to:
        yield f"{place}: the document says {_worded(said)}, it comes to {_worded(comes_to)}"


def _worded(value: Any) -> str:
    return "nothing" if value is NOTHING else repr(value)
