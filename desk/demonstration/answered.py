"""What partners did with some alerts of the synthetic cases: acknowledged, taken on, and marked for the measures."""

from collections.abc import Iterable

from alerts import handling, relevance
from alerts.models import Alert, AlertState, Outcome, Relevance
from pole.clock import database_now
from pole.tenancy.actor import Actor
from pole.tenancy.context import tenant
from pole.tenancy.models import Membership, Service
from pole.tenancy.permissions import Role

ANSWER = "Vu avec la personne que nous suivons, entretien avancé à demain."
MARKS = (
    (Relevance.USEFUL, "Nous ne savions rien de la séparation."),
    (Relevance.USEFUL, ""),
    (Relevance.USEFUL, "L’entretien de mardi a pu être préparé."),
    (Relevance.USEFUL, ""),
    (Relevance.USEFUL, ""),
    (Relevance.LATE, "Reçue après notre séance."),
)
"""In turn: of six, five are useful and are told to the sender; the one that came late is not."""


def answer(alerts: Iterable[Alert], turn: int) -> None:
    """What left is read, acknowledged, taken on and marked by somebody of each recipient, as on its page."""
    mark, line = MARKS[turn % len(MARKS)]
    for alert in alerts:
        if alert.state != AlertState.SENT or alert.exchange is None:
            continue
        with tenant(alert.recipient_id):
            actor = _somebody(alert.recipient)
            handling.open_exchange(actor=actor, exchange=alert.exchange)
            handling.answer(actor=actor, exchange=alert.exchange, outcome=Outcome.TAKEN_ON, message=ANSWER)
            relevance.mark(actor=actor, exchange=alert.exchange, mark=mark, line=line, at=database_now())


def _somebody(service: Service) -> Actor:
    working = Membership.objects.filter(service=service, role__in=[Role.PRACTITIONER, Role.LIAISON])
    member = working.order_by("user__email")[0]
    return Actor(service=service, user_id=member.user_id, role=member.role)
