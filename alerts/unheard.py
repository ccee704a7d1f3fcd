"""Nobody has it: the sender is asked to call; once the ladder has ended, the coordination of the Pôle is told.

All that the coordination learns is that an alert, by its number, of one service to another has no acknowledgement, and
whom to call. No category, no urgency and no article of the alert crosses: it needs no case to get somebody to look.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from alerts import outbox
from alerts.announcing import announce, lay_down
from alerts.models import Alert, Handling, Owed, OwedKind
from alerts.models.alert import AlertQuerySet
from alerts.notices import ask_a_human
from pole.audit.models import Tag, record
from pole.clock import database_now
from pole.tenancy.actor import Actor
from pole.tenancy.context import inside
from pole.tenancy.models import Service, ServiceKind
from protocols import exchange as door
from protocols.lifetime import lifetime
from protocols.models import Exchange, ExchangeKind
from protocols.models.exchange import number_of
from protocols.registry import Standing, is_in_force, standing_under
from protocols.terms import Protocol

FIRST = "red"  # before all mail that can wait; the mail itself says no more than any other


@dataclass(frozen=True, slots=True)
class Call:
    """What the coordination is told: `recipient` has not acknowledged the alert `number` of `sender`."""

    exchange: Exchange
    number: str
    sender: Service
    recipient: Service


def warn_sender(row: Owed) -> str:
    """The sender's own clock, in the sender's space: a banner, and somebody's task to call."""
    with inside(row.service) as service:
        alert = locked("recipient").get(pk=row.subject_id)
        if done := settled(alert):
            return done
        _ask_to_call(service, alert)
        return "sender warned"


def tell_coordination(row: Owed) -> str:
    """In the sender's space: its banner and task if it has none yet, and the coordination, through the door."""
    with inside(row.service) as service:
        alert = locked("recipient", "exchange__protocol", "reading", "case").get(
            service=service, exchange_id=row.subject_id
        )
        if done := settled(alert):
            return done
        _ask_to_call(service, alert)
        told = _tell(service, alert)
        return f"{told} coordination told"


def ask_to_call(row: Owed) -> str:
    """In the coordination's space: somebody's task, with the number."""
    with inside(row.service) as service:
        exchange = Exchange.objects.received_by(service.pk).get(pk=row.subject_id, kind=ExchangeKind.UNHEARD)
        # What calls it off waits for this, or this for it.
        Handling.objects.select_for_update(of=("self",)).get(exchange=exchange)
        if word_after(exchange):
            return "nobody needs to call any more"
        [call] = calls(Actor.clockwork(service), [exchange])
        ask_a_human(service, asked(call))
        return "a task to call"


def asked(call: Call) -> str:
    """The task of the coordination, in words."""
    return _("%(partner)s has not acknowledged alert %(number)s of %(sender)s: call %(phone)s.") % {
        "partner": call.recipient.name,
        "number": call.number,
        "sender": call.sender.name,
        "phone": call.recipient.urgent_phone,
    }


def word_after(message: Exchange) -> Exchange | None:
    """What told later that nobody needs to call any more, if it did."""
    return Exchange.objects.filter(in_reply_to=message, kind=ExchangeKind.HEARD).first()


def calls(actor: Actor, exchanges: Sequence[Exchange]) -> list[Call]:
    """What such messages say, in the space of the coordination that received them."""
    if not exchanges:
        return []
    read = door.read_all(actor, exchanges)
    partners = {key: UUID(content["message"]["recipient"]) for key, content in read.items()}
    services = Service.objects.in_bulk({*partners.values(), *(each.sender_id for each in exchanges)})
    return [
        Call(each, number_of(each.in_reply_to_id), services[each.sender_id], services[partners[each.pk]])
        for each in exchanges
        if each.pk in partners and each.in_reply_to_id
    ]


def locked(*related: str) -> AlertQuerySet:
    """Both clocks may come due at one moment, in two workers' hands: whoever comes second sees what the first did."""
    return Alert.objects.select_related(*related).select_for_update(of=("self",))


def has_coordination(exchange: Exchange, *, to: Service) -> bool:
    """Whether there is a coordination to tell of an alert that nobody acknowledges; `to` is either party.

    None, once the protocol is suspended or has ended: then nothing crosses any more.
    """
    standing, now = standing_under(exchange.protocol, to), database_now()
    is_plain = not getattr(exchange, "has_life", True)  # the door says so of what it read
    crosses = lifetime(standing.protocol).in_force(now) if is_plain else is_in_force(standing.version, now)
    return crosses and bool(_coordinations(standing, but={exchange.sender_id, exchange.recipient_id}))


def settled(alert: Alert) -> str:
    """Why nobody needs to call any more; "" while somebody does."""
    if Alert.objects.acknowledged().filter(pk=alert.pk).exists():
        return "acknowledged"
    return "taken back" if Alert.objects.recalled().filter(pk=alert.pk).exists() else ""


def _ask_to_call(service: Service, alert: Alert) -> None:
    """The sender's banner and somebody's task: once an alert, which is locked. In the sender's space."""
    if alert.overdue_at:
        return
    alert.overdue_at = database_now()
    alert.save(update_fields=["overdue_at"])
    record(actor=Actor.clockwork(service), tag=Tag.ALERT_ESCALATED, subject_id=alert.pk, side="sender")
    call = _("%(partner)s has not acknowledged: call %(phone)s.") % {
        "partner": alert.recipient.name,
        "phone": alert.recipient.urgent_phone,
    }
    if alert.urgency == "red":
        call += " " + _("If the danger is immediate, call 112 or 101 again.")
    ask_a_human(service, call, alert=alert)


def _tell(service: Service, alert: Alert) -> int:
    if alert.exchange is None:
        return 0
    actor, now = Actor.clockwork(service), database_now()
    standing = standing_under(alert.exchange.protocol, service)
    told = 0
    for coordination in _coordinations(standing, but={service.pk, alert.recipient_id}):
        try:
            with transaction.atomic():
                sent = door.send(
                    actor=actor,
                    standing=standing,
                    recipient=coordination,
                    kind=ExchangeKind.UNHEARD,
                    article=_article(standing.protocol),
                    purposes=[],
                    in_reply_to=alert.exchange,
                    message={"recipient": str(alert.recipient_id)},
                    acknowledge_by=now,
                    at=now,
                )
        except door.Refused:
            # No protocol in force any more: nothing crosses. The sender's own banner and task stand.
            record(actor=actor, tag=Tag.EXCHANGE_REFUSED, subject_id=alert.pk, recipient=coordination.slug)
            continue
        lay_down(sent)
        announce(service=coordination, subject_id=sent.pk, due_at=now, urgency=FIRST)
        outbox.owe(service=coordination, kind=OwedKind.CALL, subject_id=sent.pk, due_at=now, urgency=FIRST)
        told += 1
    if told:
        record(actor=actor, tag=Tag.ALERT_ESCALATED, subject_id=alert.pk, side="coordination")
    return told


def _coordinations(standing: Standing, *, but: set[UUID]) -> list[Service]:
    parties = standing.services.values()
    return [
        each
        for each in parties
        if each.kind == ServiceKind.COORDINATION and each.is_active and each.pk not in but
    ]


def _article(protocol: Protocol) -> str:
    """The one that the ladders stand in; "" where the text names none."""
    stands_in = (article.number for article in protocol.articles if "urgencies" in article.stands_in)
    return next(stands_in, "")
