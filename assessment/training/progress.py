"""How far people are with an exercise: oneself, vignette by vignette; a service, as a number."""

from collections.abc import Collection
from dataclasses import dataclass
from uuid import UUID

from django.db.models import Count

from assessment.models import HandIn, Invitation, VignetteReading
from pole.tenancy.actor import Actor


@dataclass(frozen=True, slots=True)
class Progress:
    """How many vignettes the actor has read, and whether they handed in."""

    read: int = 0
    is_handed_in: bool = False


def progress_of(actor: Actor, invitations: Collection[Invitation]) -> dict[UUID, Progress]:
    """The actor's own progress by invitation; none where nothing was begun."""
    rows = VignetteReading.objects.of(actor).read().filter(invitation__in=invitations)
    counted = rows.values("invitation").annotate(read=Count("pk"), handed_in=Count("handed_in_at"))
    return {row["invitation"]: Progress(row["read"], bool(row["handed_in"])) for row in counted}


def handed_in_by_service(actor: Actor, exercise: UUID) -> list[tuple[str, int]]:
    """For the organiser: each invited service by name, with how many of its people have handed in. Never who."""
    hand_ins = HandIn.objects.of_exercise(organiser=actor.service_id, exercise=exercise).order_by()
    counts = dict(hand_ins.values_list("service").annotate(Count("pk")))
    sent = Invitation.objects.sent_by(actor.service_id).filter(exercise=exercise)
    return [
        (each.invited.name, counts.get(each.invited_id, 0))
        for each in sent.select_related("invited").order_by("invited__name")
    ]
