"""A recipient that was suspended while something was on its way: nobody there signs in, so the sender is told."""

from django.utils.translation import gettext as _

from alerts.models import Owed
from alerts.notices import ask_a_human
from alerts.unheard import locked, settled
from pole.audit.models import Tag, record
from pole.clock import database_now
from pole.tenancy.actor import Actor
from pole.tenancy.context import inside
from protocols.models import Exchange


def warn_sender(row: Owed) -> str:
    """In the sender's space: somebody's task to call. The sender's own clock runs on beside it."""
    with inside(row.service) as service:
        exchange = Exchange.objects.sent_by(service.pk).select_related("recipient").get(pk=row.subject_id)
        # Locked as the sender's other clocks lock it: `overdue_at` is written by whoever comes first.
        alert = locked("reading", "case").filter(service=service, exchange=exchange).first()
        if alert and (done := settled(alert)):
            return done
        if alert:
            alert.overdue_at = alert.overdue_at or database_now()
            alert.save(update_fields=["overdue_at"])
            record(
                actor=Actor.clockwork(service), tag=Tag.ALERT_ESCALATED, subject_id=alert.pk, side="suspended"
            )
        text = _("%(partner)s is suspended and reads nothing here: call %(phone)s.") % {
            "partner": exchange.recipient.name,
            "phone": exchange.recipient.urgent_phone,
        }
        if alert and alert.urgency == "red":
            text += " " + _("If the danger is immediate, call 112 or 101 again.")
        ask_a_human(service, text, alert=alert)
        return "sender warned"
