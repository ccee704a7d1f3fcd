"""Exercises for tests and demonstrations, dull and predictable; each function enters the space it needs."""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from uuid import UUID

from django.utils import timezone

from assessment.models import Invitation
from assessment.stored import Given
from assessment.training import services
from assessment.vignettes import shipped
from pole.tenancy.actor import Actor
from pole.tenancy.context import inside
from pole.tenancy.models import Service

Answers = Mapping[str, str]
SOME_ANSWER: Answers = {"A7": "recent"}


def exercise(organiser: Actor, *invited: Service, vignettes: Sequence[str] = (), grid: str = "pdc-1") -> UUID:
    """Open for a fortnight, on these vignettes or all that ship."""
    with inside(organiser.service):
        return services.open_exercise(
            actor=organiser,
            grid=grid,
            vignettes=vignettes or shipped(),
            invited=invited,
            closes_on=timezone.localdate() + timedelta(days=14),
        )


def invitation_of(actor: Actor, exercise: UUID) -> Invitation:
    """As the actor's service received it; to be called in its space."""
    return Invitation.objects.received_by(actor.service_id).select_related("outcome").get(exercise=exercise)


def read(actor: Actor, exercise: UUID, answers: Mapping[str, Answers] | None = None) -> None:
    """Fill in these vignettes; those not named get `SOME_ANSWER`."""
    with inside(actor.service):
        invitation = invitation_of(actor, exercise)
        for vignette in invitation.vignettes:
            said = (answers or {}).get(vignette, SOME_ANSWER)
            given = {code: Given(value) for code, value in said.items()}
            services.save_vignette(actor=actor, invitation=invitation, vignette=vignette, answers=given)


def hand_in(actor: Actor, exercise: UUID, answers: Mapping[str, Answers] | None = None) -> None:
    """Read and hand in."""
    read(actor, exercise, answers)
    with inside(actor.service):
        services.hand_in(actor=actor, invitation=invitation_of(actor, exercise), at=timezone.now())


def publish(organiser: Actor, exercise: UUID) -> None:
    """Close it and send what it came to."""
    with inside(organiser.service):
        services.publish(actor=organiser, exercise=exercise)
