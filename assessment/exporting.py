"""A finalised reading as a document: everything that was answered, retained and decided, enough to read it again.

The document goes into a file outside Pôle, so it names no table and no row but its own. Its shape is
`schemas/reading-1.json`; `recompute` needs nothing but the document and the grid.
"""

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from django.utils import timezone

from assessment.grid import Answer, Grid, Indicator
from assessment.grids.loading import GridError, grid_hash, load_grid
from assessment.models import Reading, SecondReading
from assessment.reading import Previous, Result, read
from assessment.stored import given_of, grid_of, previous_of
from pole.yamlfile import Node

FORMAT, VERSION = "pole-reading", 1


def exported(reading: Reading) -> dict[str, Any]:
    """The document of a finalised reading, as plain data for JSON: days and moments in ISO 8601."""
    previous = previous_of(reading)
    return {
        "format": FORMAT,
        "format_version": VERSION,
        "service": reading.service.name,
        "case": reading.case.reference,
        "reading": str(reading.pk),
        "author": reading.author.name,
        "finalised_at": _moment(reading.finalised_at),
        "grid": {
            "code": reading.grid,
            "version": grid_of(reading).version,
            "sha256": grid_hash(reading.grid),
        },
        "on": timezone.localdate(reading.finalised_at).isoformat(),
        "answers": {
            code: _answer(given.to_core()) | ({"note": given.note} if given.note else {})
            for code, given in sorted(given_of(reading).items())
            if given.value
        },
        "previous": _previous(previous),
        "result": reading.result,
        "decision": {
            "chosen": reading.chosen,
            "chosen_dynamics": reading.chosen_dynamics or None,
            "motive": reading.motive,
            "in_force": reading.in_force,
            "review_due_at": _moment(reading.review_due_at),
        },
        "second_reading": _second(reading),
    }


def _answer(answer: Answer) -> dict[str, Any]:
    said: dict[str, Any] = {"value": answer.value}
    if answer.seen:
        said["seen"] = answer.seen.isoformat()
    if answer.source:
        said["source"] = answer.source
    if answer.details:
        said["details"] = {
            code: value.isoformat() if isinstance(value, date) else value
            for code, value in answer.details.items()
        }
    return said


def _previous(previous: Previous | None) -> dict[str, Any] | None:
    if previous is None:
        return None
    answers = previous.answers
    return {
        "level": previous.level,
        "on": previous.on.isoformat() if previous.on else None,
        "before": previous.before,
        "answers": None
        if answers is None
        else {code: _answer(each) for code, each in sorted(answers.items())},
    }


def _second(reading: Reading) -> dict[str, Any] | None:
    if reading.second == SecondReading.NOT_NEEDED:
        return None
    return {
        "state": reading.second,
        "by": reading.second_by.name if reading.second_by else None,
        "at": _moment(reading.second_at),
        "motive": reading.second_motive,
    }


def _moment(at: Any) -> str | None:
    return timezone.localtime(at).isoformat() if at else None


def recompute(document: Node) -> tuple[Result, list[str]]:
    """Read a document again, and name what of its result comes out differently; nothing when all is the same.

    Raises:
        FileError: not such a document; says where and why.
        GridError: no such grid here.
        InvalidAnswer, UnknownIndicator: answers that the grid does not take.
    """
    top = document.mapping(
        required=("format", "format_version", "grid", "on", "answers", "previous", "result"),
        optional=(
            *("service", "case", "reading", "author", "finalised_at"),
            *("decision", "second_reading"),
        ),
    )
    if (top["format"].plain(), top["format_version"].plain()) != (FORMAT, VERSION):
        raise document.error(f"expected a document of format {FORMAT}, version {VERSION}")
    named = top["grid"].mapping(required=("code", "version", "sha256"))
    code = named["code"].text()
    try:
        grid = load_grid(code)
    except GridError as unknown:
        raise named["code"].error(unknown.reason) from None
    result = read(
        grid, _answers(top["answers"], grid), on=_day(top["on"]), previous=_before(top["previous"], grid)
    )
    different = list(_differences(top["result"].plain(), result.to_json()))
    if named["sha256"].text() != grid_hash(code):
        different.insert(0, f"grid: this {code} is another text than the one it was read with")
    return result, different


def _answers(node: Node, grid: Grid) -> dict[str, Answer]:
    answers = {}
    for code, given in node.mapping().items():
        if code not in grid.indicators:
            raise given.error(f"the grid {grid.code} has no indicator '{code}'")
        parts = given.mapping(required=("value",), optional=("seen", "source", "details", "note"))
        answers[code] = Answer(
            parts["value"].text(),
            _day(parts["seen"]) if "seen" in parts else None,
            parts["source"].text() if "source" in parts else None,
            dict(_details(parts["details"], grid.indicators[code])) if "details" in parts else {},
        )
    return answers


def _details(node: Node, indicator: Indicator) -> Iterator[tuple[str, Any]]:
    for name, value in node.mapping().items():
        detail = indicator.details.get(name)
        yield name, _day(value) if detail and detail.kind == "date" else value.plain()


def _before(node: Node, grid: Grid) -> Previous | None:
    if node.plain() is None:
        return None
    parts = node.mapping(required=("level", "on", "before", "answers"))
    answers = None if parts["answers"].plain() is None else _answers(parts["answers"], grid)
    on = None if parts["on"].plain() is None else _day(parts["on"])
    return Previous(parts["level"].plain(), answers, on, parts["before"].plain())


def _day(node: Node) -> date:
    try:
        return date.fromisoformat(str(node.plain()))
    except ValueError:
        raise node.error("expected a day such as 2026-11-24") from None


def _differences(stored: Mapping[str, Any], computed: Mapping[str, Any]) -> Iterator[str]:
    for key in sorted(stored.keys() | computed.keys()):
        if stored.get(key) != computed.get(key):
            yield f"{key}: the document says {stored.get(key)!r}, the grid says {computed.get(key)!r}"
