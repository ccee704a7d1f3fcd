"""How an exchange is put before the eyes: categories with their words, their basis, their lines."""

from dataclasses import dataclass
from typing import Any

from django.utils.dateparse import parse_date, parse_datetime
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from pole.tenancy.actor import Actor
from protocols import exchange as door
from protocols.models import Exchange
from protocols.terms import Protocol


@dataclass(frozen=True, slots=True)
class ShownCategory:
    """One category as it crossed: its words, the words of its basis, and its lines as (label, text) pairs."""

    code: str
    label: str
    basis: str
    lines: list[list[tuple[str, str]]]


@dataclass(frozen=True, slots=True)
class ShownReply:
    """A reply, with what it says."""

    exchange: Exchange
    outcome: str
    text: str


def categories_shown(protocol: Protocol, exchange: Exchange, content: dict[str, Any]) -> list[ShownCategory]:
    """What the exchange carries, in the order of the categories."""
    return [
        ShownCategory(
            code=code,
            label=protocol.categories[code],
            basis=protocol.bases[exchange.bases[code]].label,
            lines=[_pairs(line) for line in content[code]],
        )
        for code in sorted(content)
    ]


def replies_to(actor: Actor, exchange: Exchange) -> list[ShownReply]:
    """What went back and forth under an exchange, oldest first; at most a handful."""
    replies = Exchange.objects.filter(in_reply_to=exchange).select_related("sender").order_by("sent_at")
    shown = []
    for reply in replies:
        message = door.read(actor, reply)["message"]
        shown.append(ShownReply(reply, message.get("outcome", ""), message.get("text", "")))
    return shown


def _labels() -> dict[str, str]:
    return {
        "what": _("What"),
        "value": _("Answer"),
        "seen": _("Last seen"),
        "role": _("Role"),
        "name": _("Name"),
        "birth_date": _("Born on"),
        "language": _("Language"),
        "phone": _("Safe telephone"),
        "safe_hours": _("Safe hours"),
        "code_word": _("Code word"),
        "may_leave_message": _("A message may be left"),
        "never_contact": _("Never contact"),
        "on": _("On"),
        "kind": _("Kind"),
        "text": _("Text"),
        "dynamics_label": _("Dynamics"),
        "level_label": _("Severity"),
        "level": _("Level"),
        "markers": _("Markers"),
        "incomplete": _("Incomplete"),
        "ends_on": _("Ends on"),
        "starts_on": _("Starts on"),
        "breached_on": _("Breached on"),
        "status": _("Status"),
        "due": _("Due"),
        "service": _("Service"),
    }


def _pairs(line: dict[str, Any]) -> list[tuple[str, str]]:
    labels = _labels()
    hidden = {"grid", "dynamics"} | ({"level"} if "level_label" in line else set())
    return [
        (labels.get(key, key), _text(key, value, line))
        for key, value in line.items()
        if value not in (None, "", []) and key not in hidden
    ]


def _text(key: str, value: Any, line: dict[str, Any]) -> str:
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if key == "markers":
        return " · ".join(f"{marker['code']} {marker['label']}" for marker in value)
    if key == "level_label" and line.get("level"):
        return f"{line['level']} – {value}"
    if isinstance(value, str):
        try:
            day = parse_date(value) or parse_datetime(value)
        except ValueError:
            day = None
        if day:
            return date_format(day, "j F Y")
    return str(value)
