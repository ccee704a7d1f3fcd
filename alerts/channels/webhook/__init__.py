"""By a signed call to the service's own system (Standard Webhooks). It carries no personal data: what waits, how
urgent, by when, and where to read it."""

import json
from datetime import datetime, timedelta

from django.conf import settings
from django.urls import reverse

from alerts.channels.shape import NotDelivered, Passing
from alerts.channels.webhook import endpoints
from alerts.channels.webhook.calling import call
from alerts.channels.webhook.signing import signed
from alerts.models import ChannelUse, Endpoint, Owed, OwedKind
from pole.clock import database_now
from pole.tenancy.context import inside
from pole.tenancy.models import Service
from protocols.models import Exchange

KIND = OwedKind.WEBHOOK
GIVEN_UP_AFTER = timedelta(hours=24)
"""The mail went its own way, and the alert waits in the service's space: a system that comes back after a day
reads the list."""
TEST = "test"


def is_used_by(service: Service) -> bool:
    return ChannelUse.objects.filter(service=service, kind=KIND).exists()


def deliver(row: Owed) -> str:
    """Call the service's endpoint, once for this attempt; a test is not tried again."""
    with inside(row.service) as service:
        now = database_now()
        endpoint = Endpoint.objects.filter(service=service, is_active=True).first()
        if endpoint is None:
            return "switched off"
        event = TEST if row.subject_id == endpoint.pk else _event(row)
        if not event:
            return "nothing received"
        if row.due_at + GIVEN_UP_AFTER < now:
            return f"given up: {row.reply}"
        if not service.is_active:
            raise Passing("service suspended")
        # One call at a time finds out whether it is back; the other rows don't each wait for it.
        if event != TEST and endpoint.rests_until and endpoint.rests_until > now:
            raise Passing(f"resting: {endpoint.reply}")
        body = _body(row, event)
        headers = signed(endpoint.secret, message_id=f"msg_{row.pk.hex}", at=now, body=body)
    try:
        reply = call(endpoint.url, headers | {"content-type": "application/json"}, body)
    except NotDelivered as failure:
        with inside(row.service):
            endpoints.not_taken(endpoint, str(failure), is_test=event == TEST)
        if event == TEST:
            return str(failure)
        raise
    with inside(row.service):
        endpoints.taken(endpoint, reply)
    return reply


def refused(row: Owed) -> None:
    """410: it asked not to be called any more."""
    with inside(row.service) as service:
        endpoints.switch_off_gone(service)


def _event(row: Owed) -> str:
    """What kind of thing waits, '' if it is not this service's."""
    kinds = Exchange.objects.received_by(row.service_id).filter(pk=row.subject_id)
    kind = kinds.values_list("kind", flat=True).first()
    return f"exchange.{kind}" if kind else ""


def _body(row: Owed, event: str) -> bytes:
    data = {
        "id": str(row.subject_id),
        "urgency": row.urgency or None,
        "deadline": _iso(row.deadline_at),
        "link": settings.BASE_URL + reverse("from_mail", args=[row.subject_id]),
    }
    message = {"type": event, "timestamp": _iso(row.created_at), "data": {} if event == TEST else data}
    return json.dumps(message, separators=(",", ":")).encode()


def _iso(moment: datetime | None) -> str | None:
    return moment.isoformat() if moment else None
