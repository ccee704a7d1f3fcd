"""From stored rows to the pure core and back: what was answered, what came before, what it comes to."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Self

from django.utils import timezone

from assessment.grid import Grid, Indicator
from assessment.grids import load_grid
from assessment.models import Answer, Reading
from assessment.reading import Answer as PureAnswer
from assessment.reading import Previous, Result, read


@dataclass(frozen=True, slots=True)
class Given:
    """What was filled in on one line. An empty value is *not explored*; what stands beside it is kept."""

    value: str = ""
    seen: date | None = None
    source: str = ""
    details: Mapping[str, Any] = field(default_factory=dict)
    note: str = ""

    @property
    def is_empty(self) -> bool:
        return not (self.value or self.seen or self.source or self.details or self.note)

    def to_core(self) -> PureAnswer:
        """The part that grids may look at: the note never enters."""
        return PureAnswer(self.value, self.seen, self.source or None, self.details)


def grid_of(reading: Reading) -> Grid:
    """The version of the grid that the reading was made with."""
    return load_grid(reading.grid)


def answers_of(reading: Reading) -> dict[str, PureAnswer]:
    """Indicator code to answer, as the pure core takes them."""
    grid = grid_of(reading)
    return {
        row.indicator: PureAnswer(
            row.value, row.seen, row.source or None, details_of(row, grid.indicators[row.indicator])
        )
        for row in reading.answers.all()
    }


def given_of(reading: Reading) -> dict[str, Given]:
    """Indicator code to everything that was filled in, notes and lines taken back included."""
    grid = grid_of(reading)
    return {
        row.indicator: Given(
            row.value, row.seen, row.source, details_of(row, grid.indicators[row.indicator]), row.note
        )
        for row in Answer.everything.filter(reading=reading)
    }


def details_of(row: Answer, indicator: Indicator) -> dict[str, Any]:
    """Details as the core takes them: dates are dates, free texts come out of their sealed column."""
    kinds = {detail.code: detail.kind for detail in indicator.details.values()}
    details = {
        code: date.fromisoformat(value) if kinds.get(code) == "date" else value
        for code, value in row.details.items()
    }
    if "text" in kinds.values() and (words := row.words):
        details |= json.loads(words)
    return details


def put_details(row: Answer, indicator: Indicator, details: Mapping[str, Any]) -> None:
    """Lay details on a row: free texts sealed, the rest in the clear."""
    texts = {code for code, detail in indicator.details.items() if detail.kind == "text"}
    words = {code: value for code, value in details.items() if code in texts}
    row.words = json.dumps(words, ensure_ascii=False) if words else ""
    row.details = {
        code: value.isoformat() if isinstance(value, date) else value
        for code, value in details.items()
        if code not in texts
    }


def last_finalised(reading: Reading) -> Reading | None:
    """The reading that a draft follows by now: a colleague may have finalised one since it was started."""
    return Reading.objects.filter(case=reading.case_id).finalised().latest_first().first()


def previous_of(reading: Reading) -> Previous | None:
    """What the same service read last in this case; None for a first reading.

    For a finalised reading, as it stood on its day: a second reader's later answer changes nothing in it.
    """
    before = last_finalised(reading) if reading.is_draft else reading.previous
    return _previous(reading, before, _comparable(reading, before))


def _previous(
    reading: Reading, before: Reading | None, answers: Mapping[str, PureAnswer] | None
) -> Previous | None:
    if before is None:
        return None
    level = before.in_force if reading.is_draft else reading.previous_level
    return Previous(level, answers, timezone.localdate(before.finalised_at), before.previous_level)


def _comparable(reading: Reading, before: Reading | None) -> dict[str, PureAnswer] | None:
    """Codes of one version of a grid mean nothing to another: what was answered then is not known now."""
    return answers_of(before) if before and before.grid == reading.grid else None


def result_of(reading: Reading, *, on: date | None = None) -> Result:
    """Read the stored answers: a draft today, a finalised reading on its own day, unless `on` is given."""
    on = on or timezone.localdate(reading.finalised_at)  # localdate(None) is today
    return read(grid_of(reading), answers_of(reading), on=on, previous=previous_of(reading))


@dataclass(frozen=True)
class Draft:
    """A draft with all that its page shows, each asked of the database once."""

    reading: Reading
    given: dict[str, Given]
    before: Reading | None
    before_answers: dict[str, PureAnswer] | None

    @classmethod
    def load(cls, reading: Reading) -> Self:
        before = last_finalised(reading)
        return cls(reading, given_of(reading), before, _comparable(reading, before))

    @property
    def grid(self) -> Grid:
        return grid_of(self.reading)

    @property
    def answers(self) -> dict[str, PureAnswer]:
        return {code: given.to_core() for code, given in self.given.items() if given.value}

    def result(self) -> Result:
        """The same as `result_of`, for today."""
        previous = _previous(self.reading, self.before, self.before_answers)
        return read(self.grid, self.answers, on=timezone.localdate(), previous=previous)
