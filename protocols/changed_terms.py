"""What changes in the terms of a protocol: parties, purposes, bases, urgencies, what its conditions mean. Pure."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from pole.conditions import describe
from protocols.sentences import UrgencyText, urgency_text
from protocols.terms import Protocol
from protocols.wording import ProtocolWording


def terms_changed(old: Protocol, new: Protocol) -> list[str]:
    """A sentence for each term that differs."""
    said = []
    if (old.in_force_from, old.in_force_until) != (new.in_force_from, new.in_force_until):
        said.append(f"En vigueur {_days(new)}, et non {_days(old)}.")
    for name, before, after in (("Titre", old.title, new.title), ("Avertissement", old.notice, new.notice)):
        if before != after:
            said.append(f"{name} : « {after} », et non plus « {before} ».")
    both = raw(old), raw(new)
    for key, what, words in TERMS:
        said += _terms(what, words(old), words(new), *(each.get(key, {}) for each in both))
    if _order(old, new, "articles") != _order(new, old, "articles"):
        said.append("Les articles viennent dans un autre ordre.")
    if _order(old, new, "urgencies") != _order(new, old, "urgencies"):
        said.append(f"De la plus à la moins urgente : {', '.join(u.label for u in new.urgencies.values())}.")
    return said


def _terms(
    what: str,
    before: Mapping[str, str],
    after: Mapping[str, str],
    raw_before: Mapping[str, Any],
    raw_after: Mapping[str, Any],
) -> list[str]:
    """A sentence for each code that comes, goes or changes; also where the words don't tell what changed."""
    said = []
    for code in dict.fromkeys([*before, *after]):
        was, is_now = before.get(code), after.get(code)
        if is_now is None:
            said.append(f"{what} {code}, supprimé : « {was} ».")
        elif was is None:
            said.append(f"{what} {code}, ajouté : « {is_now} ».")
        elif was != is_now:
            said.append(f"{what} {code} : « {is_now} », et non plus « {was} ».")
        elif raw_before.get(code) != raw_after.get(code):
            said.append(f"{what} {code} : modifié dans le détail du texte.")
    return said


def _parties(protocol: Protocol) -> dict[str, str]:
    def words(code: str) -> str:
        party = protocol.parties[code]
        hours = (
            "jour et nuit"
            if party.always
            else "à ses propres heures"
            if party.week
            else "aux heures ouvrables"
        )
        warning = f", avertissement avant l’envoi : {party.warning}" if party.warning else ""
        return f"{party.label} ({party.kind}), là {hours}{warning}"

    return {code: words(code) for code in protocol.parties}


def _bases(protocol: Protocol) -> dict[str, str]:
    return {
        code: f"{basis.label}, article {basis.article}, {basis.reference}"
        for code, basis in protocol.bases.items()
    }


def _urgencies(protocol: Protocol) -> dict[str, str]:
    def words(urgency: UrgencyText) -> str:
        parts = [
            urgency.label,
            f"accusé : {urgency.acknowledge}" if urgency.acknowledge else "",
            f"retour : {urgency.answer}" if urgency.answer else "",
            *urgency.ladder,
        ]
        return " ; ".join(part for part in parts if part)

    return {code: words(urgency_text(urgency)) for code, urgency in protocol.urgencies.items()}


def _conditions(protocol: Protocol) -> dict[str, str]:
    """What the names mean that rules go by: with the name alone, a change of meaning would not be seen."""
    wording = ProtocolWording(protocol)
    return {
        code: f"{protocol.condition_labels[code]} : {describe(condition, wording)}"
        for code, condition in protocol.conditions.items()
    }


TERMS: list[tuple[str, str, Callable[[Protocol], Mapping[str, str]]]] = [
    ("parties", "Parties", _parties),
    ("purposes", "Finalités", lambda protocol: protocol.purposes),
    ("forbidden", "Finalités interdites", lambda protocol: protocol.forbidden),
    ("third_parties", "Tiers", lambda protocol: protocol.third_parties),
    ("categories", "Catégories", lambda protocol: protocol.categories),
    ("bases", "Bases légales", _bases),
    ("warnings", "Dit avant l’envoi", lambda protocol: protocol.warnings),
    ("urgencies", "Urgences", _urgencies),
    ("conditions", "Ce que veut dire", _conditions),
]


def raw(protocol: Protocol) -> dict[str, Any]:
    read: dict[str, Any] = json.loads(protocol.canonical)
    return read


def _order(of: Protocol, other: Protocol, part: str) -> list[str]:
    """The order in which one names what both have."""
    named: list[list[str]] = [
        [article.number for article in each.articles] if part == "articles" else [*each.urgencies]
        for each in (of, other)
    ]
    return [code for code in named[0] if code in named[1]]


def _days(protocol: Protocol) -> str:
    return f"du {_day(protocol.in_force_from)} au {_day(protocol.in_force_until)} inclus"


def _day(day: date) -> str:
    return f"{day:%d/%m/%Y}"
