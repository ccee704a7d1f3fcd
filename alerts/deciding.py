"""From what the engine orders to rows: sent through the door, or held for the référent."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from alerts import emergencies, outbox
from alerts.announcing import announce, lay_down
from alerts.content import content_for
from alerts.escalation import owe_clocks
from alerts.facts import agreements_of
from alerts.models import Alert, AlertState, Judgement, OwedKind
from alerts.models.situation import linked_situation
from alerts.notices import notify_role
from assessment.models import Reading
from cases.models import Case, CaseChange
from pole.audit.models import Tag, record
from pole.tenancy.actor import Actor
from pole.tenancy.permissions import Role
from protocols import exchange as door
from protocols.engine import Order
from protocols.models import Exchange, ExchangeKind
from protocols.registry import Standing


class NoRecipient(LookupError):
    """An order that reaches nobody: a mistake in the protocol's parties, never an empty list."""


def decide(
    *,
    actor: Actor,
    standing: Standing,
    order: Order,
    case: Case | None,
    reading: Reading | None,
    at: datetime,
    change: CaseChange | None = None,
    content: dict[str, Any] | None = None,
    kind: ExchangeKind = ExchangeKind.ALERT,
    raised_by_pole: bool = False,
    judgement: Judgement | None = None,
    explanation: Sequence[str] = (),
) -> Alert:
    """Write what one order asks for, in the caller's transaction.

    Args:
        judgement: a professional's own words, where no reading ordered it; kept with the alert.
        explanation: why, where the order does not say it.

    Raises:
        NoRecipient: the order names a party that no service is.
        protocols.exchange.Refused: the matrix does not allow what the rule shares.
    """
    recipient = standing.services.get(order.recipient)
    if recipient is None:
        raise NoRecipient(f"{order.article}: no service is {order.recipient}")
    alert = Alert(
        service=actor.service,
        case=case,
        reading=reading,
        change=change,
        protocol=standing.version,
        recipient=recipient,
        rule=order.rule,
        article=order.article,
        also=list(order.also),
        urgency=order.urgency,
        categories=dict(order.categories),
        purposes=list(order.purposes),
        explanation=[*explanation, *order.explain()],
        state=AlertState.HELD,
        held_because=order.reason_held or "",
        decide_by=order.decide_by or order.send_by or at,
        send_by=order.send_by,
        acknowledge_by=order.acknowledge_by,
        created_at=at,
    )
    if judgement:
        judgement.alert = alert
    if order.action == "send":
        content = content or content_for(case=case, reading=reading, categories=order.categories)
        send(
            actor=actor,
            alert=alert,
            standing=standing,
            content=content,
            at=at,
            answer_by=order.answer_by,
            kind=kind,
            raised_by_pole=raised_by_pole,
            judgement=judgement,
        )
    else:
        hold(actor=actor, alert=alert)
    if judgement:
        judgement.save()
    record(
        actor=actor,
        tag=Tag.ALERT_DECIDED,
        subject_id=alert.pk,
        article=alert.article,
        rule=alert.rule,
        state=alert.state,
        recipient=recipient.slug,
        by_hand=judgement is not None,
    )
    return alert


def send(
    *,
    actor: Actor,
    alert: Alert,
    standing: Standing,
    content: dict[str, Any],
    at: datetime,
    answer_by: datetime | None = None,
    kind: ExchangeKind = ExchangeKind.ALERT,
    raised_by_pole: bool = False,
    judgement: Judgement | None = None,
) -> Exchange:
    """Let an alert through the door, and owe the notice and both clocks with it.

    While an earlier alert about the case is open at this recipient, it goes as an update of that one.
    """
    earlier = _open_alert(alert) if kind == ExchangeKind.ALERT and not raised_by_pole else None
    situation = None if raised_by_pole else linked_situation(alert.case, alert.recipient_id)
    exchange = door.send(
        actor=actor,
        standing=standing,
        recipient=alert.recipient,
        kind=ExchangeKind.UPDATE if earlier else kind,
        in_reply_to=earlier,
        article=alert.article,
        also=alert.also,
        purposes=alert.purposes,
        bases=alert.categories,
        content=content,
        message={
            **({"situation": str(situation.proposal_id)} if situation else {}),
            **(judgement.message() if judgement else {}),
        },
        urgency=alert.urgency,
        acknowledge_by=alert.acknowledge_by,
        answer_by=answer_by,
        raised_by_pole=raised_by_pole,
        agreements=agreements_of(alert.case, standing, at) if alert.case else (),
        followed_by=alert.case.service_id if alert.case else None,
        at=at,
    )
    alert.exchange, alert.state, alert.decided_at = exchange, AlertState.SENT, at
    alert.save()
    if kind == ExchangeKind.ALERT and emergencies.is_one(alert):
        emergencies.open_for(actor=actor, alert=alert, at=at)
    lay_down(exchange)
    announce(
        service=alert.recipient,
        subject_id=exchange.pk,
        due_at=at,
        urgency=alert.urgency,
        deadline_at=alert.acknowledge_by,
        standing=standing,
    )
    if situation:
        outbox.owe(service=alert.recipient, kind=OwedKind.LEVELS, subject_id=exchange.pk, due_at=at)
    owe_clocks(alert=alert, exchange=exchange, standing=standing)
    return exchange


def _open_alert(alert: Alert) -> Exchange | None:
    """The last thing sent about the case to the same recipient, while it is not answered."""
    if alert.case is None:
        return None
    open_ones = (
        Alert.objects.sent()
        .standing()
        .unanswered()
        .filter(service=alert.service, case=alert.case, recipient=alert.recipient)
        .exclude(exchange__kind=ExchangeKind.REMINDER)
    )
    last = open_ones.select_related("exchange").order_by("-decided_at").first()
    return last.exchange if last else None


def hold(*, actor: Actor, alert: Alert) -> None:
    """Keep an alert for the référent, tell every référent who sees it, and start the clock at whose end the
    direction is asked."""
    alert.save()
    told = notify_role(
        service=actor.service,
        role=Role.REFERENT,
        subject_id=alert.pk,
        step=1,
        urgency=alert.urgency,
        deadline_at=alert.decide_by,
        case=alert.case,
    )
    # Without a référent the direction is asked at once.
    outbox.owe(
        service=actor.service,
        kind=OwedKind.DECIDE,
        subject_id=alert.pk,
        due_at=(alert.decide_by if told else None) or alert.created_at,
        step=1,
        urgency=alert.urgency,
    )
