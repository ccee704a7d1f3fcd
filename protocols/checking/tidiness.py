"""What a protocol defines and nothing uses."""

from django.utils.translation import gettext as _

from pole.conditions import facts_in, names_in
from protocols.checking.findings import Findings, Kind
from protocols.terms import AGREEMENT, Protocol


def check_tidiness(protocol: Protocol, findings: Findings) -> None:
    """Conditions, cells of the matrix, bases and counts that no article uses."""
    conditions = [*protocol.conditions.values(), *(rule.when for rule in protocol.rules)]
    used = frozenset[str]().union(*map(names_in, conditions))
    tested = frozenset[str]().union(*map(facts_in, conditions))
    for name in protocol.conditions:
        if name not in used:
            text = _("The condition ‘%(name)s’ is used nowhere.")
            findings.oddity(Kind.UNUSED, ("conditions", name), text % {"name": name})
    for name in protocol.history:
        if name not in tested:
            text = _("The count ‘%(name)s’ is used nowhere.")
            findings.oddity(Kind.UNUSED, ("reads", "history", name), text % {"name": name})
    for sender, recipient in protocol.matrix:
        if (sender, recipient) not in _mentioned(protocol):
            pair = f"{sender} -> {recipient}"
            text = _("The matrix opens ‘%(pair)s’, which no article uses.")
            findings.oddity(Kind.UNUSED, ("matrix", "flows", pair), text % {"pair": pair})
    bases = {rule.basis for rule in protocol.rules if rule.basis} | {AGREEMENT}
    if protocol.situation:
        bases.add(protocol.situation.basis)
    # The two that every protocol names stand even where nothing needs them; others may serve a référent's decision.
    holds = any(rule.otherwise == "hold" for rule in protocol.rules)
    for code in protocol.bases:
        if code not in bases and not (holds or code == "referent"):
            text = _("The basis ‘%(code)s’ is used nowhere.")
            findings.oddity(Kind.UNUSED, ("bases", code), text % {"code": code})


def _mentioned(protocol: Protocol) -> set[tuple[str, str]]:
    """The pairs that a rule, the situation or the reminder sends along."""
    found = {pair for rule in protocol.rules for pair in {**(rule.agreed or {}), **(rule.other or {})}}
    for pair, flow in protocol.matrix.items():
        if protocol.situation and pair[1] == protocol.situation.notify:
            found.add(pair)
        if protocol.reminder and protocol.reminder.measure in flow.agreed:
            found.add(pair)
    return found
