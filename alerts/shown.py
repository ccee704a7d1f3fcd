"""How an exchange is put before the eyes: categories with their words, their basis, their lines."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Q
from django.utils.dateparse import parse_date, parse_datetime
from django.utils.translation import gettext as _

from alerts.models import Alert, Handling, Outcome, Owed, OwedKind, Relevance
from pole.dates import in_words
from pole.tenancy.actor import Actor
from pole.tenancy.models import Membership
from protocols import exchange as door
from protocols.engine import AWAITING_SECOND_READER, NO_AGREEMENT
from protocols.models import Exchange, ExchangeKind, ProtocolVersion
from protocols.registry import protocol_of
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
    mark: str = ""

    @property
    def title(self) -> str:
        """ "acknowledgement", "answer: taken on", "relevance: late"."""
        kind = self.exchange.get_kind_display()
        said = self.mark_in_words or (Outcome(self.outcome).label if self.outcome else "")
        return f"{kind} : {said}" if said else kind

    @property
    def mark_in_words(self) -> str:
        """The relevance, where this is one."""
        return str(Relevance(self.mark).label) if self.mark else ""

    @property
    def icon(self) -> str:
        return REPLY_ICONS.get(self.exchange.kind, "mail")


@dataclass(frozen=True, slots=True)
class ShownRung:
    """Who is told, and when, if nobody acknowledges; `climbed` once its hour came. One that nobody holds tells nobody:
    the next is told at the same moment."""

    at: datetime
    who: str
    climbed: bool
    is_held: bool = True


NOT_SAID = (ExchangeKind.OPENED, ExchangeKind.UNHEARD)
"""What hangs on an exchange and is no word between its two parties."""
REPLY_ICONS: dict[str, str] = {
    ExchangeKind.ACKNOWLEDGEMENT: "check",
    ExchangeKind.ANSWER: "reply",
    ExchangeKind.LINK_PROPOSAL: "link",
    ExchangeKind.LINK_ACCEPTANCE: "link",
    ExchangeKind.LINK_REFUSAL: "ban",
    ExchangeKind.RECALL: "undo-2",
    ExchangeKind.MESSAGE: "message-circle",
    ExchangeKind.RELEVANCE: "gauge",
}


def lines_shown(lines: list[dict[str, Any]]) -> list[list[tuple[str, str]]]:
    """The lines of a category as (label, text) pairs."""
    return [_pairs(line) for line in lines]


def categories_shown(protocol: Protocol, exchange: Exchange, read: dict[str, Any]) -> list[ShownCategory]:
    """What the exchange carries, in the order of the categories, each with the law as it was cited then.

    Args:
        read: what `protocols.exchange.read` gave.
    """
    content, law = read["categories"], read.get("law", {})
    return [
        ShownCategory(
            code=code,
            label=protocol.categories[code],
            basis=_basis(protocol, exchange.bases[code], law),
            lines=lines_shown(content[code]),
        )
        for code in sorted(content)
    ]


def _basis(protocol: Protocol, code: str, law: dict[str, str]) -> str:
    label = protocol.bases[code].label
    return f"{label} ({law[code]})" if law.get(code) else label


def replies_to(actor: Actor, exchange: Exchange) -> list[ShownReply]:
    """What was said back and forth under an exchange, oldest first; at most a handful. Opening it says nothing."""
    said = Exchange.objects.filter(in_reply_to=exchange).exclude(kind__in=NOT_SAID)
    replies = list(said.select_related("sender").order_by("sent_at"))
    read = door.read_all(actor, replies) if replies else {}
    messages = {key: content["message"] for key, content in read.items()}
    return [
        ShownReply(reply, message.get("outcome", ""), message.get("text", ""), message.get("mark", ""))
        for reply, message in ((each, messages.get(each.pk, {})) for each in replies)
    ]


def ladder_of(actor: Actor, exchange: Exchange, handling: Handling) -> list[ShownRung]:
    """The recipient's own ladder for a message received, as its clock has it: when each was told, or will be."""
    owed = list(
        Owed.objects.filter(
            Q(kind=OwedKind.RUNG) | Q(kind=OwedKind.NOTICE, addressee_id__isnull=False),
            service=actor.service,
            subject_id=exchange.pk,
        ).order_by("step")
    )
    told = {row.step for row in owed if row.kind == OwedKind.NOTICE}
    rungs = [
        row
        for row in owed
        if row.kind == OwedKind.RUNG
        and (row.done_at is None or row.step <= handling.rung)  # what ran out without need told nobody
    ]
    if not rungs:
        return []
    ladder = protocol_of(exchange.protocol).urgencies[exchange.urgency].ladder
    members = Membership.objects.current().filter(service=actor.service, user__is_active=True)
    roles = set(members.values_list("role", flat=True))
    shown = []
    for row in rungs:
        who, climbed = ladder[row.step - 1].who, row.step <= handling.rung
        is_held = row.step in told if climbed else who in roles
        shown.append(ShownRung(row.done_at or row.due_at, who, climbed, is_held))
    return shown


def judged_words(message: dict[str, Any]) -> dict[str, str] | None:
    """What a professional wrote with an alert that no reading ordered; None for every other."""
    return message if message.get("happened") else None


def name_urgencies(rows: Iterable[Exchange | Alert]) -> None:
    """Give each row of a page the words of its urgency (`urgency_label`), loading each protocol once."""
    listed = list(rows)
    versions = ProtocolVersion.objects.in_bulk({row.protocol_id for row in listed})
    for row in listed:
        protocol = protocol_of(versions[row.protocol_id])
        label = protocol.urgencies[row.urgency].label if row.urgency else row.get_kind_display()  # type: ignore[union-attr] # an alert has an urgency
        row.urgency_label = label  # type: ignore[union-attr] # for the page alone


def why_held(code: str) -> str:
    """Why an alert waits, and who decides."""
    if code == AWAITING_SECOND_READER:
        return _(
            "it rests on a level that was lowered, or on a change in the case. "
            "The second reader or the référent decides; it never leaves by itself."
        )
    if code == NO_AGREEMENT:
        return _(
            "the person has not agreed. The référent sends it on another basis, with a motive, or lets it "
            "be; without a decision in time the direction is asked. It never leaves by itself."
        )
    return _("the référent decides. It never leaves by itself.") if code else ""


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
            return in_words(day, "j F Y")
    return str(value)
