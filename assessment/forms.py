"""Lines of the grid as they come from a page: some of them or all, with JavaScript or without.

The fields of an indicator X are `X` (the answer), `X-seen`, `X-source`, `X-note`, and `X.detail` for each of
its own details. A field that was not sent keeps what is stored, so that a page may send only what changed.
"""

import re
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from django.utils.functional import Promise

from assessment.checking import SENTENCES, check_answer
from assessment.grid import UNKNOWN, Detail, Grid, Indicator, InvalidAnswer
from assessment.stored import Given

NUMBER = "number"
"""The answer "a number" to an indicator that asks for one; the number itself stands in its own field."""
LONGEST_NOTE = 20_000
LONGEST_WORD = 500
NOT_ANSWERS = {"csrfmiddlewaretoken", "idempotency_key", "axis", "confirm", "step"}
FIELD = re.compile(r"^(?P<code>[^.\-]+)(?:[.\-].+)?$")

Fields = dict[str, str]


class AnswersForm:
    """What was sent, line by line: `given` may be saved, `problems` says what may not, field by field.

    A line with a problem is not in `given`: what is stored of it stays, what was typed is in `fields`.
    """

    def __init__(
        self,
        grid: Grid,
        stored: Mapping[str, Given],
        data: Mapping[str, str] | None = None,
        *,
        on: date,
    ) -> None:
        self.grid, self.on = grid, on
        self.given: dict[str, Given] = {}
        self.problems: dict[str, str | Promise] = {}
        self.fields: dict[str, Fields] = {
            code: fields_of(indicator, stored.get(code, Given()))
            for code, indicator in grid.indicators.items()
        }
        if data is not None:
            self._take(data)

    def _take(self, data: Mapping[str, str]) -> None:
        sent: dict[str, Fields] = {}
        for name in data.keys() - NOT_ANSWERS:
            found = FIELD.match(name)
            code = found["code"] if found else ""
            if name not in self.fields.get(code, ()):
                self.problems[name] = SENTENCES["unknown_indicator"]
                continue
            sent.setdefault(code, {})[name] = data[name]
        for code in self.grid.indicators:
            if code in sent:
                self.fields[code] |= sent[code]
                self._read(code, sent[code])

    def _read(self, code: str, sent: Fields) -> None:
        indicator, fields = self.grid.indicators[code], self.fields[code]
        if indicator.scale.number and sent.get(f"{code}.{indicator.scale.number}", "").strip():
            fields[code] = fields[code] if sent.get(code) == UNKNOWN else NUMBER
        try:
            given = _given(indicator, fields)
            check_answer(self.grid, code, given, on=self.on)
        except InvalidAnswer as problem:
            self.problems[_field_at_fault(indicator, problem)] = SENTENCES[problem.reason]
        else:
            self.given[code] = given


def fields_of(indicator: Indicator, given: Given) -> Fields:
    """What the fields of a line hold for what is stored."""
    code = indicator.code
    fields = {
        code: given.value,
        f"{code}-seen": given.seen.isoformat() if given.seen else "",
        f"{code}-source": given.source,
        f"{code}-note": given.note,
    }
    for detail in indicator.details.values():
        fields[f"{code}.{detail.code}"] = _written(given.details.get(detail.code))
    if indicator.scale.number:
        is_number = given.value not in {"", UNKNOWN}
        fields[code] = NUMBER if is_number else given.value
        fields[f"{code}.{indicator.scale.number}"] = given.value if is_number else ""
    return fields


def _written(value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return value.isoformat() if isinstance(value, date) else str(value or "")


def _given(indicator: Indicator, fields: Fields) -> Given:
    """Raises:
    InvalidAnswer: something in a field is not what the field is for.
    """
    code, number = indicator.code, indicator.scale.number
    value = fields[code]
    if number and value == NUMBER:
        value = fields[f"{code}.{number}"].strip()
        if value and not (value.isascii() and value.isdecimal() and len(value) <= 5):
            raise InvalidAnswer(code, "number", "not a whole number")
    details = {
        detail.code: read
        for detail in indicator.details.values()
        if detail.code != number
        if (read := _detail(code, detail, fields[f"{code}.{detail.code}"].strip())) is not None
    }
    note = fields[f"{code}-note"].strip()
    if len(note) > LONGEST_NOTE:
        raise InvalidAnswer(code, "too_long", "the note is too long")
    return Given(value, _day(code, "seen", fields[f"{code}-seen"]), fields[f"{code}-source"], details, note)


def _detail(code: str, detail: Detail, text: str) -> Any:
    """None where nothing was said: "no" is an answer, silence is not."""
    if not text:
        return None
    match detail.kind:
        case "flag":
            if text not in {"yes", "no"}:
                raise InvalidAnswer(code, "detail", f"'{text}' is neither yes nor no")
            return text == "yes"
        case "date":
            return _day(code, "day", text)
        case "number":
            if not (text.isascii() and text.isdecimal() and len(text) <= 5):
                raise InvalidAnswer(code, "number", "not a whole number")
            return int(text)
        case "text" if len(text) > LONGEST_WORD:
            raise InvalidAnswer(code, "too_long", f"'{detail.code}' is too long")
        case _:
            return text


def _day(code: str, reason: str, text: str) -> date | None:
    """A day as browsers send it, or as one types it where they know no dates."""
    text = text.strip()
    if not text:
        return None
    for form in ("%Y-%m-%d", "%d/%m/%Y"):
        try:
            return datetime.strptime(text, form).date()  # noqa: DTZ007 - a day has no time zone
        except ValueError:
            continue
    raise InvalidAnswer(code, reason, f"'{text}' is no date")


def _field_at_fault(indicator: Indicator, problem: InvalidAnswer) -> str:
    code = indicator.code
    match problem.reason:
        case "seen" | "future_seen":
            return f"{code}-seen"
        case "source":
            return f"{code}-source"
        case "number" if indicator.scale.number:
            return f"{code}.{indicator.scale.number}"
        case _:
            return code
