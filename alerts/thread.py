"""Questions and answers under an alert, either way through the door: more is asked without a telephone."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from alerts.announcing import announce
from pole.audit.models import Tag, record
from pole.refusals import Refused
from pole.tenancy.actor import Actor
from pole.tenancy.permissions import Perm
from protocols import exchange as door
from protocols.models import Exchange, ExchangeKind
from protocols.registry import standing_under

LONGEST = 4000


class NothingWritten(Refused):
    message = _("Write your question or your answer.")
    field = "text"


@transaction.atomic
def write(*, actor: Actor, alert: Exchange, text: str, at: datetime) -> Exchange:
    """A message under an alert, to its other party, who is told that it waits.

    Args:
        alert: one that the actor's service sent or received, and the actor may see.

    Raises:
        RightLacking, NothingWritten
        protocols.exchange.Refused: neither of its two parties.
    """
    actor.require(Perm.ALERT_HANDLE)
    if not text.strip():
        raise NothingWritten
    other = alert.recipient if alert.sender_id == actor.service_id else alert.sender
    standing = standing_under(alert.protocol, actor.service)
    sent = door.send(
        actor=actor,
        standing=standing,
        recipient=other,
        kind=ExchangeKind.MESSAGE,
        article=standing.protocol.feedback_article(alert.urgency),
        purposes=alert.purposes,
        in_reply_to=alert,
        message={"text": text.strip()[:LONGEST]},
        at=at,
    )
    announce(service=other, subject_id=sent.pk, due_at=at, urgency=alert.urgency)
    record(actor=actor, tag=Tag.ALERT_WRITTEN, subject_id=alert.pk, recipient=other.slug)
    return sent
