"""The text of a draft before anybody reads it as a protocol: of nothing, of a signed one, as it comes from a form."""

import re
from datetime import date, timedelta
from pathlib import Path

from protocols.refusals import TooLong

LONGEST = 200_000
"""Characters of a draft: ten times the longest protocol that comes with Pôle, and still read while somebody waits."""
SKELETON = Path(__file__).parent / "skeleton.yaml"
YEAR = timedelta(days=364)


def skeleton(identifier: str, first: date) -> str:
    """An empty protocol of a year, from its first day."""
    text = SKELETON.read_text()
    for word, value in (("IDENTIFIER", identifier), ("FIRST", first), ("LAST", first + YEAR)):
        text = text.replace(word, str(value), 1)
    return text


def unsigned(text: str) -> str:
    """Without the day on which an older text says it was signed."""
    return re.sub(r"(?m)^signed_on: .*\n", "", text, count=1)


def as_kept(text: str) -> str:
    """With one character at an end of line, where a form sends two: the same text is the same bytes.

    Raises:
        TooLong
    """
    text = text.replace("\r\n", "\n")
    if len(text) > LONGEST:
        raise TooLong
    return text
