"""Take an alert back: it can't be unsent, so its recipient is told that it no longer holds, and why."""

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from alerts import heard
from alerts.announcing import announce
from alerts.models import Alert
from pole.audit.models import Tag, record
from pole.refusals import Refused
from pole.tenancy.actor import Actor
from pole.tenancy.permissions import Perm
from protocols import exchange as door
from protocols.models import Exchange, ExchangeKind
from protocols.registry import standing_under


class NotSent(Refused):
    message = _("This alert has not left: there is nothing to take back.")


class RecalledAlready(Refused):
    message = _("This alert was taken back already.")


class ReasonMissing(Refused):
    message = _("Say why: whoever received it reads it, and must know what still holds.")
    field = "because"


@transaction.atomic
def recall(*, actor: Actor, alert_id: UUID, because: str, at: datetime) -> Exchange:
    """Tell the recipient that the alert is withdrawn, and why. What they read, they have read.

    From then on neither side's clock climbs for it, and what follows about the case is a new alert.

    Raises:
        RightLacking, NotSent, RecalledAlready, ReasonMissing
        Alert.DoesNotExist: no such alert for this actor.
    """
    actor.require(Perm.READING_WRITE)
    alert = (
        Alert.objects.visible_to(actor)
        .filter(service=actor.service)
        .select_for_update(of=("self",))
        .select_related("exchange__protocol", "recipient")
        .get(pk=alert_id)
    )
    if alert.exchange is None:
        raise NotSent
    if Alert.objects.recalled().filter(pk=alert.pk).exists():
        raise RecalledAlready
    if not because.strip():
        raise ReasonMissing
    standing = standing_under(alert.exchange.protocol, actor.service)
    sent = door.send(
        actor=actor,
        standing=standing,
        recipient=alert.recipient,
        kind=ExchangeKind.RECALL,
        article=alert.exchange.article,
        purposes=alert.exchange.purposes,
        in_reply_to=alert.exchange,
        message={"text": because.strip()},
        at=at,
    )
    heard.owe_word(alert.exchange)
    announce(service=alert.recipient, subject_id=sent.pk, due_at=at, urgency=alert.urgency)
    record(actor=actor, tag=Tag.ALERT_RECALLED, subject_id=alert.pk, recipient=alert.recipient.slug)
    return sent


def is_recalled(exchange: Exchange) -> bool:
    """Whether its sender took it back; the same answer on both sides."""
    recalls = Exchange.objects.sent_by(exchange.sender_id).filter(
        in_reply_to=exchange, kind=ExchangeKind.RECALL
    )
    return recalls.exists()
