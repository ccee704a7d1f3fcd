"""The recipient's side: open, acknowledge, answer. What goes back to the sender goes through the door."""

from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from alerts import contesting, heard
from alerts.announcing import announce
from alerts.models import Handling, Outcome, SystemAcknowledgement
from cases.models import Case
from cases.services.writing import must_be_open
from pole.audit.models import Tag, record
from pole.clock import database_now
from pole.refusals import Refused
from pole.tenancy.actor import Actor
from pole.tenancy.duty import on_duty
from pole.tenancy.permissions import Perm
from protocols import exchange as door
from protocols.models import Exchange, ExchangeKind
from protocols.registry import standing_under

ACKNOWLEDGED = {*door.ALERTS, ExchangeKind.UNHEARD}


class AlreadyDone(Exception):
    """Somebody did it before: the page shows who."""


class AnsweredOtherwise(Refused):
    """A word under it would stand for the answer that its sender waits for."""

    message = _(
        "A proposal to link or a request for advice is answered on its own page. Nothing was acknowledged: "
        "untick it, or open it."
    )


class NobodyNamed(ValueError):
    """A red message acknowledged by a system, without the person who has it."""


class MotiveMissing(ValueError):
    """A refusal without its motive."""


@transaction.atomic
def open_exchange(*, actor: Actor, exchange: Exchange) -> Handling:
    """Note who read it first, and every reading in the journal. Reading acknowledges nothing.

    The sender of an alert is told the moment, and not by whom: signed in, for a mail scanner follows links too. A
    system that fetches it is in the journal alone: no human opened it.
    """
    handling = touch(actor, exchange)
    if handling.opened_at is None and not actor.system:
        handling.opened_at, handling.opened_by_id = database_now(), actor.user_id
        handling.save(update_fields=["opened_at", "opened_by"])
        if exchange.kind in door.ALERTS:
            _reply(actor, exchange, ExchangeKind.OPENED, {})
    record(actor=actor, tag=Tag.ALERT_READ, subject_id=exchange.pk)
    return handling


@transaction.atomic
def acknowledge(*, actor: Actor, exchange: Exchange, named: str = "") -> Handling:
    """Say that a human has it; the sender is told, the recipient's ladder stops.

    Args:
        named: the person who has it, where a system says so for them.

    Raises:
        AnsweredOtherwise: a proposal, a request for advice.
        AlreadyDone: somebody did.
        NobodyNamed: it is red, and a system names nobody.
    """
    actor.require(Perm.ALERT_HANDLE)
    if exchange.kind not in ACKNOWLEDGED:
        raise AnsweredOtherwise
    handling = touch(actor, exchange)
    if handling.acknowledged_at is not None:
        raise AlreadyDone(_("This message was already acknowledged."))
    if actor.system:
        if exchange.urgency == "red" and not named.strip():
            raise NobodyNamed(_("Give the name of the person on duty who has this alert: it is red."))
        SystemAcknowledgement.objects.create(
            service=actor.service, handling=handling, system=actor.system, name=named.strip()
        )
    now = database_now()
    handling.acknowledged_at, handling.acknowledged_by_id, handling.owner_id = (
        now,
        actor.user_id,
        actor.user_id,
    )
    named_then = {member.user_id for member in on_duty(actor.service, now)}
    handling.acknowledged_on_duty = actor.user_id in named_then if named_then and not actor.system else None
    handling.save(update_fields=["acknowledged_at", "acknowledged_by", "acknowledged_on_duty", "owner"])
    _reply(actor, exchange, ExchangeKind.ACKNOWLEDGEMENT, {})
    heard.owe_word(exchange)
    record(
        actor=actor,
        tag=Tag.ALERT_ACKNOWLEDGED,
        subject_id=exchange.pk,
        **({} if handling.acknowledged_on_duty is None else {"on_duty": handling.acknowledged_on_duty}),
    )
    return handling


@transaction.atomic
def answer(
    *,
    actor: Actor,
    exchange: Exchange,
    outcome: Outcome,
    message: str = "",
    named: str = "",
    contests: bool = False,
) -> Handling:
    """Give the outcome, and words for the sender; acknowledges first when nobody had.

    Args:
        contests: the refusal opens a disagreement with the sender.

    Raises:
        alerts.contesting.OnlyRefused, NothingToContest: what was not refused, or nobody of another service decided.
        MotiveMissing: a refusal says why, and a redirection says where.
        AlreadyDone: an outcome was given.
        NobodyNamed: as in `acknowledge`.
    """
    actor.require(Perm.ALERT_HANDLE)
    handling = touch(actor, exchange)
    if handling.answered_at is not None:
        raise AlreadyDone(_("This message was already answered."))
    if outcome != Outcome.TAKEN_ON and not message.strip():
        raise MotiveMissing(_("Say why, in a few words: the sender must know what to do next."))
    if contests and outcome != Outcome.REFUSED:
        raise contesting.OnlyRefused
    if handling.acknowledged_at is None:
        handling = acknowledge(actor=actor, exchange=exchange, named=named)
    handling.outcome, handling.answered_at = outcome, database_now()
    handling.save(update_fields=["outcome", "answered_at"])
    reply = _reply(actor, exchange, ExchangeKind.ANSWER, {"outcome": str(outcome), "text": message.strip()})
    record(actor=actor, tag=Tag.ALERT_ANSWERED, subject_id=exchange.pk, outcome=str(outcome))
    announce(service=exchange.sender, subject_id=reply.pk, due_at=database_now())
    if contests:
        contesting.contest(actor=actor, alert=exchange, about=message, at=database_now())
    return handling


@transaction.atomic
def attach_case(*, actor: Actor, exchange: Exchange, case: Case) -> Handling:
    """Say which of my cases this is about. Nothing crosses.

    Raises:
        RightLacking
        NotAnOpenCase: closed, perhaps a moment ago, or not the actor's to see.
    """
    actor.require(Perm.ALERT_HANDLE)
    must_be_open(actor, case)
    handling = touch(actor, exchange)
    handling.case = case
    handling.save(update_fields=["case"])
    return handling


def received_exchange(actor: Actor, exchange_id: UUID) -> Exchange | None:
    """One that is addressed to the actor's service."""
    return door.received(actor, exchange_id)


def touch(actor: Actor, exchange: Exchange) -> Handling:
    """The recipient's row, made at first touch, locked for the change."""
    rows = Handling.objects.select_for_update(of=("self",)).filter(exchange=exchange)
    if row := rows.first():  # most often it was laid with the exchange
        return row
    Handling.objects.get_or_create(exchange=exchange, defaults={"service": actor.service})
    return rows.get()


def _reply(actor: Actor, exchange: Exchange, kind: ExchangeKind, message: dict[str, str]) -> Exchange:
    standing = standing_under(exchange.protocol, actor.service)
    return door.send(
        actor=actor,
        standing=standing,
        recipient=exchange.sender,
        kind=kind,
        article=standing.protocol.feedback_article(exchange.urgency),
        purposes=exchange.purposes,
        in_reply_to=exchange,
        message=message,
        at=database_now(),
    )
