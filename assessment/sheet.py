"""The page that a document for the file is printed on: its letters, its margins, what stands on every page."""

from collections.abc import Callable, Iterable
from io import BytesIO
from typing import Any

from django.utils.translation import gettext as _
from reportlab.lib.colors import HexColor
from reportlab.lib.enums import TA_LEFT
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import BaseDocTemplate, Flowable, Frame, PageTemplate, Paragraph, Table, TableStyle

from assessment.lettering import BOLD, ITALIC, USUAL, markup

INK, MUTED, LINE = HexColor("#1d2326"), HexColor("#545d63"), HexColor("#c9cfd3")
MARGIN, HEAD, FOOT = 18 * mm, 20 * mm, 22 * mm
WIDTH = A4[0] - 2 * MARGIN
LABEL_WIDTH = 42 * mm


def style(name: str, **changes: Any) -> ParagraphStyle:
    usual = {"fontName": USUAL, "fontSize": 9.5, "leading": 14, "textColor": INK, "alignment": TA_LEFT}
    return ParagraphStyle(name, **(usual | changes))


TITLE = style("title", fontName=BOLD, fontSize=16, leading=21, spaceAfter=4)
SECTION = style(
    "section", fontName=BOLD, fontSize=12, leading=16, spaceBefore=12, spaceAfter=4, keepWithNext=1
)
PART = style("part", fontName=BOLD, spaceBefore=8, spaceAfter=3, keepWithNext=1)
TEXT = style("text", spaceAfter=3)
STRONG = style("strong", fontName=BOLD, spaceAfter=3)
LABEL = style("label", textColor=MUTED)
FRAMED = style(
    "framed", fontName=BOLD, fontSize=13, leading=18, borderWidth=1.2, borderColor=INK, borderPadding=(3, 6, 5, 6),
    leftIndent=6, rightIndent=6, spaceBefore=10, spaceAfter=10,
)  # fmt: skip
NOTE = style("note", fontName=ITALIC, leftIndent=13 * mm + 6, spaceAfter=4)
SMALL = style("small", fontSize=8, leading=11, textColor=MUTED)
POINT = style("point", leftIndent=10, bulletIndent=0, bulletFontName=USUAL, spaceAfter=2)


def text(words: str, how: ParagraphStyle = TEXT) -> Paragraph:
    """A paragraph of what was typed: nothing in it is markup."""
    return Paragraph(markup(words), how)


def point(words: str) -> Paragraph:
    return Paragraph(markup(words), POINT, bulletText="•")


def facts(pairs: Iterable[tuple[str, str]]) -> Table:
    """Labels and texts; a text of several pages goes on over them."""
    rows = [[text(label, LABEL), text(words)] for label, words in pairs]
    return table(rows, [LABEL_WIDTH, WIDTH - LABEL_WIDTH], splitInRow=1)


def table(rows: list[list[Any]], widths: list[float], **how: Any) -> Table:
    made = Table(rows, colWidths=widths, **how)
    made.setStyle(
        TableStyle(
            [
                ("FONT", (0, 0), (-1, -1), USUAL),
                ("VALIGN", (0, 0), (-1, -1), "TOP"),
                ("LINEABOVE", (0, 0), (-1, -1), 0.4, LINE),
                ("LEFTPADDING", (0, 0), (0, -1), 0),
                ("TOPPADDING", (0, 0), (-1, -1), 2),
                ("BOTTOMPADDING", (0, 0), (-1, -1), 2),
            ]
        )
    )
    return made


def bound(
    story: Callable[[], Iterable[Flowable]], *, title: str, author: str, subject: str, marks: tuple[str, str]
) -> bytes:
    """The PDF: A4, searchable, in French, confidential, each page with its number and how many there are.

    Args:
        story: makes what is printed; called twice, since the pages must be counted before they are numbered.
        marks: two lines at the foot of each page, by which a loose one finds its file again.
    """
    information = {"title": title, "author": author, "subject": subject, "creator": "Pôle", "lang": "fr-BE"}
    counted = _Document(BytesIO(), marks, pages=0, **information)
    counted.build(list(story()))
    buffer = BytesIO()
    _Document(buffer, marks, pages=counted.page, **information).build(list(story()))
    return buffer.getvalue()


class _Document(BaseDocTemplate):  # type: ignore[misc] # reportlab ships no types
    def __init__(self, to: BytesIO, marks: tuple[str, str], *, pages: int, **information: str) -> None:
        super().__init__(to, pagesize=A4, initialFontName=USUAL, **information)
        self.marks, self.pages = marks, pages
        frame = Frame(MARGIN, FOOT, WIDTH, A4[1] - HEAD - FOOT, leftPadding=0, rightPadding=0)
        self.addPageTemplates([PageTemplate(frames=[frame], onPage=self._mark)])

    def _mark(self, canvas: Canvas, _document: BaseDocTemplate) -> None:
        """What stands on every page."""
        right, foot = A4[0] - MARGIN, FOOT - 4 * mm
        canvas.setViewerPreference("DisplayDocTitle", "true")
        canvas.setFillColor(MUTED)
        canvas.setStrokeColor(LINE)
        canvas.line(MARGIN, foot, right, foot)
        canvas.setFont(BOLD, 8)
        canvas.drawRightString(right, A4[1] - 13 * mm, _("Confidential, covered by professional secrecy"))
        canvas.setFont(USUAL, 8)
        number = _("page %(n)s of %(pages)s") % {"n": canvas.getPageNumber(), "pages": self.pages}
        canvas.drawRightString(right, foot - 4 * mm, number)
        top = foot - 1 * mm
        for words in self.marks:
            line = text(words, SMALL)
            _width, height = line.wrap(WIDTH - 25 * mm, FOOT)
            top -= height
            line.drawOn(canvas, MARGIN, top)
