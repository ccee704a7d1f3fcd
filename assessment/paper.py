"""A finalised reading on paper: what stands in the case's file, with the reasons and everything that was answered."""

from collections.abc import Iterable, Iterator
from io import BytesIO
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

import reportlab
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from reportlab.lib.colors import HexColor
from reportlab.lib.enums import TA_LEFT
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.platypus import (
    BaseDocTemplate,
    Flowable,
    Frame,
    KeepTogether,
    PageTemplate,
    Paragraph,
    Spacer,
    Table,
    TableStyle,
)

from assessment.explaining import Explanation, explained_reading
from assessment.grid import Grid, Level
from assessment.lines import said
from assessment.models import Reading
from assessment.stored import given_of, grid_of

FONTS = {"Pole": "Vera.ttf", "PoleBold": "VeraBd.ttf", "PoleItalic": "VeraIt.ttf"}
INK, MUTED, LINE = HexColor("#1d2326"), HexColor("#545d63"), HexColor("#c9cfd3")
MARGIN, FOOT = 18 * mm, 22 * mm
WIDTH = A4[0] - 2 * MARGIN
LINE_WIDTHS = [13 * mm, 68 * mm, WIDTH - 81 * mm]

_for_font = TTFont("Pole", str(Path(reportlab.__file__).parent / "fonts" / FONTS["Pole"]))
for _name, _file in FONTS.items():
    pdfmetrics.registerFont(TTFont(_name, str(Path(reportlab.__file__).parent / "fonts" / _file)))


def _style(name: str, **changes: Any) -> ParagraphStyle:
    usual = {"fontName": "Pole", "fontSize": 9.5, "leading": 14, "textColor": INK, "alignment": TA_LEFT}
    return ParagraphStyle(name, **(usual | changes))


TITLE = _style("title", fontName="PoleBold", fontSize=16, leading=21, spaceAfter=4)
SECTION = _style(
    "section", fontName="PoleBold", fontSize=12, leading=16, spaceBefore=12, spaceAfter=4, keepWithNext=1
)
AXIS = _style("axis", fontName="PoleBold", spaceBefore=8, spaceAfter=3, keepWithNext=1)
TEXT = _style("text", spaceAfter=3)
LABEL = _style("label", textColor=MUTED)
LEVEL = _style("level", fontName="PoleBold", fontSize=13, leading=18)
NOTE = _style("note", fontName="PoleItalic", leftIndent=13 * mm, spaceAfter=4)
SMALL = _style("small", fontSize=8, leading=11, textColor=MUTED)
POINT = _style("point", leftIndent=10, bulletIndent=0, spaceAfter=2)


def printed(reading: Reading) -> bytes:
    """The PDF of a finalised reading: A4, searchable, with page numbers and the notice of its grid."""
    buffer, grid = BytesIO(), grid_of(reading)
    document = BaseDocTemplate(
        buffer,
        pagesize=A4,
        leftMargin=MARGIN,
        rightMargin=MARGIN,
        topMargin=MARGIN,
        bottomMargin=FOOT,
        title=_("Reading of %(day)s, case %(reference)s")
        % {"day": _day(reading.finalised_at), "reference": reading.case.reference},
        author=reading.service.name,
        subject=grid.title,
        lang="fr-BE",
    )
    frame = Frame(MARGIN, FOOT, WIDTH, A4[1] - MARGIN - FOOT, leftPadding=0, rightPadding=0)

    def foot(canvas: Any, _document: Any) -> None:
        canvas.setFont("Pole", 8)
        canvas.setFillColor(MUTED)
        canvas.setStrokeColor(LINE)
        canvas.line(MARGIN, FOOT - 4 * mm, A4[0] - MARGIN, FOOT - 4 * mm)
        confidential = _("Confidential, covered by professional secrecy")
        canvas.drawString(MARGIN, FOOT - 8 * mm, f"{drawable(reading.service.name)} · {confidential}")
        canvas.drawRightString(A4[0] - MARGIN, FOOT - 8 * mm, _("page %(n)s") % {"n": canvas.getPageNumber()})
        canvas.drawString(MARGIN, FOOT - 12 * mm, _("Reading %(id)s") % {"id": reading.pk})

    document.addPageTemplates([PageTemplate(frames=[frame], onPage=foot)])
    document.build(list(_story(reading, grid)))
    return buffer.getvalue()


def drawable(text: str) -> str:
    """What the font can't draw, as its code point: a name in another script, a picture in a note stays readable."""
    known = _for_font.face.charToGlyph
    return "".join(each if ord(each) in known or each in "\n\t" else f"[U+{ord(each):04X}]" for each in text)


def _story(reading: Reading, grid: Grid) -> Iterator[Flowable]:
    explanation = explained_reading(reading)
    yield _text(_("Reading of %(day)s") % {"day": _day(reading.finalised_at)}, TITLE)
    yield _facts(
        [
            (_("Case"), reading.case.reference),
            (_("Service"), reading.service.name),
            (_("Author"), f"{reading.author.name}, {_moment(reading.finalised_at)}"),
            (_("Grid"), f"{grid.title} ({grid.code}, {grid.version})"),
        ]
    )
    yield _text(_("Level"), SECTION)
    yield _text(f"{_('In force')} : {_named(grid.levels[reading.in_force])}", LEVEL)
    yield _facts(list(_decision(reading, grid)))
    yield from _why(explanation)
    yield from _lacking(explanation)
    yield from _answers(reading, grid)
    yield Spacer(1, 10)
    references = [_text(each, SMALL) for each in grid.references]
    yield KeepTogether([_text(_("About the grid"), SECTION), _text(grid.notice, SMALL), *references])


