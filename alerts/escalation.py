"""What happens when nobody answers: each side's clock runs in its own space."""

from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from alerts import outbox
from alerts.models import Alert, AlertState, Handling, Owed, OwedKind
from alerts.notices import ask_a_human, notify_person, notify_role
from alerts.recall import is_recalled
from pole.audit.models import Tag, record
from pole.clock import database_now
from pole.holidays import holidays_around
from pole.tenancy.actor import Actor
from pole.tenancy.context import inside
from pole.tenancy.duty import on_duty
from pole.tenancy.models import Service
from pole.tenancy.permissions import Role
from protocols.models import Exchange
from protocols.registry import Standing, protocol_of

LAST_RUNG = Role.DIRECTION
FIRST_RUNG = 1


def owe_clocks(*, alert: Alert, exchange: Exchange, standing: Standing) -> None:
    """Owe, with the alert, what must happen if nobody acknowledges: the recipient's rungs, the sender's watch."""
    protocol, holidays = standing.protocol, holidays_around(exchange.sent_at.date())
    code = standing.code_of(exchange.recipient_id) or ""
    rungs = protocol.rungs_due(alert.urgency, code, exchange.sent_at, holidays)
    for step, due_at in enumerate(rungs, start=1):
        outbox.owe(
            service=exchange.recipient,
            kind=OwedKind.RUNG,
            subject_id=exchange.pk,
            step=step,
            due_at=due_at,
            urgency=alert.urgency,
        )
    if exchange.acknowledge_by:
        outbox.owe(
            service=exchange.sender,
            kind=OwedKind.WATCH,
            subject_id=alert.pk,
            due_at=exchange.acknowledge_by,
            urgency=alert.urgency,
        )
    ends_at = protocol.ladder_ends(alert.urgency, code, exchange.sent_at, holidays)
    if ends_at:
        outbox.owe(
            service=exchange.sender,
            kind=OwedKind.UNHEARD,
            subject_id=exchange.pk,
            due_at=ends_at,
            urgency=alert.urgency,
        )


def climb(row: Owed) -> str:
    """One rung of the recipient's ladder, in the recipient's space."""
    with inside(row.service) as service:
        exchange = Exchange.objects.received_by(service.pk).select_related("protocol").get(pk=row.subject_id)
        Handling.objects.get_or_create(exchange=exchange, defaults={"service": service})
        # Two rungs whose hours are past are climbed at once, by two workers and in any order.
        handling = Handling.objects.select_for_update(of=("self",)).get(exchange=exchange)
        if handling.acknowledged_at:
            return "acknowledged"
        if is_recalled(exchange):
            return "taken back"
        ladder = protocol_of(exchange.protocol).urgencies[exchange.urgency].ladder
        role = Role(ladder[row.step - 1].who)
        handling.rung, handling.climbed_at = max(handling.rung, row.step), database_now()
        handling.save(update_fields=["rung", "climbed_at"])
        record(
            actor=Actor.clockwork(service),
            tag=Tag.ALERT_ESCALATED,
            subject_id=exchange.pk,
            rung=row.step,
            to=role.value,
        )
        if not service.is_active:
            tell_sender(exchange)
            return "suspended: the sender is told"
        told = _tell_on_duty(row, exchange, role) or notify_role(
            service=service,
            role=role,
            subject_id=exchange.pk,
            step=row.step,
            urgency=row.urgency,
            deadline_at=exchange.acknowledge_by,
        )
        if told:
            return f"told {role.value}"
        if row.step < len(ladder):
            _bring_forward(exchange.pk, service, step=row.step + 1)
            return f"no {role.value}: next rung at once"
        ask_a_human(service, _("An alert received has no acknowledgement and nobody is left to notify."))
        _nobody_is_left(exchange)
        return f"no {role.value}: a task for the service"


def _tell_on_duty(row: Owed, exchange: Exchange, role: Role) -> int:
    """The first rung goes to whoever of the role is on duty; how many. With nobody, it is everybody's of the role."""
    if row.step != FIRST_RUNG:
        return 0
    named = [member for member in on_duty(row.service, database_now()) if member.role == role]
    for member in named:
        notify_person(
            service=row.service,
            user_id=member.user_id,
            subject_id=exchange.pk,
            step=row.step,
            urgency=row.urgency,
            deadline_at=exchange.acknowledge_by,
        )
    return len(named)


def ask_direction(row: Owed) -> str:
    """A held alert that nobody decided: the direction is asked. It never leaves by itself."""
    with inside(row.service) as service:
        alert = Alert.objects.select_related("case", "reading").get(pk=row.subject_id)
        if alert.state != AlertState.HELD:
            return "decided"
        alert.undecided_at = database_now()
        alert.save(update_fields=["undecided_at"])
        record(actor=Actor.clockwork(service), tag=Tag.ALERT_ESCALATED, subject_id=alert.pk, side="held")
        if not notify_role(
            service=service,
            role=LAST_RUNG,
            subject_id=alert.pk,
            step=row.step + 1,
            urgency=row.urgency,
            deadline_at=None,
            case=alert.case,
        ):
            ask_a_human(
                service,
                _(
                    "A held alert was not decided in time, and nobody of the direction sees this case. "
                    "Add a référent or the direction to its team."
                )
                if alert.case and alert.case.is_restricted
                else _("A held alert was not decided in time and the service has no direction to ask."),
                alert=alert,
            )
        return "direction asked"


def hurry(row: Owed) -> None:
    """A refusal for good (5xx): the next rung need not wait for its hour; after the last, a human is asked.

    Once a row: refused again, the ones after it keep theirs.
    """
    if row.reply.startswith("5"):
        return
    with inside(row.service) as service:
        next_rung = Owed.objects.filter(
            service=service, kind=OwedKind.RUNG, subject_id=row.subject_id, step=row.step + 1
        )
        if next_rung.exists():
            _bring_forward(row.subject_id, service, step=row.step + 1)
        else:
            ask_a_human(service, _("An e-mail of notice was refused for good: somebody waits to be told."))


def tell_sender(exchange: Exchange) -> None:
    """The recipient is suspended: owe it to the sender, in whose space it is worked off. Once an exchange."""
    outbox.owe(
        service=exchange.sender,
        kind=OwedKind.SUSPENDED,
        subject_id=exchange.pk,
        due_at=database_now(),
        urgency=exchange.urgency,
    )


def _nobody_is_left(exchange: Exchange) -> None:
    """The last rung is nobody's: the end of the ladder need not be waited for. In the sender's space it is acted on."""
    now = database_now()
    outbox.owe(
        service=exchange.sender,
        kind=OwedKind.UNHEARD,
        subject_id=exchange.pk,
        due_at=now,
        urgency=exchange.urgency,
    )
    _bring_forward(exchange.pk, exchange.sender, kind=OwedKind.UNHEARD)


def _bring_forward(
    exchange_id: UUID, service: Service, *, kind: OwedKind = OwedKind.RUNG, step: int = 0
) -> None:
    """What is owed later about an exchange is due now; at work as soon as this is written, not at the next sweep."""
    now = database_now()
    later = Owed.objects.filter(
        service=service, kind=kind, subject_id=exchange_id, step=step, done_at=None, due_at__gt=now
    )
    for row in later:
        _hint_after_commit(row)
    later.update(due_at=now, next_try_at=now)


def _hint_after_commit(row: Owed) -> None:
    transaction.on_commit(lambda: outbox.hint(row.pk, outbox.queue_of(row.kind, row.urgency)), robust=True)
