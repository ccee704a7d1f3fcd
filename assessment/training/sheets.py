"""What one person fills in on one vignette: as it is stored, as the grid reads it, and what of it is handed in."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Self

from assessment.grid import Answer, Grid
from assessment.grids import load_grid
from assessment.models import Invitation, VignetteReading
from assessment.reading import read
from assessment.result import Result
from assessment.stored import Given
from assessment.vignettes import Vignette, load_vignette


@dataclass(frozen=True)
class Sheet:
    """One vignette, the grid it is read with, and what was filled in so far."""

    vignette: Vignette
    grid: Grid
    given: dict[str, Given]

    @classmethod
    def load(cls, invitation: Invitation, vignette: str, row: VignetteReading | None) -> Self:
        """The sheet of this row; an empty one where nothing was filled in yet."""
        grid = load_grid(invitation.grid)
        return cls(load_vignette(vignette), grid, unpack(grid, row.answers) if row else {})

    @property
    def answers(self) -> dict[str, Answer]:
        return {code: given.to_core() for code, given in self.given.items() if given.value}

    def result(self) -> Result:
        """The answers, read on the vignette's own day."""
        return read(self.grid, self.answers, on=self.vignette.on)

    def handed_in(self) -> dict[str, Any]:
        """What leaves: the answers chosen and what they come to. Dates, sources, details and notes stay."""
        result = self.result()
        return {
            "answers": {code: answer.value for code, answer in self.answers.items()},
            "dynamics": result.dynamics,
            "level": result.severity,
        }


def pack(given: Mapping[str, Given]) -> str:
    """JSON of everything that was filled in, for one sealed column."""
    lines = {
        code: {
            "value": each.value,
            "seen": each.seen.isoformat() if each.seen else "",
            "source": each.source,
            "details": {
                name: value.isoformat() if isinstance(value, date) else value
                for name, value in each.details.items()
            },
            "note": each.note,
        }
        for code, each in given.items()
        if not each.is_empty
    }
    return json.dumps(lines, ensure_ascii=False)


def unpack(grid: Grid, text: str) -> dict[str, Given]:
    """The other way; the grid says which details are dates."""
    lines = json.loads(text) if text else {}
    return {
        code: Given(
            value=line["value"],
            seen=date.fromisoformat(line["seen"]) if line["seen"] else None,
            source=line["source"],
            details={
                name: date.fromisoformat(value)
                if grid.indicators[code].details[name].kind == "date"
                else value
                for name, value in line["details"].items()
            },
            note=line["note"],
        )
        for code, line in lines.items()
    }
