"""Decide on a held alert: it leaves on another basis, or not at all."""

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from alerts.content import content_for
from alerts.deciding import send
from alerts.facts import agreements_of
from alerts.models import Alert, AlertState, Judgement
from pole.audit.models import Tag, record
from pole.holidays import holidays_around
from pole.tenancy.actor import Actor
from pole.tenancy.permissions import Perm
from protocols.engine import Facts, deadlines
from protocols.exchange import Refused, bases_without_agreement
from protocols.registry import Standing, standing_under
from protocols.terms import AGREEMENT


class DecidedAlready(Exception):
    """Somebody decided on this alert before."""


@transaction.atomic
def release_held(
    *,
    actor: Actor,
    alert_id: UUID,
    basis: str,
    motive: str,
    at: datetime,
    left_out: Collection[str] = (),
) -> Alert:
    """Send a held alert on another basis than the agreement that is missing, with a motive that stays on record.

    Args:
        left_out: categories that the recipient does not need; none can be added.

    Raises:
        DecidedAlready: sent or dropped before.
        protocols.exchange.Refused: no protocol in force any more, a basis it does not admit, or nothing left to
            send since the agreement it rested on was withdrawn, or everything was taken out.
    """
    alert = _held(actor, alert_id)
    standing = standing_under(alert.protocol, actor.service)
    if basis not in bases_without_agreement(standing.protocol):
        raise Refused(_("This is no basis that a référent can give."), _("Choose one of the protocol’s."))
    allowed = _still_allowed(alert, standing, basis, at)
    alert.categories = {code: each for code, each in allowed.items() if code not in left_out}
    if not alert.categories:
        raise Refused(_("Nothing is left to send."), _("Leave at least one category, or do not send it."))
    alert.basis, alert.motive, alert.decided_by_id = basis, motive, actor.user_id
    alert.acknowledge_by, answer_by = deadlines(
        standing.protocol,
        standing.protocol.urgencies[alert.urgency],
        recipient=standing.code_of(alert.recipient_id) or "",
        at=at,
        holidays=holidays_around(at.date()),
    )
    content = content_for(case=alert.case, reading=alert.reading, categories=alert.categories)
    send(
        actor=actor,
        alert=alert,
        standing=standing,
        content=content,
        at=at,
        answer_by=answer_by,
        judgement=Judgement.objects.filter(alert=alert).first(),
    )
    record(actor=actor, tag=Tag.ALERT_RELEASED, subject_id=alert.pk, basis=basis, article=alert.article)
    return alert


@transaction.atomic
def drop_held(*, actor: Actor, alert_id: UUID, motive: str, at: datetime) -> Alert:
    """Decide that a held alert does not leave.

    Raises:
        DecidedAlready: sent or dropped before.
    """
    alert = _held(actor, alert_id)
    drop(actor, alert, motive, at)
    return alert


def _still_allowed(alert: Alert, standing: Standing, basis: str, at: datetime) -> dict[str, str]:
    """Category -> basis as it leaves: what rested on an agreement does if the agreement still stands."""
    agreements = agreements_of(alert.case, standing, at) if alert.case else ()
    recipient = standing.code_of(alert.recipient_id) or ""
    agreed, _purposes = Facts(standing.code, None, agreements=agreements).agreed(
        recipient, tuple(alert.purposes), timezone.localdate(at)
    )
    allowed = {
        category: old if old == AGREEMENT else basis
        for category, old in alert.categories.items()
        if old != AGREEMENT or category in agreed
    }
    if not allowed:
        raise Refused(
            _("The agreement it rested on was withdrawn or has expired."),
            _("Do not send it. A new reading asks the protocol again."),
        )
    return allowed


def drop(actor: Actor, alert: Alert, motive: str, at: datetime) -> None:
    """It does not leave; whoever may decide so was asked before."""
    alert.state, alert.motive = AlertState.DROPPED, motive
    alert.decided_by_id, alert.decided_at = actor.user_id, at
    alert.save()
    record(actor=actor, tag=Tag.ALERT_DROPPED, subject_id=alert.pk, article=alert.article)


def _held(actor: Actor, alert_id: UUID) -> Alert:
    """A held alert of a case the actor sees, locked."""
    actor.require(Perm.ALERT_DECIDE)
    alert = (
        Alert.objects.visible_to(actor)
        .select_for_update(of=("self",))
        .select_related("case", "recipient", "protocol", "reading")
        .get(pk=alert_id)
    )
    if alert.state != AlertState.HELD:
        raise DecidedAlready
    return alert
