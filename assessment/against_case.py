"""Answers against what the case's file holds: where the two do not go together, whoever reads is asked.

Source: `against_case.yaml` beside this file.
"""

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from django.db.models import Q
from django.utils import timezone

from assessment.grid import Answer, Grid
from assessment.wording import GridWording
from cases.models import Case, Measure, MeasureStatus
from pole.yamlfile import load

NO_MEASURE = "none"


def asked_of_case(grid: Grid, answers: Mapping[str, Answer], case: Case) -> list[str]:
    """One sentence for each answer that the case's file contradicts."""
    lines = _lines().get(grid.code)
    if not lines:
        return []
    state, wording = _measure_of(case), GridWording(grid)
    return [
        f"{wording.indicator(line['indicator'])} : {line['ask']}"
        for line in lines
        if state in line["measure"]
        and (answer := answers.get(line["indicator"]))
        and answer.value in line["values"]
    ]


def _measure_of(case: Case) -> str:
    """The gravest state among the case's measures that have not ended."""
    states = set(
        Measure.objects.filter(case=case)
        .exclude(Q(status=MeasureStatus.ENDED) | Q(ends_on__lt=timezone.localdate()))
        .values_list("status", flat=True)
    )
    if MeasureStatus.BREACHED in states:
        return MeasureStatus.BREACHED
    return MeasureStatus.IN_FORCE if states else NO_MEASURE


@cache
def _lines() -> dict[str, list[dict[str, Any]]]:
    plain: dict[str, list[dict[str, Any]]] = load(Path(__file__).with_suffix(".yaml")).plain()
    return plain
