"""Read answers with a grid: type of dynamics, suggested severity, and why. Pure: files and clock are
handed in.

The grid says everything that can be argued about; this module only interprets it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from assessment.compiled import compiled
from assessment.grid import Answer, Grid, InvalidAnswer, UnknownIndicator
from assessment.placing import Question
from assessment.result import Ground, Result

__all__ = [
    "Answer",
    "Ground",
    "InvalidAnswer",
    "Previous",
    "Question",
    "Result",
    "UnknownIndicator",
    "read",
]


@dataclass(frozen=True)
class Previous:
    """The same service's last finalised reading.

    Args:
        level: the level in force, of its own grid; None when it could not be assessed.
        answers: None when they are not known: everything then counts as new.
        on: its day; None counts from the day of the new reading.
        before: the level in force before it, which some markers look at.
    """

    level: int | None
    answers: Mapping[str, Answer] | None = None
    on: date | None = None
    before: int | None = None


def read(grid: Grid, answers: Mapping[str, Answer], *, on: date, previous: Previous | None = None) -> Result:
    """Read the answers with the grid: type of dynamics, suggested severity, and why.

    Args:
        answers: indicator code -> Answer. A code that is absent is *not explored*; `unknown` was asked
        and is not
            known. Neither ever lowers the result.
        on: the day of the reading in Brussels; recency is counted from it.
        previous: what the same service read last; None for a first reading.

    Raises:
        UnknownIndicator: a code that the grid does not define.
        InvalidAnswer: a value or detail that it does not take, a date last seen after `on`.
    """
    reader = compiled(grid)
    placed = reader.placing.place(answers, on)
    level_before = previous.level if previous else None
    before = None
    if previous and previous.answers is not None:
        before = reader.before(previous.answers, previous.on or on, previous.before)
    bare = dict(placed.facts)
    if level_before is not None:
        bare["previous"] = level_before
    facts = dict(bare)
    dynamics, reached = reader.levels(facts)
    severity = max((level for _, level in reached), default=None)

    not_known = tuple(code for code in reader.incomplete if f"{code}.known" not in facts)
    incomplete = bool(not_known or placed.missing)
    watched = reader.open if before is None else dict.fromkeys((*reader.open, *sorted(before.watched)))
    not_known_again = tuple(code for code in watched if f"{code}.known" not in facts)
    carried: tuple[str, ...] = ()
    if level_before is not None and reader.keeps(level_before):
        kept = reader.at_least(level_before)
        if incomplete or not_known_again:
            reached.append(("previous", kept))
            severity = max(level for _, level in reached)
        elif grid.retention.carried and before is not None:
            lost = tuple(code for code in before.known if f"{code}.known" not in facts)
            _, as_before = reader.levels({**before.only(lost), **bare})
            would_be = min(max((level for _, level in as_before), default=0), kept)
            if would_be > (severity or 0):
                severity, carried = would_be, lost
                reached.append(("previous", would_be))
    if severity is None and all(f"{code}.known" in facts for code in grid.lowest_wants):
        severity = grid.lowest.value
        reached.append(("explored", grid.lowest.value or 0))

    active = frozenset(code for code in answers if facts.get(code) is True)
    markers = tuple(code for code, holds, _ in reader.markers if holds(facts))
    return Result(
        grid=grid,
        on=on,
        dynamics=dynamics,
        severity=severity,
        markers=markers,
        active=active,
        strong=active & grid.strong,
        incomplete=incomplete,
        not_known=not_known,
        missing_details=tuple(placed.missing),
        open=bool(not_known_again),
        not_known_again=not_known_again,
        carried=carried,
        first=previous is None,
        previous_level=level_before,
        new_markers=tuple(code for code in markers if before is None or code not in before.markers),
        newly_active=active if before is None else active - before.active,
        due=reader.due(facts),
        previous_due=before.due if before else None,
        questions=tuple(placed.questions),
        caution_codes=tuple(caution.code for caution, holds in reader.cautions if holds(facts)),
        reached=tuple(reached),
        answers=answers,
        again=lambda more: read(grid, {**answers, **more}, on=on, previous=previous),
        facts=facts,
        compiled=reader,
    )
