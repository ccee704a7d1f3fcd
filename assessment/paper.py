"""A finalised reading on paper: what stands in the case's file, with the reasons and everything that was answered."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from reportlab.lib.units import mm
from reportlab.platypus import Flowable, KeepTogether, Spacer

from assessment.explaining import Explanation, ShownMarker, explained_reading
from assessment.grid import Grid, Level
from assessment.lettering import NO_BREAK
from assessment.lines import said
from assessment.models import Reading, SentBack
from assessment.sheet import (
    FRAMED,
    LABEL,
    NOTE,
    PART,
    SECTION,
    SMALL,
    STRONG,
    TITLE,
    WIDTH,
    bound,
    facts,
    point,
    table,
    text,
)
from assessment.stored import Given, given_of, grid_of
from pole.dates import in_words

LINE_WIDTHS = [13 * mm, 68 * mm, WIDTH - 81 * mm]
COLON = f"{NO_BREAK}: "


def printed(reading: Reading, *, by: str, at: datetime) -> bytes:
    """The PDF of a finalised reading; every page says who took it out of Pôle, and when."""
    grid, given, rounds = grid_of(reading), given_of(reading), list(reading.rounds.select_related("by"))
    title = _("Reading of %(day)s, case %(reference)s") % {
        "day": _day(reading.finalised_at),
        "reference": reading.case.reference,
    }
    taken_out = _("Taken out of Pôle by %(name)s, %(at)s") % {"name": by, "at": _moment(at)}
    return bound(
        lambda: story(reading, grid, given, rounds),
        title=title,
        author=reading.service.name,
        subject=grid.title,
        marks=(f"{title} · {reading.pk}", taken_out),
    )


def story(
    reading: Reading, grid: Grid, given: Mapping[str, Given], rounds: Sequence[SentBack]
) -> Iterator[Flowable]:
    """What is printed, from the first page to the last.

    Args:
        given: by indicator, with the notes.
        rounds: of a second reading that went back to the author.
    """
    explanation = explained_reading(reading)
    yield text(_("Reading of %(day)s") % {"day": _day(reading.finalised_at)}, TITLE)
    yield facts(
        [
            (_("Case"), reading.case.reference),
            (_("Service"), reading.service.name),
            (_("Author"), f"{reading.author.name}, {_moment(reading.finalised_at)}"),
            (_("Grid"), f"{grid.title} ({grid.code}, {_('version')} {grid.version})"),
            (_("What it is"), grid.notice),
        ]
    )
    yield text(_("Level"), SECTION)
    yield text(f"{_('In force')}{COLON}{_named(grid.levels[reading.in_force])}", FRAMED)
    yield facts(list(_decision(reading, grid, rounds)))
    yield from _why(explanation)
    yield from _lacking(explanation)
    yield from _answers(grid, given)
    if grid.references:
        yield Spacer(1, 10)
        references = [text(each, SMALL) for each in grid.references]
        yield KeepTogether([text(_("Sources of the grid"), SECTION), *references])


def _decision(reading: Reading, grid: Grid, rounds: Sequence[SentBack]) -> Iterator[tuple[str, str]]:
    yield _("Suggested by the grid"), _named(grid.levels[reading.suggested])
    yield _("Chosen by the author"), _named(grid.levels[reading.chosen])
    if reading.chosen_dynamics:
        yield _("Dynamics chosen by the author"), grid.dynamics[reading.chosen_dynamics].label
    if reading.motive:
        yield _("Motive"), reading.motive
    for back in rounds:
        yield _("Sent back"), f"{back.by.name}, {_moment(back.at)}{COLON}{back.question}"
    if reading.second_by:
        who = f"{reading.second_by.name}, {_moment(reading.second_at)}"
        yield (
            _("Second reader"),
            "\n".join(filter(None, [f"{who}{COLON}{reading.get_second_display()}", reading.second_motive])),
        )
    elif reading.is_lowered:
        yield _("Second reader"), str(reading.get_second_display())
    if reading.review_due_at:
        yield _("Next reading"), _moment(reading.review_due_at)


def _why(explanation: Explanation) -> Iterator[Flowable]:
    yield text(_("What the grid says"), SECTION)
    yield text(f"{_named(explanation.level)}. {explanation.level.plain}")
    for ground in (*explanation.decisive, *explanation.others):
        why = f"{COLON}{ground.why}" if ground.why else ""
        yield point(f"{_sentence(ground.label)} ({ground.level}){why}.")
    for caution in explanation.cautions:
        yield text(caution, STRONG)
    if explanation.dynamics:
        yield text(f"{_('Dynamics')}{COLON}{explanation.dynamics.label} ({explanation.dynamics.code})", PART)
        yield text(explanation.dynamics.plain)
        if explanation.type_why:
            yield point(f"{_sentence(explanation.type_why)}.")
    yield text(_("Markers"), PART)
    if not explanation.markers:
        yield text(pgettext("markers", "None"))
    for marker in explanation.markers:
        yield point(_marker(marker, is_first=explanation.previous_level is None))


def _marker(marker: ShownMarker, *, is_first: bool) -> str:
    new = f", {pgettext('marker', 'new')}" if marker.is_new and not is_first else ""
    return f"{marker.label} ({marker.code}{new})"


def _lacking(explanation: Explanation) -> Iterator[Flowable]:
    for title, labels in (
        (_("Not known or not explored, and they matter:"), explanation.lacking),
        (_("Without an answer this time:"), explanation.lost),
        (_("To check"), explanation.questions),
    ):
        if labels:
            yield text(title, PART)
            yield from (point(label) for label in labels)


def _answers(grid: Grid, given: Mapping[str, Given]) -> Iterator[Flowable]:
    """Every line of the grid in its order: the answer and its note, or that it was not explored."""
    yield text(_("Answers"), SECTION)
    for axis in grid.axes.values():
        yield text(f"{axis.code}. {axis.label}", PART)
        for indicator in grid.indicators.values():
            if indicator.axis != axis.code:
                continue
            line = given.get(indicator.code)
            answer = text(_("not explored"), LABEL)
            if line and line.value:
                answer = text(said(grid, indicator, line.to_core()))
            row = table([[text(indicator.code, LABEL), text(indicator.label), answer]], LINE_WIDTHS)
            yield row
            if line and line.note:
                row.keepWithNext = 1
                yield text(line.note, NOTE)  # below its line, and over as many pages as it needs


def _sentence(words: str) -> str:
    return f"{words[:1].upper()}{words[1:]}"


def _named(level: Level) -> str:
    return f"{'NE' if level.value is None else level.value} · {level.label}"


def _day(at: datetime | None) -> str:
    return in_words(timezone.localtime(at), "j F Y")


def _moment(at: datetime | None) -> str:
    return in_words(timezone.localtime(at), "j F Y, H:i")
