"""What becomes of a protocol is told to its parties: to each direction and coordination, in their own service's space.

Protocols know nothing of mail; a sweep asks them what is new (`protocols.news`) and owes each telling once.
"""

from django.db import transaction
from django.utils.translation import gettext as _

from alerts import outbox
from alerts.models import Owed, OwedKind
from alerts.notices import ask_a_human, notify_role
from pole.clock import database_now
from pole.tenancy.context import inside
from pole.tenancy.permissions import Role
from protocols.news import news

TOLD = (Role.DIRECTION, Role.COORDINATION)


def sweep_news() -> int:
    """Owe each service what it was not told yet; how many tellings."""
    with transaction.atomic():
        now, owed = database_now(), 0
        found = news(now)
        known = set(
            Owed.objects.filter(
                kind=OwedKind.PROTOCOL, subject_id__in=[each.subject_id for each in found]
            ).values_list("service_id", "subject_id", "step")
        )
        for each in found:
            for service in each.services:
                if (service.pk, each.subject_id, each.step) in known or not service.is_active:
                    continue
                outbox.owe(
                    service=service,
                    kind=OwedKind.PROTOCOL,
                    subject_id=each.subject_id,
                    step=each.step,
                    due_at=now,
                )
                owed += 1
        return owed


def tell(row: Owed) -> str:
    """A notice to everybody whose matter it is; a task where nobody is."""
    with inside(row.service) as service:
        told = sum(
            notify_role(
                service=service,
                role=role,
                subject_id=row.subject_id,
                step=row.step,
                urgency="",
                deadline_at=None,
            )
            for role in TOLD
        )
        if not told:
            ask_a_human(
                service, _("Something changed about one of your protocols, and nobody could be told.")
            )
        return f"told {told}"
