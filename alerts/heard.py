"""Somebody has it after all: the coordination that was told that nobody had is told that nobody needs to call any more.

No more crosses than before: an alert by its number, of one service to another, was acknowledged or taken back.
"""

from django.db.models import QuerySet

from alerts import outbox, unheard
from alerts.announcing import announce
from alerts.models import Handling, Owed, OwedKind
from cases.models import Task
from cases.services.tasks import complete_task
from pole.audit.models import Tag, record
from pole.clock import database_now
from pole.tenancy.actor import Actor
from pole.tenancy.context import inside
from pole.tenancy.models import Service
from protocols import exchange as door
from protocols.models import Exchange, ExchangeKind
from protocols.registry import standing_under


def owe_word(alert: Exchange) -> None:
    """Where an alert is acknowledged or taken back, in that transaction: what follows if a coordination was told."""
    # Locked: whoever would take the row up now leaves it, and finds the alert settled later. Whoever took it up before
    # may be telling the coordination at this moment.
    end = Owed.objects.select_for_update().filter(kind=OwedKind.UNHEARD, subject_id=alert.pk).first()
    if end and end.handed_over_at:
        outbox.owe(service=alert.sender, kind=OwedKind.HEARD, subject_id=alert.pk, due_at=database_now())


def tell_coordination(row: Owed) -> str:
    """In the sender's space: to each coordination that was told, through the door, under the same article."""
    with inside(row.service) as service:
        alert = unheard.locked("exchange__protocol").get(service=service, exchange_id=row.subject_id)
        told = 0
        for message in _messages(service, row).filter(recipient__is_active=True).select_related("recipient"):
            now = database_now()
            sent = door.send(
                actor=Actor.clockwork(service),
                standing=standing_under(message.protocol, service),
                recipient=message.recipient,
                kind=ExchangeKind.HEARD,
                article=message.article,
                purposes=[],
                in_reply_to=message,
                message={"because": unheard.settled(alert)},
                at=now,
            )
            announce(service=message.recipient, subject_id=sent.pk, due_at=now)
            outbox.owe(service=message.recipient, kind=OwedKind.CALL_OFF, subject_id=sent.pk, due_at=now)
            told += 1
        return f"{told} coordination told"


def call_off(row: Owed) -> str:
    """In the coordination's space: off its board, and the task to call is done."""
    with inside(row.service) as service:
        actor = Actor.clockwork(service)
        word = Exchange.objects.received_by(service.pk).get(pk=row.subject_id, kind=ExchangeKind.HEARD)
        message = Exchange.objects.received_by(service.pk).get(replies=word)
        handling = Handling.objects.select_for_update(of=("self",)).get(exchange=message)
        if handling.acknowledged_at is None:
            # By nobody: nobody said that they call.
            handling.acknowledged_at = database_now()
            handling.save(update_fields=["acknowledged_at"])
            record(actor=actor, tag=Tag.ALERT_ACKNOWLEDGED, subject_id=message.pk, called_off=True)
        [call] = unheard.calls(actor, [message])
        asked = unheard.asked(call)
        for task in Task.objects.filter(service=service, case=None, is_urgent=True, done_at=None):
            if task.text == asked:
                complete_task(actor=actor, task=task)
        return "nobody needs to call"


def _messages(service: Service, row: Owed) -> QuerySet[Exchange]:
    """What told that nobody has the alert."""
    sent = Exchange.objects.sent_by(service.pk).select_related("protocol")
    return sent.filter(in_reply_to=row.subject_id, kind=ExchangeKind.UNHEARD)
