"""Addresses that no mail reaches: what can't be one, what a server refused for good, and who corrects it."""

import smtplib

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.translation import gettext as _

from alerts import outbox
from alerts.escalation import hurry
from alerts.models import Owed, OwedKind
from alerts.notices import ask_a_human, notify_role
from alerts.reviews import day_number
from pole.clock import database_now
from pole.tenancy.context import inside
from pole.tenancy.permissions import Role


class UnusableAddress(smtplib.SMTPRecipientsRefused):
    """Refused here as any server would: what no header and no envelope may carry is offered to none."""

    def __init__(self, address: str) -> None:
        super().__init__({address: (553, b"not an address")})


def insist_on_usable(address: str) -> None:
    """Raises:
    UnusableAddress: a line break, a blank, no address at all. Forms refuse these; a database may hold one.
    """
    try:
        validate_email(address)
    except ValidationError as error:
        raise UnusableAddress(address) from error


def refused_for_good(row: Owed) -> None:
    """A notice that will not arrive: the next contact at once, and for the duty address, somebody corrects it."""
    with inside(row.service) as service:
        hurry(row)
        if row.addressee_id is None:
            now = database_now()
            # Once a day and service, however many notices are refused.
            outbox.owe(
                service=service,
                kind=OwedKind.ADDRESS,
                subject_id=service.pk,
                step=day_number(now),
                due_at=now,
            )


def ask_for_correction(row: Owed) -> str:
    """The direction is told, at its members' own addresses, and a task says what to do."""
    with inside(row.service) as service:
        told = notify_role(
            service=service,
            role=Role.DIRECTION,
            subject_id=service.pk,
            step=row.step,
            urgency="",
            deadline_at=None,
        )
        ask_a_human(
            service,
            _(
                "The duty e-mail %(address)s is refused: alerts are announced to the next person of the ladder. "
                "Correct it under Service, “How others reach the service”."
            )
            % {"address": " ".join(service.duty_email.split())},
        )
        return f"told {told}, and a task"
