"""From answers to facts: what each answer means on the day of the reading. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from assessment.grid import UNKNOWN, Answer, Detail, Grid, Indicator, InvalidAnswer, UnknownIndicator, Value
from pole.conditions import Facts


@dataclass(frozen=True, slots=True)
class Question:
    """Something in an answer that wants a second look. `kind` is a stable word; the sentence is in
    `wording`."""

    code: str
    kind: str


@dataclass(frozen=True, slots=True)
class Effect:
    """What one answer comes to."""

    facts: Mapping[str, Any]
    missing: tuple[str, ...] = ()
    questions: tuple[Question, ...] = ()


@dataclass(slots=True)
class Placed:
    """All answers of a reading as facts, with the details that are wanting and the questions they raise."""

    facts: Facts
    missing: list[str] = field(default_factory=list)
    questions: list[Question] = field(default_factory=list)


class Placing:
    """Knows what every answer to the indicators of one grid means.

    Most answers have neither date nor details, so what they come to is worked out once per value.
    """

    def __init__(self, grid: Grid) -> None:
        self.indicators = grid.indicators
        self._plain = {
            code: {
                value: _effect(indicator, Answer(value), date.min)  # no day matters where none was seen
                for value in (*indicator.scale.values, UNKNOWN)
            }
            for code, indicator in grid.indicators.items()
        }

    def place(self, answers: Mapping[str, Answer], on: date) -> Placed:
        """The facts of all answers.

        Raises:
            UnknownIndicator: a code that the grid does not define.
            InvalidAnswer: a value, a detail or a date that it does not take.
        """
        placed = Placed({"on": on})
        plain, facts = self._plain, placed.facts
        for code, answer in answers.items():
            effects = plain.get(code)
            if effects is None:
                raise UnknownIndicator(code)
            effect = None if answer.seen or answer.details else effects.get(answer.value)
            if effect is None:
                effect = _effect(self.indicators[code], answer, on)
            facts.update(effect.facts)
            if effect.missing:
                placed.missing += effect.missing
            if effect.questions:
                placed.questions += effect.questions
        return placed


def _effect(indicator: Indicator, answer: Answer, on: date) -> Effect:
    code, details = indicator.code, _details(indicator, answer)
    questions: list[Question] = []
    if indicator.scale.number:
        return _number(indicator, answer, details)
    if answer.value != UNKNOWN and answer.value not in indicator.scale.values:
        allowed = ", ".join((*indicator.scale.values, UNKNOWN))
        raise InvalidAnswer(code, "value", f"'{answer.value}' is not one of: {allowed}")
    retained = answer.value
    if answer.seen is not None:
        retained, asked = _by_date(indicator, answer, _seen(code, answer.seen, on), on)
        questions += asked
    if retained == UNKNOWN:
        return Effect({})
    facts: dict[str, Any] = {f"{code}.known": True, f"{code}.value": retained}
    if answer.seen is not None:
        facts[f"{code}.seen"] = answer.seen
    active = indicator.scale.values[retained].active
    if (lasting := indicator.lasting) and retained == lasting.value:
        active = answer.seen is None or lasting.period.reaches(answer.seen, on)
        if answer.seen is None:
            questions.append(Question(code, "lasting_without_date"))
    if active:
        facts[code] = True
    wanted = active if indicator.when_active is None else retained in indicator.when_active
    missing = _add_details(indicator, details, wanted, facts, questions)
    return Effect(facts, tuple(missing), tuple(questions))


def _add_details(
    indicator: Indicator,
    given: Mapping[str, Any],
    wanted: bool,
    facts: dict[str, Any],
    questions: list[Question],
) -> list[str]:
    """Put the details among the facts; which of those that decide are missing."""
    missing = []
    for detail in indicator.details.values():
        name = f"{indicator.code}.{detail.code}"
        if detail.code in given:
            facts[name] = given[detail.code]
        elif wanted:
            if detail.assume is not None:
                facts[name] = detail.assume
            if detail.decides:
                missing.append(name)
            if detail.asked:
                questions.append(Question(name, "detail_wanted"))
    return missing


def _number(indicator: Indicator, answer: Answer, details: Mapping[str, Any]) -> Effect:
    """The number stands as a detail, or as the value itself."""
    code, name = indicator.code, indicator.scale.number
    if answer.value == UNKNOWN:
        return Effect({})
    number = details.get(str(name))
    if number is None and answer.value.isdecimal():
        number = int(answer.value)
    if number is None:
        raise InvalidAnswer(code, "value", f"give a whole number ('{name}'), or '{UNKNOWN}'")
    return Effect({f"{code}.known": True, f"{code}.{name}": number})


def _seen(code: str, seen: date, on: date) -> date:
    if not isinstance(seen, date) or isinstance(seen, datetime):
        raise InvalidAnswer(code, "seen", "'seen' is a date")
    if seen > on:
        raise InvalidAnswer(code, "future_seen", f"last seen on {seen}, after the day of the reading ({on})")
    return seen


def _by_date(indicator: Indicator, answer: Answer, seen: date, on: date) -> tuple[str, tuple[Question, ...]]:
    """The more recent of the value and of what the date says, with a question where the two disagree."""
    values, code = indicator.scale.values, indicator.code
    dated = _value_of_date(values, seen, on)
    if dated is None:
        return answer.value, ()
    if answer.value == UNKNOWN:
        return dated.code, (Question(code, "unknown_but_seen"),)
    given = values[answer.value]
    base = values[given.same_day_as] if given.same_day_as else given
    if base.rank == dated.rank:
        return given.code, ()
    kind = "seen_disagrees" if given.older or given.within or given.same_day_as else "absent_but_seen"
    return max(dated, given, key=lambda value: value.rank).code, (Question(code, kind),)


def _value_of_date(values: Mapping[str, Value], seen: date, on: date) -> Value | None:
    reached = [value for value in values.values() if value.within and value.within.reaches(seen, on)]
    if reached:
        return max(reached, key=lambda value: value.rank)
    return next((value for value in values.values() if value.older), None)


def _details(indicator: Indicator, answer: Answer) -> dict[str, Any]:
    given = {}
    for name, value in answer.details.items():
        detail = indicator.details.get(name)
        if detail is None:
            raise InvalidAnswer(indicator.code, "detail", f"'{name}' is not a detail of this indicator")
        if value is not None:
            given[name] = _checked(indicator.code, detail, value)
    return given


def _checked(code: str, detail: Detail, value: Any) -> Any:
    match detail.kind:
        case "flag":
            good = isinstance(value, bool)
        case "choice":
            good = value in detail.values
        case "date":
            good = isinstance(value, date) and not isinstance(value, datetime)
        case "number":
            good = isinstance(value, int) and not isinstance(value, bool) and value >= 0
        case _:
            good = isinstance(value, str)
    if not good:
        raise InvalidAnswer(code, "detail", f"{value!r} is not a {detail.kind} ('{detail.code}')")
    return value
