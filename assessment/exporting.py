"""A finalised reading as a document: everything that was answered, retained and decided, enough to read it again.

The document goes into a file outside Pôle, so it names no table and no row but its own, and brings the text of its
grid. Its shape is `schemas/reading-1.json`; `assessment.recomputing` needs nothing else.
"""

from datetime import date
from typing import Any

from django.utils import timezone

from assessment.grid import Answer
from assessment.grids.loading import hash_of, text_of
from assessment.models import Reading, SecondReading
from assessment.reading import Previous
from assessment.recomputing import FORMAT, VERSION
from assessment.stored import given_of, grid_of, previous_of


def exported(reading: Reading) -> dict[str, Any]:
    """The document of a finalised reading, as plain data for JSON: days and moments in ISO 8601."""
    previous, text = previous_of(reading), text_of(reading.grid)
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
            "sha256": hash_of(text),
            "text": text,
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
