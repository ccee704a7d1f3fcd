"""The one way to an exercise from outside."""

from uuid import UUID

from django.db.models import Case, IntegerField, Value, When
from django.http import Http404

from assessment.models import Invitation
from assessment.models.training import InvitationQuerySet
from pole.tenancy.actor import Actor
from pole.tenancy.permissions import Perm


def exercises_of(actor: Actor) -> InvitationQuerySet:
    """Exercises of the actor's service, the latest first, each by one invitation: its own, or else one that it sent."""
    own_first = Case(
        When(invited_id=actor.service_id, then=Value(0)), default=Value(1), output_field=IntegerField()
    )
    chosen = (
        Invitation.objects.known_to(actor.service_id).order_by("exercise", own_first).distinct("exercise")
    )
    found = Invitation.objects.filter(pk__in=chosen.values("pk"))
    return found.select_related("service", "outcome").order_by("-opened_at", "pk")


def exercise_for(actor: Actor, exercise: UUID) -> Invitation:
    """The invitation by which the actor's service knows an exercise.

    Raises:
        Http404: no such exercise, or not for this service: the two look the same.
    """
    found = exercises_of(actor).filter(exercise=exercise).first()
    if found is None:
        raise Http404
    return found


def invitation_for(actor: Actor, exercise: UUID) -> Invitation:
    """The same, where the actor's service is invited: what can be read and handed in.

    Raises:
        Http404: also for a service that organises the exercise and did not invite itself.
    """
    found = exercise_for(actor, exercise)
    if found.invited_id != actor.service_id:
        raise Http404
    return found


def organised_by(actor: Actor, exercise: UUID) -> Invitation:
    """The same, where the actor's service organises it.

    Raises:
        Http404: also for a service that is only invited.
    """
    found = exercise_for(actor, exercise)
    if not organises(actor, found):
        raise Http404
    return found


def organises(actor: Actor, invitation: Invitation) -> bool:
    """Whether closing the exercise and its data are this actor's business."""
    return invitation.service_id == actor.service_id and actor.can(Perm.TRAINING_ORGANISE)
