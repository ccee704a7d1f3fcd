"""What coordinators do with many alerts at once: give, put off, tie, acknowledge. Nothing of it crosses.

Each takes the exchanges that were ticked and acts on all of them or on none.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID, uuid4

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from alerts.handling import acknowledge, touch
from alerts.models import Handling
from pole.audit.models import Tag, record
from pole.clock import database_now
from pole.refusals import Refused
from pole.tenancy.actor import Actor
from pole.tenancy.models import Membership
from pole.tenancy.permissions import RIGHTS, Perm
from protocols.models import Exchange, ExchangeKind

AT_ONCE = 50
"""How many one click may act on."""
NEVER_IN_BULK = "red"
LONGEST_SNOOZE = timedelta(days=31)


class NothingTicked(Refused):
    message = _("Tick at least one alert first.")


class TooMany(Refused):
    message = _("Fifty alerts at most at once: tick fewer.")


class RedIsReadFirst(Refused):
    message = _(
        "A red alert is opened, read and acknowledged on its own page. Nothing was acknowledged: "
        "untick it, or open it."
    )


class RedIsNotPutOff(Refused):
    message = _("A red alert can't be put off. Nothing was put off: untick it, or acknowledge it.")


class OverdueIsNotPutOff(Refused):
    message = _("An alert whose acknowledgement is overdue can't be put off: acknowledge it.")


class NoMoment(Refused):
    message = _("Say until when: a moment to come, within a month.")
    field = "until"


class NoReason(Refused):
    message = _("Say why it is put off: your colleagues read it.")
    field = "because"


class NotWhoHandles(Refused):
    message = _("Choose somebody who works for your service and may answer alerts.")
    field = "owner"


class OneAlone(Refused):
    message = _("Tick at least two alerts to tie them together.")


@transaction.atomic
def give(*, actor: Actor, exchanges: Sequence[Exchange], to: UUID | None) -> int:
    """Make somebody of the service their owner, or nobody; how many."""
    _check(actor, exchanges)
    if to is not None and to not in {member.user_id for member in who_may_handle(actor)}:
        raise NotWhoHandles
    for exchange in exchanges:
        row = touch(actor, exchange)
        row.owner_id = to
        row.save(update_fields=["owner"])
        record(actor=actor, tag=Tag.ALERT_GIVEN, subject_id=exchange.pk, to=str(to or ""))
    return len(exchanges)


@transaction.atomic
def snooze(*, actor: Actor, exchanges: Sequence[Exchange], until: datetime | None, because: str) -> int:
    """Take them off the board until a moment. One that turns overdue meanwhile is shown again; so is every red."""
    _check(actor, exchanges)
    now = database_now()
    if until is None or not now < until <= now + LONGEST_SNOOZE:
        raise NoMoment
    if not because.strip():
        raise NoReason
    if any(exchange.urgency == NEVER_IN_BULK for exchange in exchanges):
        raise RedIsNotPutOff
    for exchange in exchanges:
        row = touch(actor, exchange)
        if exchange.acknowledge_by and exchange.acknowledge_by <= now and row.acknowledged_at is None:
            raise OverdueIsNotPutOff
        row.snoozed_until, row.snoozed_because = until, because.strip()
        row.save(update_fields=["snoozed_until", "snoozed_because"])
        record(actor=actor, tag=Tag.ALERT_SNOOZED, subject_id=exchange.pk, until=until.isoformat())
    return len(exchanges)


@transaction.atomic
def wake(*, actor: Actor, exchanges: Sequence[Exchange]) -> int:
    """Back on the board now; how many were off it."""
    _check(actor, exchanges)
    woken = 0
    for exchange in exchanges:
        row = touch(actor, exchange)
        if row.snoozed_until is not None:
            row.snoozed_until, row.snoozed_because = None, ""
            row.save(update_fields=["snoozed_until", "snoozed_because"])
            record(actor=actor, tag=Tag.ALERT_WOKEN, subject_id=exchange.pk)
            woken += 1
    return woken


@transaction.atomic
def tie(*, actor: Actor, exchanges: Sequence[Exchange]) -> int:
    """Show them as one block, with whatever was tied to one of them already. Each stays an alert of its own."""
    _check(actor, exchanges)
    if len(exchanges) < 2:
        raise OneAlone
    block = uuid4()
    rows = [touch(actor, exchange) for exchange in exchanges]
    before = {row.block for row in rows if row.block}
    Handling.objects.filter(service=actor.service, block__in=before).update(block=block)
    Handling.objects.filter(service=actor.service, pk__in=[row.pk for row in rows]).update(block=block)
    for exchange in exchanges:
        record(actor=actor, tag=Tag.ALERT_TIED, subject_id=exchange.pk, block=str(block))
    return len(exchanges)


@transaction.atomic
def untie(*, actor: Actor, exchanges: Sequence[Exchange]) -> int:
    """Take them out of their block; what is left of one alone is no block."""
    _check(actor, exchanges)
    rows = [touch(actor, exchange) for exchange in exchanges]
    left = {row.block for row in rows if row.block}
    for row in rows:
        if row.block:
            record(actor=actor, tag=Tag.ALERT_UNTIED, subject_id=row.exchange_id, block=str(row.block))
    untied = Handling.objects.filter(
        service=actor.service, pk__in=[row.pk for row in rows], block__isnull=False
    ).update(block=None)
    for block in left:
        others = Handling.objects.filter(service=actor.service, block=block)
        if others.count() == 1:
            others.update(block=None)
    return untied


@transaction.atomic
def acknowledge_many(*, actor: Actor, exchanges: Sequence[Exchange]) -> int:
    """Acknowledge those nobody did, each to its sender; how many.

    Raises:
        RedIsReadFirst, alerts.handling.AnsweredOtherwise: for one of them, and then none is acknowledged.
    """
    _check(actor, exchanges)
    if any(
        exchange.urgency == NEVER_IN_BULK or exchange.kind == ExchangeKind.UNHEARD for exchange in exchanges
    ):
        raise RedIsReadFirst
    done = 0
    for exchange in exchanges:
        if touch(actor, exchange).acknowledged_at is None:
            acknowledge(actor=actor, exchange=exchange)
            done += 1
    return done


def who_may_handle(actor: Actor) -> list[Membership]:
    """Those of the service to whom an alert can be given."""
    roles = [role for role, rights in RIGHTS.items() if Perm.ALERT_HANDLE in rights]
    current = Membership.objects.current().filter(service=actor.service, role__in=roles)
    return list(current.select_related("user").order_by("user__name"))


def _check(actor: Actor, exchanges: Sequence[Exchange]) -> None:
    actor.require(Perm.ALERT_HANDLE)
    if not exchanges:
        raise NothingTicked
    if len(exchanges) > AT_ONCE:
        raise TooMany
