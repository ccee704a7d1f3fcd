"""Recipients that nobody stands behind: the one check that looks at the services, not at the text."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.utils.translation import gettext as _

from pole.yamlfile import Node
from protocols.checking.findings import Finding, Findings, Kind
from protocols.sentences import ROLES
from protocols.terms import HOLD, Protocol


@dataclass(frozen=True, slots=True)
class Staff:
    """Who answers for a party today.

    Args:
        members: those who may acknowledge an alert.
        by_role: how many hold each role that a ladder names.
        duty_address: whether alerts are announced anywhere.
    """

    members: int
    by_role: Mapping[str, int]
    round_the_clock: bool
    duty_address: bool


def check_parties(protocol: Protocol, root: Node, staff: Mapping[str, Staff]) -> list[Finding]:
    """A recipient without member, duty or référent, and one that is said to be there at night and is not.

    Args:
        staff: party -> who stands behind it; a party that is left out is one that no service took up.
    """
    findings = Findings(protocol, root)
    receives = {to for rule in protocol.rules for _from, to in {**(rule.agreed or {}), **(rule.other or {})}}
    if protocol.situation:
        receives.add(protocol.situation.notify)
    decides = {sender for rule in protocol.rules if rule.otherwise == HOLD for sender in rule.senders}
    for code, party in protocol.parties.items():
        path = ("parties", code)
        who = {"party": party.label}
        found = staff.get(code)
        if found is None:
            findings.fault(Kind.NO_MEMBER, path, _("No service is %(party)s.") % who)
            continue
        if code in receives:
            _receives(findings, code, found)
            for role in sorted(_roles(protocol, code)):
                if not found.by_role.get(role):
                    text = _("The escalation tells the %(role)s of %(party)s, and there is none.")
                    findings.fault(Kind.NO_MEMBER, path, text % {**who, "role": ROLES[role]})
        if party.always and not found.round_the_clock:
            text = _("%(party)s is said to be there day and night, and the service is not.")
            findings.fault(Kind.NO_DUTY, path, text % who)
        if code in decides and not found.by_role.get("referent"):
            text = _("Alerts wait for the référent of %(party)s, and there is none: the direction decides.")
            findings.oddity(Kind.NO_MEMBER, path, text % who)
    return findings.in_order()


def _receives(findings: Findings, code: str, found: Staff) -> None:
    who = {"party": findings.protocol.parties[code].label}
    if not found.members:
        findings.fault(Kind.NO_MEMBER, ("parties", code), _("%(party)s has no member who could read.") % who)
    if not found.duty_address:
        text = _("%(party)s has no address at which alerts are announced.") % who
        findings.fault(Kind.NO_DUTY, ("parties", code), text)


def _roles(protocol: Protocol, code: str) -> set[str]:
    """Whom the ladders of what this party receives name."""
    return {
        step.who
        for rule in protocol.rules
        if any(to == code for _from, to in {**(rule.agreed or {}), **(rule.other or {})})
        for step in (rule.urgency.ladder if rule.urgency else ())
    }
