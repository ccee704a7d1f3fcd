"""Where two sequences of lines or words differ, in a time that no text can draw out. Pure."""

from collections import Counter
from collections.abc import Iterable, Sequence
from difflib import SequenceMatcher
from itertools import takewhile
from typing import Any

PAIRS = 500_000
"""Of equal items, what is compared in a second: their number grows with the square of what a text repeats."""


class Matcher(SequenceMatcher[str]):
    """Texts that repeat an item too often count as changed from their first difference to their last."""

    def __init__(self, before: Sequence[str], after: Sequence[str]) -> None:
        self.before, self.after = list(before), list(after)
        super().__init__(None, before, after, autojunk=False)

    def get_opcodes(self) -> list[Any]:
        before, after = self.before, self.after
        often = Counter(after)
        if sum(often[item] for item in before) <= PAIRS:
            return super().get_opcodes()
        head = _same(zip(before, after, strict=False))
        tail = _same(zip(reversed(before[head:]), reversed(after[head:]), strict=False))
        end, last = len(before) - tail, len(after) - tail
        found = [
            ("equal", 0, head, 0, head),
            ("replace", head, end, head, last),
            ("equal", end, len(before), last, len(after)),
        ]
        return [each for each in found if each[1] < each[2] or each[3] < each[4]]


def _same(pairs: Iterable[tuple[str, str]]) -> int:
    """How many pairs in a row are equal."""
    return sum(1 for _pair in takewhile(lambda pair: pair[0] == pair[1], pairs))
