"""A result as plain data: what is stored of a reading, and exported. Pure."""

from __future__ import annotations

from datetime import date
from typing import Any

from assessment.result import Result
from assessment.sentences import explain, why
from assessment.wording import GridWording


def as_plain_data(result: Result) -> dict[str, Any]:
    """Everything needed to show the reading again without its grid."""
    grid, wording = result.grid, GridWording(result.grid)
    return {
        "grid": grid.code,
        "version": grid.version,
        "on": result.on.isoformat(),
        "dynamics": result.dynamics,
        "dynamics_label": grid.dynamics[result.dynamics].label if result.dynamics else "",
        "severity": result.severity,
        "severity_label": result.level.label,
        "markers": [{"code": code, "label": grid.markers[code].label} for code in result.markers],
        "new_markers": list(result.new_markers),
        "active": sorted(result.active),
        "newly_active": sorted(result.newly_active),
        "strong": sorted(result.strong),
        "incomplete": result.incomplete,
        "not_known": list(result.not_known),
        "missing_details": list(result.missing_details),
        "open": result.open,
        "not_known_again": list(result.not_known_again),
        "carried": list(result.carried),
        "first": result.first,
        "previous_level": result.previous_level,
        "due": result.due.isoformat() if result.due else None,
        "due_is_new": result.due_is_new,
        "details": {
            name: value.isoformat() if isinstance(value, date) else value
            for name, value in result.details().items()
        },
        "grounds": [
            {
                "code": ground.code,
                "level": ground.level,
                "label": wording.ground(ground.code),
                "causes": sorted(ground.causes),
                "why": why(result, ground.code, ground.level),
            }
            for ground in result.grounds
        ],
        "questions": [
            {"code": asked.code, "kind": asked.kind, "text": wording.question(asked)}
            for asked in result.questions
        ],
        "cautions": [
            {"code": caution.code, "text": caution.text}
            for caution in grid.cautions
            if caution.code in result.caution_codes
        ],
        "explanation": explain(result),
    }
