"""The states an alert went through, each with its moment, as its sender may know them.

Read from what was written when it happened: the decision, the outbox row of its notice, the mail server's reports, and
what came back through the door. The recipient's own ladder is the recipient's matter and is not looked at.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q
from django.utils.translation import gettext as _

from alerts.channels.email.became import steps_of
from alerts.models import Alert, AlertState
from alerts.shown import ShownReply
from protocols.models import Exchange, ExchangeKind

TOLD = {ExchangeKind.ACKNOWLEDGEMENT, ExchangeKind.ANSWER, ExchangeKind.RECALL}
CLOSING = {ExchangeKind.ANSWER, ExchangeKind.RECALL}


@dataclass(frozen=True, slots=True)
class Transition:
    """One state, and since when."""

    at: datetime
    icon: str
    text: str
    is_failure: bool = False


def transitions_of(alert: Alert, replies: Sequence[ShownReply]) -> list[Transition]:
    """Held, decided, handed over, taken by the mail server, opened, acknowledged, answered, escalated, closed.

    Those that happened, the oldest first; what happened at one moment in this order.

    Args:
        replies: what was said under the alert, the oldest first (`alerts.shown.replies_to`).
    """
    found = [*_decision(alert), *_delivery(alert), *_returned(replies), *_escalation(alert)]
    closed_at = _closed_at(alert, replies)
    if closed_at:
        found.append(Transition(closed_at, "lock", _("closed: nothing more is awaited")))
    return sorted(found, key=lambda each: each.at)


def _decision(alert: Alert) -> Iterator[Transition]:
    if alert.held_because:
        yield Transition(alert.created_at, "pause", _("held: somebody must decide"))
    if alert.state == AlertState.SENT:
        yield Transition(_left_at(alert), "scale", _("decided: it is sent"))
    elif alert.state == AlertState.DROPPED and alert.decided_at:
        yield Transition(alert.decided_at, "scale", _("decided: it is not sent"))


def _delivery(alert: Alert) -> Iterator[Transition]:
    if alert.exchange_id is None:
        return
    for step in steps_of(alert.exchange_id):
        yield Transition(step.at, step.icon, step.text, step.is_failure)
    opened = Exchange.objects.filter(
        in_reply_to=alert.exchange_id, recipient=alert.service_id, kind=ExchangeKind.OPENED
    )
    for at in opened.values_list("sent_at", flat=True):
        yield Transition(at, "eye", _("opened by somebody who signed in; acknowledges nothing"))


def _returned(replies: Sequence[ShownReply]) -> Iterator[Transition]:
    for reply in replies:
        if reply.exchange.kind in TOLD:
            yield Transition(reply.exchange.sent_at, reply.icon, reply.title)


def _escalation(alert: Alert) -> Iterator[Transition]:
    if alert.undecided_at:
        yield Transition(
            alert.undecided_at, "arrow-up", _("escalated: nobody decided, the direction is asked"), True
        )
    if alert.overdue_at:
        yield Transition(
            alert.overdue_at, "arrow-up", _("escalated: nobody acknowledged, somebody must call"), True
        )
    yield from _coordination(alert)


def _coordination(alert: Alert) -> Iterator[Transition]:
    """The coordination of the Pôle was told that nobody has it, and somebody there has taken it up."""
    if alert.overdue_at is None or alert.exchange_id is None:
        return
    told = Q(in_reply_to=alert.exchange_id, kind=ExchangeKind.UNHEARD)
    taken = Q(
        in_reply_to__in_reply_to=alert.exchange_id,
        in_reply_to__kind=ExchangeKind.UNHEARD,
        kind=ExchangeKind.ACKNOWLEDGEMENT,
    )
    word = Q(
        in_reply_to__in_reply_to=alert.exchange_id,
        in_reply_to__kind=ExchangeKind.UNHEARD,
        kind=ExchangeKind.HEARD,
    )
    for at, kind in Exchange.objects.filter(told | taken | word).values_list("sent_at", "kind"):
        if kind == ExchangeKind.UNHEARD:
            yield Transition(at, "arrow-up", _("escalated: nobody is left, the coordination is told"), True)
        elif kind == ExchangeKind.ACKNOWLEDGEMENT:
            yield Transition(at, "phone-call", _("the coordination calls the partner"))
        else:
            yield Transition(
                at, "phone-off", _("the coordination is told that nobody needs to call any more")
            )


def _left_at(alert: Alert) -> datetime:
    """A person's decision where there was one; an order without doubt is decided as it leaves."""
    return alert.decided_at or (alert.exchange.sent_at if alert.exchange else alert.created_at)


def _closed_at(alert: Alert, replies: Sequence[ShownReply]) -> datetime | None:
    """An outcome was given, it was taken back, or it never left: nobody waits for anything more."""
    if alert.state == AlertState.DROPPED:
        return alert.decided_at
    return next((each.exchange.sent_at for each in replies if each.exchange.kind in CLOSING), None)
