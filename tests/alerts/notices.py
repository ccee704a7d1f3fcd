"""A notice owed to a service's duty address, as an alert owes it."""

from uuid import uuid4

from django.db import transaction

from alerts import outbox
from alerts.models import Owed, OwedKind
from pole.clock import database_now
from pole.tenancy.models import Service


def notice_to(service: Service) -> Owed:
    subject = uuid4()
    with transaction.atomic():
        outbox.owe(service=service, kind=OwedKind.NOTICE, subject_id=subject, due_at=database_now())
    return Owed.objects.get(subject_id=subject)
