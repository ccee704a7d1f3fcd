"""Two finalised readings of one case side by side: what the grid retained, and every answer that differs."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from assessment.grid import Answer, Grid
from assessment.lines import said
from assessment.models import Reading
from assessment.retained import Change, Retained, change
from assessment.stored import answers_of, grid_of


@dataclass(frozen=True, slots=True)
class Difference:
    """One line of the grid, answered otherwise. Empty words: not explored on that side.

    `what` names the parts that differ, where both sides have an answer: the answer itself, its date, its source.
    """

    code: str
    label: str
    earlier: str
    later: str
    what: tuple[str | Promise, ...] = ()


@dataclass(frozen=True, slots=True)
class Comparison:
    """What `assessment/_comparison.html` shows. `left_out`: lines that only one of the two grids has."""

    earlier: Retained
    later: Retained
    change: Change
    differences: tuple[Difference, ...]
    same: int
    left_out: int

    @property
    def sides(self) -> tuple[Retained, Retained]:
        return self.earlier, self.later

    @property
    def answered_otherwise(self) -> list[Difference]:
        return [line for line in self.differences if line.earlier and line.later]

    @property
    def newly_explored(self) -> list[Difference]:
        return [line for line in self.differences if not line.earlier]

    @property
    def no_longer_explored(self) -> list[Difference]:
        return [line for line in self.differences if not line.later]

    @property
    def is_unchanged(self) -> bool:
        return self.change.is_none and not self.differences

    @property
    def grids_differ(self) -> bool:
        return self.earlier.reading.grid != self.later.reading.grid


def compare(one: Reading, other: Reading) -> Comparison:
    """The earlier against the later, whichever is given first. Two queries: the answers of each."""
    earlier, later = sorted((one, other), key=lambda reading: (reading.finalised_at, reading.pk))
    before, after = grid_of(earlier), grid_of(later)
    common = [code for code in after.indicators if _is_same_line(before, after, code)]
    then, now = answers_of(earlier), answers_of(later)
    differences = [
        Difference(
            code, after.indicators[code].label, *words, what=tuple(_parts(then.get(code), now.get(code)))
        )
        for code in common
        if (words := (_said(before, code, then), _said(after, code, now)))[0] != words[1]
    ]
    sides = Retained.of(earlier), Retained.of(later)
    return Comparison(
        *sides,
        change=change(*sides),
        differences=tuple(differences),
        same=len([code for code in common if code in now]) - len([d for d in differences if d.later]),
        left_out=len({*before.indicators, *after.indicators} - set(common)),
    )


def _is_same_line(before: Grid, after: Grid, code: str) -> bool:
    """A code says the same in two grids where its words are the same; another version may have reused it."""
    return code in before.indicators and before.indicators[code].label == after.indicators[code].label


def _said(grid: Grid, code: str, answers: Mapping[str, Answer]) -> str:
    return said(grid, grid.indicators[code], answers[code]) if code in answers else ""


def _parts(then: Answer | None, now: Answer | None) -> Iterator[str | Promise]:
    if then is None or now is None:
        return
    if then.value != now.value:
        yield _("answer")
    if then.details != now.details:
        yield _("details")
    if then.seen != now.seen:
        yield _("date")
    if then.source != now.source:
        yield _("source")
