"""A recipient contests an alert: a disagreement about that alert, on both sides, ended as every other is.

What it says in its answer or its mark crosses with these; the disagreement itself says only that it is open.
"""

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from alerts.disagreements import DECLARED, say, start
from alerts.models.disagreement import Disagreement
from pole.refusals import Refused
from pole.tenancy.actor import Actor
from pole.tenancy.permissions import Perm
from protocols.models import Exchange, ExchangeKind

CONTESTABLE = (ExchangeKind.ALERT, ExchangeKind.UPDATE)


class NothingToContest(Refused):
    message = _("Only an alert that another service decided can be contested.")
    field = "contests"


class OnlyRefused(Refused):
    message = _("You contest what you refuse: choose “refused, with a motive”, or do not contest it.")
    field = "contests"


class OnlyUnwanted(Refused):
    message = _("You contest what is too much or not for you: choose one of these, or do not contest it.")
    field = "contests"


class ReasonMissing(Refused):
    message = _("Say why you contest it, in a few words.")
    field = "line"


@transaction.atomic
def contest(*, actor: Actor, alert: Exchange, about: str, at: datetime) -> Disagreement:
    """Open a disagreement about an alert that the actor's service received; its sender is told. Once an alert.

    Args:
        about: why; it stays in this service. The caller sends what the sender is to read.

    Raises:
        RightLacking, NothingToContest, ReasonMissing
    """
    actor.require(Perm.ALERT_HANDLE)
    if not is_contestable(actor, alert):
        raise NothingToContest
    if not about.strip():
        raise ReasonMissing
    known = of_alert(actor, alert)
    if known:
        return known
    disagreement = open_about(actor=actor, alert=alert, at=at, about=about.strip(), opened_by=actor.person_id)
    say(actor, alert, {"conclusion": DECLARED}, at)
    return disagreement


def open_about(
    *, actor: Actor, alert: Exchange, at: datetime, about: str = "", opened_by: UUID | None = None
) -> Disagreement:
    """The service's own row about an alert that it sent or received; the one there is, where there is one."""
    # Of two who contest at once the second waits for the first.
    known = Disagreement.objects.select_for_update(of=("self",)).filter(
        service=actor.service, contested=alert
    )
    row = Disagreement(contested=alert, about=about, opened_by_id=opened_by)
    return known.first() or start(actor=actor, row=row, at=at)


def is_contestable(actor: Actor, alert: Exchange) -> bool:
    """An alert to this service that a person of another answers for: not what the levels of a situation raised."""
    return alert.kind in CONTESTABLE and alert.recipient_id == actor.service_id and not alert.raised_by_pole


def of_alert(actor: Actor, alert: Exchange) -> Disagreement | None:
    """The disagreement about an alert sent or received, if the actor may see it."""
    return Disagreement.objects.visible_to(actor).filter(service=actor.service, contested=alert).first()
