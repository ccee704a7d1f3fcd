"""From a vignette's file to a checked `Vignette`, or the line that is wrong."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Any

from assessment.grid import Answer, Grid, InvalidAnswer
from assessment.grids import load_grid
from assessment.grids import shipped as shipped_grids
from assessment.reading import read
from pole.marking import N_
from pole.yamlfile import FileError, Node, load

HERE = Path(__file__).parent
TOP = ("vignette", "title", "on", "seen_from", "text")
KINDS = ("victim_support", "perpetrator_programme", "police", "coordination")
WORDS = range(120, 251)
WORD = re.compile(r"[^\W_]+(?:[-’'.][^\W_]+)*")
CODE = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
NOT_ASSESSABLE = "NE"
REFUSED = {
    "unknown_indicator": N_("the grid %(grid)s has no such indicator: %(code)s"),
    "value": N_("'%(value)s' is no answer that %(code)s takes"),
    "future_seen": N_("seen on %(seen)s, after the day of the vignette (%(on)s)"),
    "detail": N_("a detail of %(code)s holds what it is not for"),
}
"""What the grid can't take, by the reason it gives (`assessment.grid.InvalidAnswer`)."""


class VignetteError(FileError):
    """A vignette file that cannot be used: file, path, line, reason."""


@dataclass(frozen=True, slots=True)
class ProposedReading:
    """How whoever wrote a vignette reads it with one grid, and why: something to talk about, not an answer key.

    `dynamics` None: the grid has no types. `level` None: not assessable.
    """

    answers: Mapping[str, Answer]
    dynamics: str | None
    level: int | None
    comment: str


@dataclass(frozen=True, slots=True)
class Vignette:
    """A fictional situation as one kind of service meets it.

    It has its own day, `on`: what was "last week" stays so, whenever somebody reads it.
    """

    code: str
    title: str
    on: date
    seen_from: str
    text: str
    readings: Mapping[str, ProposedReading]


def shipped() -> tuple[str, ...]:
    """Codes of the vignettes that ship with the project, in the order of the folder."""
    return tuple(sorted(path.stem for path in HERE.glob("*.yaml")))


def load_vignette(source: str | Path) -> Vignette:
    """The vignette of this code, or in this file.

    Raises:
        VignetteError: no such vignette, or a file that is wrong, with the line and what to do.
    """
    if isinstance(source, Path):
        return _read(load(source, error=VignetteError), source.stem)
    return _shipped(source)


@lru_cache
def _shipped(code: str) -> Vignette:
    if code not in shipped():
        raise VignetteError(
            N_("no vignette is called '%(code)s' (there are: %(known)s)"),
            params={"code": code, "known": ", ".join(shipped())},
        )
    return load_vignette(HERE / f"{code}.yaml")


def _read(root: Node, stem: str) -> Vignette:
    top = root.mapping(required=TOP, optional=("readings",))
    code = top["vignette"].text()
    if not CODE.fullmatch(code) or code != stem:
        raise top["vignette"].error(
            N_("the file is called '%(stem)s', and so is the vignette: a-z, 0-9, hyphens"), stem=stem
        )
    text = top["text"].text()
    if (words := len(WORD.findall(text))) not in WORDS:
        raise top["text"].error(
            N_("has %(words)s words; a vignette has %(least)s to %(most)s"),
            words=words,
            least=WORDS[0],
            most=WORDS[-1],
        )
    on = top["on"].day()
    readings = top["readings"].mapping() if "readings" in top else {}
    return Vignette(
        code=code,
        title=top["title"].text(),
        on=on,
        seen_from=top["seen_from"].one_of(KINDS),
        text=text,
        readings={grid: _reading(node, grid, on) for grid, node in readings.items()},
    )


def _reading(node: Node, grid_code: str, on: date) -> ProposedReading:
    if grid_code not in shipped_grids():
        raise node.error(
            N_("no grid is called '%(code)s' (there are: %(known)s)"),
            code=grid_code,
            known=", ".join(shipped_grids()),
        )
    grid = load_grid(grid_code)
    item = node.mapping(required=("level", "answers", "comment"), optional=("dynamics",))
    answers = {code: _answer(each, grid, code) for code, each in item["answers"].mapping().items()}
    for code, answer in answers.items():
        try:
            read(grid, {code: answer}, on=on)
        except InvalidAnswer as problem:
            params = {"code": code, "grid": grid_code, "value": answer.value, "seen": answer.seen, "on": on}
            raise item["answers"].value[code].error(REFUSED[problem.reason], **params) from None
    result = read(grid, answers, on=on)
    level = None if item["level"].value == NOT_ASSESSABLE else item["level"].whole(1, len(grid.levels))
    if level != result.severity:
        raise item["level"].error(
            N_("these answers come to level %(level)s"), level=result.severity or NOT_ASSESSABLE
        )
    dynamics = item["dynamics"].text() if "dynamics" in item else None
    if dynamics != result.dynamics:
        at = item.get("dynamics", node)
        if result.dynamics is None:
            raise at.error(N_("the grid %(grid)s has no types: leave 'dynamics' out"), grid=grid_code)
        raise at.error(N_("these answers come to type %(dynamics)s"), dynamics=result.dynamics)
    return ProposedReading(answers, dynamics, level, item["comment"].text())


def _answer(node: Node, grid: Grid, code: str) -> Answer:
    """A value alone, or with the date, source and details that the text gives."""
    if not isinstance(node.value, dict):
        return Answer(node.text())
    item = node.mapping(required=("value",), optional=("seen", "source", "details"))
    kinds = {detail.code: detail.kind for detail in _details(grid, code)}
    details: dict[str, Any] = {}
    for name, part in item["details"].mapping().items() if "details" in item else ():
        match kinds.get(name):
            case None:
                raise part.error(N_("'%(name)s' is not a detail of this indicator"), name=name)
            case "flag":
                details[name] = part.truth()
            case "date":
                details[name] = part.day()
            case "number":
                details[name] = part.whole(0, 99_999)
            case _:
                details[name] = part.text()
    return Answer(
        value=item["value"].text(),
        seen=item["seen"].day() if "seen" in item else None,
        source=item["source"].one_of(grid.sources) if "source" in item else None,
        details=details,
    )


def _details(grid: Grid, code: str) -> Any:
    return grid.indicators[code].details.values() if code in grid.indicators else ()
