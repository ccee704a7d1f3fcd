"""What a recipient says of an alert: useful, late, too much, not for it. It crosses like an outcome; the last holds."""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from alerts import contesting
from alerts.handling import touch
from alerts.models import Handling, Relevance
from alerts.recall import is_recalled
from alerts.shown import ShownReply, replies_to
from pole.audit.models import Tag, record
from pole.refusals import Refused
from pole.tenancy.actor import Actor
from pole.tenancy.permissions import Perm
from protocols import exchange as door
from protocols.models import Exchange, ExchangeKind
from protocols.registry import protocol_of, standing_under

UNWANTED = (Relevance.TOO_MUCH, Relevance.WRONG_RECIPIENT)
MARKED = (ExchangeKind.ALERT, ExchangeKind.UPDATE)


class NotAcknowledged(Refused):
    message = _("Acknowledge the alert first: then say whether it was of use.")


class NoFeedback(Refused):
    message = _("This protocol lets nothing of the kind go back to the sender.")


class MarkedAndClosed(Refused):
    message = _("This alert is closed, and was marked before: the mark stays.")
    field = "mark"


@transaction.atomic
def mark(
    *,
    actor: Actor,
    exchange: Exchange,
    mark: Relevance,
    line: str,
    at: datetime,
    contests: bool = False,
) -> None:
    """Say it to the sender, in one word and a line; said again, the last holds, until the alert is closed.

    Args:
        exchange: an alert, or an update of one, that the actor's service received.
        contests: it was too much or not for this service, and a disagreement with the sender opens.

    Raises:
        RightLacking, NotAcknowledged, NoFeedback
        MarkedAndClosed: an outcome was given or it was taken back, and a mark before.
        alerts.contesting.OnlyUnwanted, NothingToContest, ReasonMissing: it can't be contested so.
        protocols.exchange.Refused: no alert of this service's.
    """
    actor.require(Perm.ALERT_HANDLE)
    row = touch(actor, exchange)
    if exchange.kind not in MARKED or row.acknowledged_at is None:
        raise NotAcknowledged
    if not may_go_back(exchange):
        raise NoFeedback
    if contests and mark not in UNWANTED:
        raise contesting.OnlyUnwanted
    before = last_mark(replies_to(actor, exchange))
    if before and is_closed(row, exchange):
        raise MarkedAndClosed
    if before is None or (before.mark, before.text) != (mark, line.strip()):
        _say(actor, exchange, {"mark": str(mark), "text": line.strip()}, at)
        record(actor=actor, tag=Tag.ALERT_MARKED, subject_id=exchange.pk, mark=str(mark))
    if contests:
        contesting.contest(actor=actor, alert=exchange, about=line, at=at)


def last_mark(replies: Sequence[ShownReply]) -> ShownReply | None:
    """The mark that holds, of what was said under an alert, the oldest first."""
    return next((reply for reply in reversed(replies) if reply.mark), None)


def may_go_back(exchange: Exchange) -> bool:
    """Whether the protocol has an article by which a mark reaches the sender."""
    return bool(protocol_of(exchange.protocol).feedback_article(exchange.urgency))


def may_mark(exchange: Exchange, row: Handling, replies: Sequence[ShownReply]) -> bool:
    """Whether its recipient may say how relevant it was, or say it otherwise."""
    if exchange.kind not in MARKED or row.acknowledged_at is None or not may_go_back(exchange):
        return False
    return last_mark(replies) is None or not is_closed(row, exchange)


def is_closed(row: Handling, exchange: Exchange) -> bool:
    """Whether its outcome was given, or it was taken back."""
    return row.answered_at is not None or is_recalled(exchange)


def _say(actor: Actor, exchange: Exchange, message: dict[str, str], at: datetime) -> None:
    standing = standing_under(exchange.protocol, actor.service)
    door.send(
        actor=actor,
        standing=standing,
        recipient=exchange.sender,
        kind=ExchangeKind.RELEVANCE,
        article=standing.protocol.feedback_article(exchange.urgency),
        purposes=exchange.purposes,
        in_reply_to=exchange,
        message=message,
        at=at,
    )
