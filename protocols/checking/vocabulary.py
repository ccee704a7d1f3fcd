"""Whether the facts that the rules may look at exist in the grid that they are read from."""

from django.utils.translation import gettext as _

from assessment.grid import Grid
from protocols.checking.findings import Findings, Kind
from protocols.terms import Protocol

KEPT_BY_READINGS = {"previous", "explored", "chosen"}
"""Grounds of every grid: a kept level, everything explored, a level chosen."""


def check_vocabulary(protocol: Protocol, grid: Grid, findings: Findings) -> None:
    """Codes and details that no reading can bring, so that rules on them wait for ever."""
    rules = {rule.code for rule in grid.rules}
    grounds = {*grid.markers, *grid.dynamics, *rules, *KEPT_BY_READINGS}
    known = {
        "markers": set(grid.markers),
        "indicators": set(grid.indicators),
        "dynamics": set(grid.dynamics),
        "other_grounds": grounds,
    }
    listed = findings.root.at(("reads",)).mapping()
    for name, codes in known.items():
        for k, code in enumerate(listed[name].words() if name in listed else ()):
            if code not in codes:
                _unknown(findings, grid, ("reads", name, k), code)
    for name in listed["details"].mapping() if "details" in listed else ():
        if name not in grid.vocabulary.facts:
            _unknown(findings, grid, ("reads", "details", name), name)


def _unknown(findings: Findings, grid: Grid, path: tuple[str | int, ...], code: str) -> None:
    text = _("The grid %(grid)s has no %(code)s: no reading brings this fact.")
    findings.fault(Kind.UNKNOWN_FACT, path, text % {"grid": grid.code, "code": code})
