"""The grid as a page shows it: axes, lines, choices, what was said last time."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from assessment.confirming import offered
from assessment.forms import NUMBER, AnswersForm, Fields, fields_of
from assessment.grid import UNKNOWN, Answer, Grid, Indicator
from assessment.stored import Given
from assessment.wording import GridWording
from pole.dates import in_words

SHOWN_AS = {"flag": "choice"}


@dataclass(frozen=True, slots=True)
class Choice:
    """`kind`: value, unknown or unexplored, which look different; `unfolds` shows the details of the line.

    `hint` is what the word means, which stands on top of the page once rather than on every line.
    """

    value: str
    label: str
    kind: str
    is_checked: bool
    unfolds: bool = False
    hint: str = ""


@dataclass(frozen=True, slots=True)
class Specific:
    """One detail of an indicator's own: a choice of words, a date, a number or a short text."""

    name: str
    label: str
    kind: str
    value: str
    choices: tuple[Choice, ...]


@dataclass(frozen=True, slots=True)
class Line:
    """One indicator with its fields as they stand, and its previous answer in words.

    `confirm` are the fields, as JSON, that give the previous answer again; empty without one.
    """

    code: str
    label: str
    plain: str
    meaning: str
    choices: tuple[Choice, ...]
    specifics: tuple[Specific, ...]
    number: Specific | None
    seen: str
    sources: tuple[Choice, ...]
    note: str
    previous: str
    confirm: str
    problems: tuple[tuple[str, str | Promise], ...]
    is_answered: bool
    has_circumstances: bool


@dataclass(frozen=True, slots=True)
class AxisOfLines:
    """An axis with its lines and how many of them are answered; "not known" is an answer."""

    code: str
    label: str
    plain: str
    lines: tuple[Line, ...]

    @property
    def answered(self) -> int:
        return sum(line.is_answered for line in self.lines)


def axes_of(form: AnswersForm, previous: Mapping[str, Answer]) -> list[AxisOfLines]:
    """All lines of the grid by axis.

    Args:
        previous: answers of the reading before, shown beside and never copied.
    """
    lines: dict[str, list[Line]] = {code: [] for code in form.grid.axes}
    for indicator in form.grid.indicators.values():
        lines[indicator.axis].append(_line(form, indicator, previous.get(indicator.code)))
    return [
        AxisOfLines(axis.code, axis.label, axis.plain, tuple(lines[axis.code]))
        for axis in form.grid.axes.values()
    ]


def words_of(grid: Grid) -> list[tuple[str, str]]:
    """Words of the scales that carry a meaning in brackets, each once: « récent », « 12 mois ou moins »."""
    labels = dict.fromkeys(value.label for scale in grid.scales.values() for value in scale.values.values())
    return [(word, hint) for word, hint in map(split, labels) if hint]


def split(label: str) -> tuple[str, str]:
    """A word and what the grid says of it in brackets, if anything."""
    word, _bracket, hint = label.partition(" (")
    return word, hint.removesuffix(")")


def said(grid: Grid, indicator: Indicator, answer: Answer) -> str:
    """An answer in words: « actuel (30 jours ou moins), vu le 3 novembre 2026, dit par la victime »."""
    value = indicator.scale.values.get(answer.value)
    words = [
        value.label
        if value
        else pgettext("answer", "not known")
        if answer.value == UNKNOWN
        else GridWording(grid).number(indicator.code, answer.value)
    ]
    for code, said_of_it in answer.details.items():
        detail = indicator.details[code]
        words.append(f"{detail.label} : {_worded(detail.values, said_of_it)}")
    if answer.seen:
        words.append(_("seen on {day}").format(day=in_words(answer.seen, "j F Y")))
    if answer.source:
        words.append(grid.sources[answer.source])
    return ", ".join(words)


def _worded(values: Mapping[str, str], said_of_it: Any) -> str:
    if isinstance(said_of_it, bool):
        return _("yes") if said_of_it else _("no")
    if hasattr(said_of_it, "isoformat"):
        return in_words(said_of_it, "j F Y")
    return values.get(str(said_of_it), str(said_of_it))


def _line(form: AnswersForm, indicator: Indicator, before: Answer | None) -> Line:
    code, fields = indicator.code, form.fields[indicator.code]
    return Line(
        code=code,
        label=indicator.label,
        plain=indicator.plain,
        meaning=indicator.meaning.strip("— "),
        choices=tuple(_choices(indicator, fields[code])),
        specifics=tuple(_specifics(indicator, fields)),
        number=_number(indicator, fields),
        seen=fields[f"{code}-seen"],
        sources=tuple(
            Choice(source, label, "value", source == fields[f"{code}-source"])
            for source, label in form.grid.sources.items()
        ),
        note=fields[f"{code}-note"],
        previous=said(form.grid, indicator, before) if before else "",
        confirm=json.dumps(confirmed(form.grid, code, before, on=form.on)) if before else "",
        problems=tuple((name, form.problems[name]) for name in fields if name in form.problems),
        is_answered=bool(fields[code]),
        has_circumstances=any(fields[f"{code}-{name}"] for name in ("seen", "source", "note")),
    )


def confirmed(grid: Grid, code: str, before: Answer, *, on: date) -> Fields:
    """The fields of a line that give its previous answer again; a note belongs to its own reading."""
    again = offered(grid, code, before, on=on)
    given = Given(again.value, again.seen, again.source or "", again.details)
    return {name: text for name, text in fields_of(grid.indicators[code], given).items() if text}


def _choices(indicator: Indicator, checked: str) -> Iterator[Choice]:
    if indicator.scale.number:
        yield Choice(NUMBER, _("number known"), "value", checked == NUMBER, unfolds=True)
    wanted = indicator.when_active
    for value in indicator.scale.values.values():
        is_wanted = value.active if wanted is None else value.code in wanted
        lasts = indicator.lasting is not None and indicator.lasting.value == value.code
        word, hint = split(value.label)
        yield Choice(value.code, word, "value", checked == value.code, is_wanted or lasts, hint)
    yield Choice(UNKNOWN, pgettext("answer", "not known"), "unknown", checked == UNKNOWN)
    yield Choice("", _("not explored"), "unexplored", not checked)


def _number(indicator: Indicator, fields: Fields) -> Specific | None:
    if not indicator.scale.number:
        return None
    name = f"{indicator.code}.{indicator.scale.number}"
    return Specific(name, _("number"), "number", fields[name], ())


def _specifics(indicator: Indicator, fields: Fields) -> Iterator[Specific]:
    for detail in indicator.details.values():
        if detail.code == indicator.scale.number:
            continue
        name = f"{indicator.code}.{detail.code}"
        values = {"yes": _("yes"), "no": _("no")} if detail.kind == "flag" else detail.values
        choices = [Choice(value, label, "value", fields[name] == value) for value, label in values.items()]
        if choices:
            choices.append(Choice("", _("not said"), "unexplored", not fields[name]))
        kind = SHOWN_AS.get(detail.kind, detail.kind)
        yield Specific(name, detail.label, kind, fields[name], tuple(choices))
