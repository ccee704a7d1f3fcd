"""What a result says to whoever reads it: type, level, why, what is lacking. Sentences before codes."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from assessment.against_case import asked_of_case
from assessment.grid import Dynamics, Grid, Level
from assessment.models import Reading
from assessment.plain import as_plain_data
from assessment.result import Result
from assessment.scale import common_level
from assessment.sentences import explain_asking
from assessment.stored import grid_of
from cases.models import Case


@dataclass(frozen=True, slots=True)
class ShownMarker:
    """A marker that holds, and whom the grid thinks of first: information, never an order."""

    code: str
    label: str
    whom_first: str
    is_new: bool


@dataclass(frozen=True, slots=True)
class ShownGround:
    """Something that reached a level: its name, and why as a clause."""

    code: str
    label: str
    level: int
    why: str


@dataclass(frozen=True, slots=True)
class Explanation:
    """A result in the grid's words, for `assessment/_result.html`. `dynamics` None: a grid without types.

    `asking`: what asking could change, in a result just computed.
    """

    grid: Grid
    dynamics: Dynamics | None
    level: Level
    decisive: tuple[ShownGround, ...]
    others: tuple[ShownGround, ...]
    type_why: str
    markers: tuple[ShownMarker, ...]
    is_incomplete: bool
    lacking: tuple[str, ...]
    lost: tuple[str, ...]
    questions: tuple[str, ...]
    cautions: tuple[str, ...]
    previous_level: Level | None
    asking: tuple[str, ...] = ()


def explained(result: Result, case: Case | None = None) -> Explanation:
    """A result just computed; with a case, also what the answers ask of its file."""
    shown = _explained(as_plain_data(result), result.grid)
    asked = asked_of_case(result.grid, result.answers, case) if case else []
    questions = (*shown.questions, *asked)
    return replace(shown, questions=questions, asking=tuple(explain_asking(result)))


def explained_reading(reading: Reading) -> Explanation:
    """A finalised reading, as it was computed on its day; what it left open is in `assessment.left_open`."""
    return _explained(reading.result or {}, grid_of(reading))


def _explained(stored: Mapping[str, Any], grid: Grid) -> Explanation:
    dynamics = stored["dynamics"]
    grounds = [
        ShownGround(ground["code"], ground["label"], ground["level"], ground["why"])
        for ground in stored["grounds"]
    ]
    decisive = tuple(ground for ground in grounds if ground.level == stored["severity"])
    return Explanation(
        grid=grid,
        dynamics=grid.dynamics[dynamics] if dynamics else None,
        level=grid.levels[stored["severity"]],
        decisive=decisive,
        others=tuple(ground for ground in grounds if ground not in decisive),
        type_why=next((ground.why for ground in grounds if ground.code == dynamics), ""),
        markers=tuple(
            ShownMarker(
                marker["code"],
                marker["label"],
                grid.markers[marker["code"]].whom_first,
                marker["code"] in stored["new_markers"],
            )
            for marker in stored["markers"]
        ),
        is_incomplete=stored["incomplete"],
        lacking=_labels(grid, [*stored["not_known"], *stored["missing_details"]]),
        lost=_labels(grid, [code for code in stored["not_known_again"] if code not in stored["not_known"]]),
        questions=tuple(question["text"] for question in stored["questions"]),
        cautions=tuple(caution["text"] for caution in stored["cautions"]),
        # Of another grid, perhaps, which had other levels.
        previous_level=None if stored["first"] else common_level(stored["previous_level"]),
    )


def _labels(grid: Grid, codes: Iterable[str]) -> tuple[str, ...]:
    """« Étranglement / étouffement », or « moyens à disposition (Menace de tuer…) » for a detail."""
    labels = []
    for code in codes:
        indicator_code, _, detail = code.partition(".")
        indicator = grid.indicators[indicator_code]
        if detail:
            labels.append(f"{indicator.label} : {indicator.details[detail].label}")
        else:
            labels.append(indicator.label)
    return tuple(labels)
