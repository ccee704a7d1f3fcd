"""What each data category carries, built by allow-list from the case: one function a category, and nothing else.

The matrix says which categories may cross; here stands what a category is. The address of a shelter (C03) and the
content of an interview (C10) have no function, so nothing can carry them; inquiry data (C15) neither.
"""

from collections.abc import Callable, Iterable
from functools import cache
from pathlib import Path
from typing import Any

from assessment.grid import Grid
from assessment.grids import load_grid
from assessment.models import Reading
from cases.models import Case, MeasureKind, MeasureStatus, PersonRole
from pole.yamlfile import load

Lines = list[dict[str, Any]]
INCIDENTS_AT_MOST = 10


def content_for(*, case: Case | None, reading: Reading | None, categories: Iterable[str]) -> dict[str, Lines]:
    """Category -> its lines, each a mapping of short French labels' keys to plain values.

    A category about which the case holds nothing is left out: an empty heading would tell that it was asked.
    """
    source = _Source(case, reading)
    built = {category: BUILDERS[category](source) for category in sorted(categories) if category in BUILDERS}
    return {category: lines for category, lines in built.items() if lines}


def indicators_told(grid: Grid, category: str, lines: Lines) -> frozenset[str]:
    """Codes of the indicators whose answers these lines carry, in the words of this grid."""
    labels = {line["what"] for line in lines if "what" in line and "value" in line}
    codes = _indicators(grid.code).get(category, [])
    return frozenset(code for code in codes if grid.indicators[code].label in labels)


class _Source:
    """The case and the reading that speak; queries are made when a category asks."""

    def __init__(self, case: Case | None, reading: Reading | None) -> None:
        self.case, self.reading = case, reading

    def answers(self, category: str) -> Lines:
        """Active or known answers of the indicators that belong to the category."""
        if self.reading is None:
            return []
        grid = load_grid(self.reading.grid)
        wanted = _indicators(self.reading.grid).get(category, [])
        lines: Lines = []
        for answer in self.reading.answers.filter(
            indicator__in=wanted, service=self.reading.service_id
        ).order_by("indicator"):
            if answer.value in ("absent", "unknown"):
                continue
            indicator = grid.indicators[answer.indicator]
            value = indicator.scale.values.get(answer.value)
            lines.append(
                {
                    "what": indicator.label,
                    "value": value.label if value else answer.value,
                    "seen": answer.seen.isoformat() if answer.seen else None,
                    **{
                        indicator.details[key].label: said
                        for key, said in answer.details.items()
                        if key in indicator.details
                    },
                }
            )
        return lines


def _identity(source: _Source) -> Lines:
    if source.case is None:
        return []
    return [
        {
            "role": person.get_role_display(),
            "name": person.full_name,
            "birth_date": person.birth_date or None,
            "language": person.language or None,
        }
        for person in source.case.people.exclude(role=PersonRole.CHILD)
        .filter(service=source.case.service_id)
        .order_by("role", "id")
    ]


def _safe_contact(source: _Source) -> Lines:
    if source.case is None:
        return []
    followed = source.case.people.filter(role=PersonRole.FOLLOWED, service=source.case.service_id)
    return [
        {
            "phone": person.phone,
            "safe_hours": person.safe_hours or None,
            "code_word": person.code_word or None,
            "may_leave_message": person.may_leave_message,
            "never_contact": person.never_contact or None,
        }
        for person in followed
        if person.phone
    ]


def _dated_facts(source: _Source) -> Lines:
    if source.case is None:
        return []
    incidents = source.case.incidents.filter(service=source.case.service_id).order_by("-happened_on")
    return [
        {"on": incident.happened_on.isoformat(), "kind": incident.get_kind_display(), "text": incident.text}
        for incident in incidents[:INCIDENTS_AT_MOST]
    ]


def _reading(source: _Source) -> Lines:
    reading = source.reading
    if reading is None or reading.result is None:
        return []
    grid = load_grid(reading.grid)
    dynamics = reading.chosen_dynamics or reading.dynamics
    return [
        {
            "grid": reading.grid,
            "dynamics": dynamics,
            "dynamics_label": grid.dynamics[dynamics].label if dynamics else "",
            "level": reading.in_force,
            "level_label": grid.levels[reading.in_force].label,
            "markers": [{"code": code, "label": grid.markers[code].label} for code in reading.markers],
            "incomplete": reading.incomplete,
        }
    ]


def _dates_at_risk(source: _Source) -> Lines:
    lines = source.answers("C06")
    if source.case is not None:
        ending = source.case.measures.filter(
            service=source.case.service_id, ends_on__isnull=False, status=MeasureStatus.IN_FORCE
        ).exclude(kind=MeasureKind.MOBILE_ALARM)
        lines += [
            {"what": measure.get_kind_display(), "ends_on": _iso(measure.ends_on)} for measure in ending
        ]
    return lines


def _measures(source: _Source) -> Lines:
    return _measure_lines(source, alarms=False)


def _alarm(source: _Source) -> Lines:
    return _measure_lines(source, alarms=True)


def _measure_lines(source: _Source, *, alarms: bool) -> Lines:
    if source.case is None:
        return []
    measures = source.case.measures.filter(service=source.case.service_id).exclude(status=MeasureStatus.ENDED)
    return [
        {
            "what": measure.get_kind_display(),
            "status": measure.get_status_display(),
            "starts_on": _iso(measure.starts_on),
            "ends_on": _iso(measure.ends_on),
            "breached_on": _iso(measure.breached_on),
        }
        for measure in measures
        if (measure.kind == MeasureKind.MOBILE_ALARM) is alarms
    ]


def _children(source: _Source) -> Lines:
    lines = source.answers("C12")
    if source.case is not None:
        children = source.case.people.filter(role=PersonRole.CHILD, service=source.case.service_id)
        lines += [{"role": "enfant", "birth_date": child.birth_date or None} for child in children]
    return lines


def _plan(source: _Source) -> Lines:
    if source.case is None:
        return []
    tasks = source.case.tasks.filter(service=source.case.service_id, done_at=None, in_plan=True)
    return [{"what": task.text, "due": _iso(task.due_at)} for task in tasks]


def _answers_of(category: str) -> Callable[[_Source], Lines]:
    return lambda source: source.answers(category)


BUILDERS: dict[str, Callable[[_Source], Lines]] = {
    "C01": _identity,
    "C02": _safe_contact,
    "C04": _dated_facts,
    "C05": _reading,
    "C06": _dates_at_risk,
    "C07": _measures,
    "C08": _alarm,
    "C09": _answers_of("C09"),
    "C11": _answers_of("C11"),
    "C12": _children,
    "C13": _answers_of("C13"),
    "C14": _plan,
    "C16": _answers_of("C16"),
}


@cache
def _indicators(grid: str) -> dict[str, list[str]]:
    node = load(Path(__file__).with_name("content.yaml"))
    plain: dict[str, dict[str, list[str]]] = node.plain()
    return plain.get(grid, {})


def _iso(moment: Any) -> str | None:
    return moment.isoformat() if moment else None
