"""Which font draws which character of a document on paper, so that what was typed can be read on it.

Vera, which comes with reportlab, draws Latin letters. Other letters and signs are drawn with DejaVu where the machine
has it (Debian's fonts-dejavu-core); what neither can draw, or only wrongly, stands as its code point.
"""

import re
import unicodedata
from collections.abc import Callable, Container, Iterator
from itertools import groupby
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

import reportlab
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont

USUAL, BOLD, ITALIC, OTHER = "Pole", "PoleBold", "PoleItalic", "PoleOther"
VERA = Path(reportlab.__file__).parent / "fonts"
FILES = {
    USUAL: VERA / "Vera.ttf",
    BOLD: VERA / "VeraBd.ttf",
    ITALIC: VERA / "VeraIt.ttf",
    OTHER: Path("/usr/share/fonts/truetype/dejavu/DejaVuSans.ttf"),
}
NO_BREAK = "\u00a0"
# Spaces that typography makes narrow. On paper they are plain ones: Vera has no others, and a search finds them.
NARROW = str.maketrans(
    dict.fromkeys("\u202f\u2007", NO_BREAK) | dict.fromkeys("\u2009\u200a\u2002\u2003", " ")
)
LINES = str.maketrans(dict.fromkeys("\u2028\u2029\u0085\v\f", "\n") | {"\t": NO_BREAK * 4})
UNSEEN = frozenset("\u200b\u200c\u200d\u200e\u200f\u2060\ufeff\ufe0e\ufe0f")
# Written from right to left, joined, or stacked: needs more than a font to be drawn rightly.
NOT_IN_A_ROW = frozenset({"R", "AL", "AN", "NSM"})
# Beyond it reportlab draws, but tells a search something else.
LAST_SEARCHED = 0xFFFF

for _name, _file in FILES.items():
    if _file.exists():
        pdfmetrics.registerFont(TTFont(_name, str(_file)))


def glyphs(font: str) -> Container[int]:
    """The code points that a font draws; none where the machine lacks it."""
    if font not in pdfmetrics.getRegisteredFontNames():
        return ()
    face: Any = pdfmetrics.getFont(font).face
    drawn: dict[int, int] = face.charToGlyph
    return drawn.keys()


def runs(text: str, drawn_by: Callable[[str], Container[int]] = glyphs) -> Iterator[tuple[str, str]]:
    """The text in pieces, each with the font to draw it: `USUAL` (or its bold and italic), or `OTHER`.

    Letters with their accents apart become one; spaces and line ends of every kind become the plain ones; marks that
    only steer a screen are left out.
    """
    text = unicodedata.normalize("NFC", text.replace("\r\n", "\n")).translate(NARROW).translate(LINES)
    usual, other = drawn_by(USUAL), drawn_by(OTHER)

    def placed(each: str) -> tuple[str, str]:
        if each in "\n " or ord(each) in usual:
            return USUAL, each
        if (
            ord(each) in other
            and ord(each) <= LAST_SEARCHED
            and unicodedata.bidirectional(each) not in NOT_IN_A_ROW
        ):
            return OTHER, each
        return USUAL, f"[U+{ord(each):04X}]"

    pieces = (placed(each) for each in text if each not in UNSEEN)
    for font, parts in groupby(pieces, key=lambda piece: piece[0]):
        yield font, "".join(part for _, part in parts)


def markup(text: str) -> str:
    """For a reportlab paragraph: nothing that was typed is markup; line ends and indents stay."""
    pieces = []
    for font, piece in runs(text):
        held = re.sub(r"^ +|(?<=\n) +| {2,}", lambda spaces: NO_BREAK * len(spaces[0]), piece)
        said = escape(held).replace("\n", "<br/>")
        pieces.append(f'<font name="{font}">{said}</font>' if font == OTHER else said)
    return "".join(pieces)
