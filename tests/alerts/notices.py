"""A notice owed to a service's duty address, as an alert owes it."""

from uuid import uuid4

from django.db import transaction

from alerts import outbox
from alerts.models import Alert, Owed, OwedKind
from pole.clock import database_now
from pole.tenancy.models import Service


def notice_to(service: Service) -> Owed:
    subject = uuid4()
    with transaction.atomic():
        outbox.owe(service=service, kind=OwedKind.NOTICE, subject_id=subject, due_at=database_now())
    return Owed.objects.get(subject_id=subject)


def notice_of(alert: Alert) -> Owed:
    """The one to the recipient's duty address."""
    return Owed.objects.get(kind=OwedKind.NOTICE, subject_id=alert.exchange_id, step=0)


def due_again(row: Owed) -> Owed:
    """Its hour has come."""
    now = database_now()
    Owed.objects.filter(pk=row.pk).update(due_at=now, next_try_at=now, leased_until=None)
    return row
