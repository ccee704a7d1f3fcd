"""Rules and conditions that can never hold, or that always do."""

from django.utils.translation import gettext as _

from pole.conditions import All, Condition, Test
from pole.conditions.places import Idle, Path, Placed, idle_parts
from pole.conditions.search import SearchTooLong
from protocols.checking.findings import Findings, Kind, placed_rules
from protocols.checking.possible import Possible, Witness
from protocols.terms import Protocol, Rule


class Asking:
    """The search, with a note where it was given up: what was not decided is neither claimed nor denied."""

    def __init__(self, possible: Possible, findings: Findings) -> None:
        self.possible, self.findings = possible, findings

    def can_hold(self, path: Path, *wanted: Condition) -> bool:
        """Whether some facts make all of these hold; also where that was not decided."""
        try:
            return self.possible.find(*wanted) is not None
        except SearchTooLong:
            self._not_decided(path)
            return True

    def witness(self, path: Path, *wanted: Condition) -> Witness | None:
        """Facts that make all of these hold; None when there are none, and where that was not decided."""
        try:
            return self.possible.find(*wanted)
        except SearchTooLong:
            self._not_decided(path)
            return None

    def _not_decided(self, path: Path) -> None:
        text = _(
            "Its facts are too many to try them all: the search was stopped at its limit, without an answer."
        )
        self.findings.oddity(Kind.NOT_DECIDED, path, text)


def check_conditions(protocol: Protocol, asking: Asking) -> None:
    """Whole conditions and their parts, and what of a rule the matrix never lets pass."""
    for name, condition in protocol.conditions.items():
        _check(Placed(("conditions", name, "when"), condition, name), asking)
    for path, rule in placed_rules(protocol):
        if rule.when == All(()):
            asking.findings.oddity(
                Kind.ALWAYS, (*path, "when"), _("This rule applies to every reading, whatever it says.")
            )
        whole = _check(Placed((*path, "when"), rule.when, rule.id), asking)
        if whole and rule.other and not rule.agreed:
            _check_matrix(protocol, path, rule, asking)


def _check(placed: Placed, asking: Asking) -> bool:
    """Whether the whole can hold."""
    data = asking.findings.root.at(placed.path).plain()
    reachable = True
    for idle in idle_parts(placed, data, asking.can_hold):
        kind = Kind.ALWAYS if idle.always else Kind.UNREACHABLE
        asking.findings.fault(kind, idle.path, _reason(placed, idle))
        reachable = reachable and (idle.always or not idle.whole)
    return reachable


def _reason(placed: Placed, idle: Idle) -> str:
    if idle.always:
        text = _("‘%(name)s’ always holds.") if idle.whole else _("This part of ‘%(name)s’ always holds.")
    else:
        text = (
            _("‘%(name)s’ can never hold: no facts are as it asks.")
            if idle.whole
            else _("This part of ‘%(name)s’ can never hold: no facts are as it asks.")
        )
    return text % {"name": placed.what}


def from_level(level: int) -> Condition:
    """The level from which the matrix opens without agreement, or more."""
    return Test("severity", "at_least", level)


def _check_matrix(protocol: Protocol, path: Path, rule: Rule, asking: Asking) -> None:
    if not asking.can_hold(path, rule.when, from_level(protocol.without_from)):
        asking.findings.fault(
            Kind.REFUSED_BY_MATRIX,
            path,
            _(
                "The matrix refuses all that it sends: without agreement nothing crosses below level %(level)s."
            )
            % {"level": protocol.without_from},
        )
