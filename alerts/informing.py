"""What a person may be told of what was told about them: what left, to whom, when, why, on which basis, what did not.

Only the service's own sendings in this case, and only headings: no fact, no name, no reading, since those may speak of
somebody else. Left out: what the Pôle raised without identity, what other services wrote (theirs to tell), and what
they made of a message.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from alerts.models import Alert, AlertState
from cases.models import Agreement, Case, PersonRole
from pole import legal
from pole.tenancy.actor import Actor
from protocols import exchange as door
from protocols.models import Exchange, ExchangeKind
from protocols.partners import partners_of
from protocols.registry import protocol_of


@dataclass(frozen=True, slots=True)
class Sending:
    """One message that left. `what`: (heading, basis with the law as it was cited that day).

    `in_our_words`: a professional wrote what happened and what they ask. `written`: messages sent under it since.
    """

    at: datetime
    recipient: str
    what: list[tuple[str, str]]
    purposes: list[str]
    article: str
    protocol: str
    in_our_words: bool
    written: int
    taken_back_at: datetime | None


@dataclass(frozen=True, slots=True)
class NotSent:
    """What a paragraph would have sent without agreement, and somebody decided not to."""

    at: datetime | None
    recipient: str
    article: str


@dataclass(frozen=True, slots=True)
class Agreed:
    """What the person agreed to.."""

    recipient: str
    what: list[str]
    given_on: date
    expires_on: date
    withdrawn_at: datetime | None


@dataclass(frozen=True, slots=True)
class Account:
    """All of it, the latest first. `nobody`: partners to whom nothing was sent; `never`: headings that never leave;
    `stayed`: those that did not leave so far."""

    sendings: list[Sending]
    not_sent: list[NotSent]
    agreed: list[Agreed]
    nobody: list[str]
    stayed: list[str]
    never: list[str]


def account_of(actor: Actor, case: Case) -> Account:
    """Of the person followed in a case that the actor sees."""
    alerts = list(
        Alert.objects.visible_to(actor)
        .filter(case=case, service=actor.service)
        .exclude(state=AlertState.HELD)
        .exclude(exchange__raised_by_pole=True)
        .select_related("recipient", "protocol", "exchange", "judgement")
        .order_by("-decided_at")
    )
    left = [alert for alert in alerts if alert.exchange]
    exchanges = [alert.exchange for alert in left if alert.exchange]
    replies = list(
        Exchange.objects.sent_by(actor.service_id)
        .filter(in_reply_to__in=exchanges, kind__in=(ExchangeKind.MESSAGE, ExchangeKind.RECALL))
        .defer("content")
    )
    read = door.read_all(actor, exchanges)
    told = {code for exchange in exchanges for code in exchange.categories}
    names = {alert.recipient_id for alert in left}
    return Account(
        sendings=[_sending(each, each.exchange, read, replies) for each in left if each.exchange],
        not_sent=[
            NotSent(alert.decided_at, alert.recipient.name, alert.article)
            for alert in alerts
            if alert.state == AlertState.DROPPED
        ],
        agreed=[_agreed(each) for each in _agreements(case)],
        nobody=[each.name for each in partners_of(actor.service) if each.pk not in names],
        stayed=[each.label for each in legal.categories() if not each.never_shared and each.code not in told],
        never=[each.label for each in legal.categories() if each.never_shared],
    )


def _sending(
    alert: Alert, exchange: Exchange, read: Mapping[Any, dict[str, Any]], replies: Iterable[Exchange]
) -> Sending:
    protocol = protocol_of(alert.protocol)
    law = read.get(exchange.pk, {}).get("law", {})
    under = [reply for reply in replies if reply.in_reply_to_id == exchange.pk]

    def basis(code: str) -> str:
        found = exchange.bases[code]
        return (
            f"{protocol.bases[found].label} ({law[found]})" if law.get(found) else protocol.bases[found].label
        )

    return Sending(
        at=exchange.sent_at,
        recipient=alert.recipient.name,
        what=[(protocol.categories[code], basis(code)) for code in exchange.categories],
        purposes=[protocol.purposes[code] for code in exchange.purposes],
        article=" · ".join((exchange.article, *exchange.also)),
        protocol=protocol.title,
        in_our_words=hasattr(alert, "judgement"),
        written=sum(reply.kind == ExchangeKind.MESSAGE for reply in under),
        taken_back_at=next((each.sent_at for each in under if each.kind == ExchangeKind.RECALL), None),
    )


def _agreements(case: Case) -> Iterable[Agreement]:
    own = Agreement.objects.filter(case=case, service=case.service_id, person__role=PersonRole.FOLLOWED)
    return own.select_related("recipient").order_by("-given_on", "-expires_on")


def _agreed(agreement: Agreement) -> Agreed:
    labels = {category.code: category.label for category in legal.categories()}
    return Agreed(
        recipient=agreement.recipient.name,
        what=[labels.get(code, code) for code in agreement.categories],
        given_on=agreement.given_on,
        expires_on=agreement.expires_on,
        withdrawn_at=agreement.withdrawn_at,
    )