def _decision(reading: Reading, grid: Grid) -> Iterator[tuple[str, str]]:
    yield _("Suggested by the grid"), _named(grid.levels[reading.suggested])
    yield _("Chosen by the author"), _named(grid.levels[reading.chosen])
    if reading.chosen_dynamics:
        yield _("Dynamics chosen by the author"), grid.dynamics[reading.chosen_dynamics].label
    if reading.motive:
        yield _("Motive"), reading.motive
    for back in reading.rounds.select_related("by"):
        yield _("Sent back"), f"{back.by.name}, {_moment(back.at)} : {back.question}"
    if reading.second_by:
        said_of_it = (
            f"{reading.second_by.name}, {_moment(reading.second_at)} : {reading.get_second_display()}"
        )
        yield _("Second reader"), "\n".join(filter(None, [said_of_it, reading.second_motive]))
    elif reading.is_lowered:
        yield _("Second reader"), str(reading.get_second_display())
    if reading.review_due_at:
        yield _("Next reading"), _moment(reading.review_due_at)


def _why(explanation: Explanation) -> Iterator[Flowable]:
    yield _text(_("What the grid says"), SECTION)
    yield _text(f"{_named(explanation.level)}. {explanation.level.plain}")
    for ground in (*explanation.decisive, *explanation.others):
        why = f" : {ground.why}" if ground.why else ""
        yield _point(f"{ground.label[:1].upper()}{ground.label[1:]} ({ground.level}){why}.")
    for caution in explanation.cautions:
        yield _text(caution, _style("caution", fontName="PoleBold", spaceAfter=3))
    if explanation.dynamics:
        yield _text(f"{_('Dynamics')} : {explanation.dynamics.label} ({explanation.dynamics.code})", AXIS)
        yield _text(explanation.dynamics.plain)
        if explanation.type_why:
            yield _point(f"{explanation.type_why[:1].upper()}{explanation.type_why[1:]}.")
    if explanation.markers:
        yield _text(_("Markers"), AXIS)
        for marker in explanation.markers:
            yield _point(f"{marker.label} ({marker.code})")


def _lacking(explanation: Explanation) -> Iterator[Flowable]:
    for title, labels in (
        (_("Not known or not explored, and they matter:"), explanation.lacking),
        (_("Without an answer this time:"), explanation.lost),
        (_("To check"), explanation.questions),
    ):
        if labels:
            yield _text(title, AXIS)
            yield from (_point(label) for label in labels)


def _answers(reading: Reading, grid: Grid) -> Iterator[Flowable]:
    """Every line of the grid in its order: the answer and its note, or that it was not explored."""
    given = given_of(reading)
    yield _text(_("Answers"), SECTION)
    for axis in grid.axes.values():
        yield _text(f"{axis.code}. {axis.label}", AXIS)
        for indicator in grid.indicators.values():
            if indicator.axis != axis.code:
                continue
            line = given.get(indicator.code)
            answer = (
                _text(said(grid, indicator, line.to_core()))
                if line and line.value
                else _text(_("not explored"), LABEL)
            )
            row = _table([[_text(indicator.code, LABEL), _text(indicator.label), answer]], LINE_WIDTHS)
            yield row
            if line and line.note:
                row.keepWithNext = 1
                yield _text(line.note, NOTE)  # below its line, and over as many pages as it needs


def _facts(pairs: Iterable[tuple[str, str]]) -> Table:
    """Labels and texts; a text of several pages goes on over them."""
    rows = [[_text(label, LABEL), _text(text)] for label, text in pairs]
    return _table(rows, [42 * mm, WIDTH - 42 * mm], splitInRow=1)


def _table(rows: list[list[Any]], widths: list[float], **how: Any) -> Table:
    table = Table(rows, colWidths=widths, **how)
    table.setStyle(
        TableStyle(
            [
                ("VALIGN", (0, 0), (-1, -1), "TOP"),
                ("LINEABOVE", (0, 0), (-1, -1), 0.4, LINE),
                ("LEFTPADDING", (0, 0), (0, -1), 0),
                ("TOPPADDING", (0, 0), (-1, -1), 2),
                ("BOTTOMPADDING", (0, 0), (-1, -1), 2),
            ]
        )
    )
    return table


def _text(text: str, style: ParagraphStyle = TEXT) -> Paragraph:
    """A paragraph of what was typed: nothing in it is markup."""
    return Paragraph(escape(drawable(str(text))).replace("\n", "<br/>"), style)


def _point(text: str) -> Paragraph:
    return Paragraph(escape(drawable(text)), POINT, bulletText="•")


def _named(level: Level) -> str:
    return f"{'NE' if level.value is None else level.value} · {level.label}"


def _day(at: Any) -> str:
    return date_format(timezone.localtime(at), "j F Y")


def _moment(at: Any) -> str:
    return date_format(timezone.localtime(at), "j F Y, H:i")
