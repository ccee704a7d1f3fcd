"""How far one is with a grid: axis by axis, which step comes next, what the previous reading still asks."""

from collections.abc import Collection
from dataclasses import dataclass

from assessment.grid import Grid


@dataclass(frozen=True, slots=True)
class ToReview:
    """Answers of the previous reading that wait for an answer of today."""

    count: int
    axis: str
    code: str


@dataclass(frozen=True, slots=True)
class Step:
    """One axis at a time: which, and those before and after it. Empty where there is none."""

    axis: str
    number: int
    total: int
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Progress:
    """How far one is with an axis."""

    code: str
    label: str
    answered: int
    total: int

    @property
    def is_done(self) -> bool:
        return self.answered == self.total


def progress_of(grid: Grid, answered: Collection[str]) -> list[Progress]:
    """How far one is, axis by axis."""
    found = []
    for axis in grid.axes.values():
        codes = [code for code, indicator in grid.indicators.items() if indicator.axis == axis.code]
        if codes:
            found.append(Progress(axis.code, axis.label, sum(code in answered for code in codes), len(codes)))
    return found


def to_review(grid: Grid, answered: Collection[str], previous: Collection[str]) -> ToReview | None:
    """How many previous answers nobody confirmed or changed yet, and where the first stands."""
    waiting = [code for code in grid.indicators if code in previous and code not in answered]
    return ToReview(len(waiting), grid.indicators[waiting[0]].axis, waiting[0]) if waiting else None


def step_of(grid: Grid, axis: str) -> Step | None:
    """The step that shows this axis alone; None, the whole grid on one page, for no axis of the grid."""
    axes = list(grid.axes)
    if axis not in axes:
        return None
    n = axes.index(axis)
    return Step(axis, n + 1, len(axes), axes[n - 1] if n else "", axes[n + 1] if n + 1 < len(axes) else "")
