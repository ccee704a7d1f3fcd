"""What a PDF of reportlab's says to whoever searches it: the words of each page, by the fonts' own tables."""

import base64
import re
import zlib
from dataclasses import dataclass

OBJECT = re.compile(rb"^(\d+) 0 obj\n(.*?)\nendobj", re.M | re.S)
STREAM = re.compile(rb"/Length (\d+).*?stream\r?\n", re.S)
SHOWN = re.compile(rb"/(F\d+\+\d+) [\d.]+ Tf|\(((?:\\.|[^\\()])*)\) Tj|(T\*)", re.S)
ESCAPED = re.compile(rb"\\([0-7]{3}|.)", re.S)


@dataclass(frozen=True)
class Pdf:
    """`pages`: the words of each, line by line. `fonts`: name of each, and whether the file holds its letters."""

    pages: list[str]
    fonts: dict[str, bool]
    raw: bytes

    @property
    def words(self) -> str:
        """Everything, lines and pages run together by one space."""
        return " ".join(" ".join(self.pages).split())


def opened(pdf: bytes) -> Pdf:
    objects = {int(number): body for number, body in OBJECT.findall(pdf)}
    fonts = [body for body in objects.values() if b"/Type /Font\n" in body or b"/Type /Font " in body]
    letters = {
        re.search(rb"/Name /(\S+)", body)[1]: _letters(_stream(objects[int(table[1])]))
        for body in fonts
        if (table := re.search(rb"/ToUnicode (\d+) 0 R", body))
    }
    pages = [body for body in objects.values() if re.search(rb"/Type /Page\b", body)]
    return Pdf(
        [
            _words(_stream(objects[int(re.search(rb"/Contents (\d+) 0 R", body)[1])]), letters)
            for body in pages
        ],
        {re.search(rb"/BaseFont /(\S+)", body)[1].decode(): b"/FontDescriptor" in body for body in fonts},
        pdf,
    )


def _stream(body: bytes) -> bytes:
    start = STREAM.search(body)
    data = body[start.end() :][: int(start[1])]
    if b"/ASCII85Decode" in body:
        data = base64.a85decode(data.strip().removesuffix(b"~>"))
    return zlib.decompress(data) if b"/FlateDecode" in body else data


def _letters(table: bytes) -> dict[int, str]:
    """The character of each byte."""
    return {
        int(byte, 16): bytes.fromhex(letter.decode()).decode("utf-16-be")
        for byte, letter in re.findall(rb"^<(\w\w)> <(\w{4,})>$", table, re.M)
    }


def _words(content: bytes, letters: dict[bytes, dict[int, str]]) -> str:
    said, font = [], {}
    for name, shown, line in SHOWN.findall(content):
        if name:
            font = letters[name]
        elif line:
            said.append("\n")
        else:
            said.append("".join(font.get(byte, "\ufffd") for byte in ESCAPED.sub(_byte, shown)))
    return "".join(said)


def _byte(escape: re.Match[bytes]) -> bytes:
    said = escape[1]
    if len(said) == 3:
        return bytes([int(said, 8)])
    return {b"n": b"\n", b"r": b"\r", b"t": b"\t", b"b": b"\b", b"f": b"\f"}.get(said, said)
