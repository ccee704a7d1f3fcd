"""What a protocol was asked and what each paragraph found, as plain data to keep and to explain again. Pure.

Kept are the facts that conditions were put to, the agreements that orders rested on, and each rule's outcome: enough
to say the same sentences again, whatever was recorded, withdrawn or corrected since. The text of the rules stands in
the version, which never changes.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from pole.conditions import Program
from protocols.facts import Agreement, Facts
from protocols.orders import Finding
from protocols.terms import Protocol

Kept = dict[str, Any]
MEMO = "="  # where a program remembers named conditions among the facts


@dataclass(frozen=True, slots=True)
class Deliberation:
    """One asking: at these facts, these findings."""

    facts: Facts
    findings: Sequence[Finding]

    def kept(self) -> Kept:
        """As plain data for JSON."""
        values = self.findings[0].values if self.findings else self.facts.values()
        return {
            "held": self.facts.awaiting_second_reader,
            "values": {name: _plain(value) for name, value in sorted(values.items()) if name[0] != MEMO},
            "agreements": [
                {
                    "to": each.recipient,
                    "categories": sorted(each.categories),
                    "purposes": sorted(each.purposes),
                    "until": each.until.isoformat() if each.until else None,
                }
                for each in self.facts.agreements
            ],
            "found": {
                finding.rule.id: [
                    finding.outcome,
                    *([order.recipient, order.action, dict(order.categories)] for order in finding.orders),
                ]
                for finding in self.findings
            },
        }


@dataclass(frozen=True, slots=True)
class Ordered:
    """What one paragraph ordered for one recipient: `send` or `hold`, category -> basis."""

    recipient: str
    action: str
    categories: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Told:
    """What one paragraph decided then: `finding` explains itself, and has no orders of its own any more."""

    finding: Finding
    ordered: tuple[Ordered, ...]


@dataclass(frozen=True, slots=True)
class Retold:
    """A deliberation as it was kept.

    `level`: at which the protocol was asked; None when it could not be assessed. `held`: nothing it ordered was to
    leave by itself.
    """

    level: int | None
    held: bool
    agreements: tuple[Agreement, ...]
    paragraphs: tuple[Told, ...]


def retold(protocol: Protocol, kept: Kept) -> Retold:
    """A deliberation of this version, from what was kept of it.

    Raises:
        KeyError: kept of another version: a rule that this one does not have.
    """
    program = Program(protocol.conditions)
    rules = {rule.id: rule for rule in protocol.rules}
    values = {name: _value(plain) for name, plain in kept["values"].items()}
    return Retold(
        level=values.get("severity"),
        held=kept["held"],
        agreements=tuple(
            Agreement(
                each["to"],
                frozenset(each["categories"]),
                frozenset(each["purposes"]),
                date.fromisoformat(each["until"]) if each["until"] else None,
            )
            for each in kept["agreements"]
        ),
        paragraphs=tuple(
            Told(
                Finding(rules[rule], outcome, protocol, program, values),
                tuple(Ordered(*order) for order in orders),
            )
            for rule, (outcome, *orders) in kept["found"].items()
        ),
    )


def _plain(value: Any) -> Any:
    """Sets are lists in JSON, and no fact is a list; days are marked, since some codes look like one."""
    if isinstance(value, set | frozenset):
        return sorted(value)
    return {"day": value.isoformat()} if isinstance(value, date) else value


def _value(plain: Any) -> Any:
    if isinstance(plain, list):
        return frozenset(plain)
    return date.fromisoformat(plain["day"]) if isinstance(plain, dict) else plain
