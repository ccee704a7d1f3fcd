"""Everything that changes an exercise: opened, read, handed in, closed."""

from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime, time, timedelta
from uuid import UUID, uuid4

from django.db import transaction
from django.utils import timezone

from assessment.checking import check_answer
from assessment.grids import load_grid
from assessment.models import HandIn, Invitation, Outcome, VignetteReading
from assessment.refusals import ClosesInThePast, ExerciseOver, HandedInAlready, NotAllRead, PublishedAlready
from assessment.stored import Given
from assessment.training.outcome import outcome_of
from assessment.training.sheets import Sheet, pack, unpack
from assessment.vignettes import load_vignette
from pole.audit.models import Tag, record
from pole.calendar import BRUSSELS
from pole.tenancy.actor import Actor
from pole.tenancy.context import each_service
from pole.tenancy.models import Service
from pole.tenancy.permissions import Perm


@transaction.atomic
def open_exercise(
    *, actor: Actor, grid: str, vignettes: Sequence[str], invited: Collection[Service], closes_on: date
) -> UUID:
    """Send an invitation to each of these services; what names the exercise from now on.

    Args:
        closes_on: the last day, included.

    Raises:
        ClosesInThePast
        GridError, VignetteError: no such grid or vignette.
    """
    actor.require(Perm.TRAINING_ORGANISE)
    now = timezone.now()
    closes_at = datetime.combine(closes_on + timedelta(days=1), time.min, BRUSSELS)
    if closes_at <= now:
        raise ClosesInThePast
    load_grid(grid)
    for vignette in vignettes:
        load_vignette(vignette)
    exercise = uuid4()
    Invitation.objects.bulk_create(
        Invitation(
            exercise=exercise,
            service=actor.service,
            invited=service,
            grid=grid,
            vignettes=list(vignettes),
            opened_at=now,
            closes_at=closes_at,
        )
        for service in invited
    )
    record(actor=actor, tag=Tag.EXERCISE_OPENED, subject_id=exercise, grid=grid, services=len(invited))
    return exercise


@transaction.atomic
def save_vignette(
    *, actor: Actor, invitation: Invitation, vignette: str, answers: Mapping[str, Given]
) -> VignetteReading:
    """Write these lines of the actor's reading of a vignette, each over what it held. All of them or none.

    Args:
        invitation: one that the actor's service received.
        vignette: one of its vignettes.
        answers: indicator code to what was given. An empty value is *not explored*.

    Raises:
        UnknownIndicator, InvalidAnswer: as `assessment.services.save_answers`.
        ExerciseOver, HandedInAlready
    """
    actor.require(Perm.TRAINING)
    now = timezone.now()
    if invitation.is_over(now):
        raise ExerciseOver
    grid, day = load_grid(invitation.grid), load_vignette(vignette).on
    for code, given in answers.items():
        check_answer(grid, code, given, on=day)
    row = _own_row(actor, invitation, vignette)
    if row.handed_in_at:
        raise HandedInAlready
    kept = {**unpack(grid, row.answers), **answers}
    row.answers, row.saved_at = pack(kept), now
    row.answered = sum(bool(given.value) for given in kept.values())
    row.save(update_fields=["answers", "answered", "saved_at"])
    return row


@transaction.atomic
def hand_in(*, actor: Actor, invitation: Invitation, at: datetime) -> None:
    """Freeze the actor's readings and send a copy without a name to the organiser.

    The journal keeps that the actor handed in, and when; nothing ties the copy to that line.

    Raises:
        ExerciseOver, HandedInAlready
        NotAllRead: a vignette without any answer.
    """
    actor.require(Perm.TRAINING)
    if invitation.is_over(at):
        raise ExerciseOver
    rows = VignetteReading.objects.of(actor).filter(invitation=invitation)
    read = {row.vignette: row for row in rows.read().select_for_update()}
    if any(row.handed_in_at for row in read.values()):
        raise HandedInAlready
    if set(read) != set(invitation.vignettes):
        raise NotAllRead
    HandIn.objects.create(
        service=actor.service,
        organiser_id=invitation.service_id,
        invitation=invitation,
        readings={
            code: Sheet.load(invitation, code, read[code]).handed_in() for code in invitation.vignettes
        },
    )
    rows.update(handed_in_at=at)
    record(actor=actor, tag=Tag.EXERCISE_HANDED_IN, subject_id=invitation.exercise)


@transaction.atomic
def publish(*, actor: Actor, exercise: UUID) -> None:
    """Close an exercise of the actor's service and send each invited service what it came to.

    Raises:
        PublishedAlready
        Invitation.DoesNotExist: no such exercise of this service.
    """
    actor.require(Perm.TRAINING_ORGANISE)
    sent = list(
        Invitation.objects.sent_by(actor.service_id).filter(exercise=exercise).select_related("outcome")
    )
    if not sent:
        raise Invitation.DoesNotExist
    if any(hasattr(invitation, "outcome") for invitation in sent):
        raise PublishedAlready
    hand_ins = HandIn.objects.of_exercise(organiser=actor.service_id, exercise=exercise)
    result = outcome_of(load_grid(sent[0].grid), sent[0].vignettes, [row.readings for row in hand_ins])
    # A second closing at the same moment waits here for the first, and adds nothing.
    Outcome.objects.bulk_create(
        [
            Outcome(
                service=actor.service, invited_id=invitation.invited_id, invitation=invitation, result=result
            )
            for invitation in sent
        ],
        ignore_conflicts=True,
    )
    record(actor=actor, tag=Tag.EXERCISE_PUBLISHED, subject_id=exercise, raters=result["raters"])


def publish_due() -> int:
    """Send what is due of every service's exercises, each service in a transaction of its own; how many."""
    published = 0
    for space in each_service():
        with space as service:
            due = Invitation.objects.sent_by(service.pk).due(timezone.now())
            for exercise in set(due.values_list("exercise", flat=True)):
                publish(actor=Actor.clockwork(service), exercise=exercise)
                published += 1
    return published


def _own_row(actor: Actor, invitation: Invitation, vignette: str) -> VignetteReading:
    """The actor's reading of this vignette, made if need be, locked until the transaction ends."""
    at = {
        "service": actor.service,
        "invitation": invitation,
        "user_id": actor.person_id,
        "vignette": vignette,
    }
    rows = VignetteReading.objects.select_for_update()
    if not (row := rows.filter(**at).first()):
        VignetteReading.objects.bulk_create([VignetteReading(**at)], ignore_conflicts=True)
        row = rows.get(**at)
    return row
