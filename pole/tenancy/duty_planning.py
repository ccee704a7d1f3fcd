"""The duty rota, changed by the service's coordination or direction: planned, replaced, removed, put back."""

from datetime import date, time, timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet

from pole.audit.models import Tag, record
from pole.clock import database_now
from pole.tenancy import duty_refusals as refusals
from pole.tenancy.actor import Actor
from pole.tenancy.duty_checks import (
    LONGEST,
    check_days,
    check_days_within,
    check_free,
    check_presence,
    check_spans,
    day_of,
    member_of,
    same_or_next,
    span_of,
)
from pole.tenancy.models import DutyTurn, Service
from pole.tenancy.permissions import Perm

MOST_WEEKS = 26


@transaction.atomic
def plan(
    *,
    actor: Actor,
    user_id: UUID,
    starts_on: date,
    starts: time,
    ends_on: date | None,
    ends: time,
    weeks: int = 1,
) -> list[DutyTurn]:
    """Put somebody on duty, once or at the same hours of so many weeks running; all of them or none.

    Args:
        ends_on: None is the same day, or the next where the end is no later in the day than the beginning.
        weeks: how many weeks, the first included.

    Raises:
        RightLacking, refusals.DutyRefused
    """
    actor.require(Perm.DUTY_MANAGE)
    if not 1 <= weeks <= MOST_WEEKS:
        raise refusals.TooManyWeeks
    _take_turns(actor.service)
    now = database_now()
    check_days(starts_on, ends_on, now)
    if ends_on and ends_on - starts_on > LONGEST:
        raise refusals.TooLong
    last_day = ends_on or same_or_next(starts_on, starts, ends)
    spans = []
    for week in range(weeks):
        later = timedelta(weeks=week)
        spans.append(span_of(starts_on + later, starts, last_day + later, ends))
    member = member_of(actor, user_id)
    check_spans(spans, now)
    check_presence(member, spans)
    check_free(actor.service, member, spans)
    made = [
        DutyTurn(
            service=actor.service, user_id=user_id, starts_at=begins, ends_at=end, made_by_id=actor.person_id
        )
        for begins, end in spans
    ]
    DutyTurn.objects.bulk_create(made)
    for turn in made:
        record(actor=actor, tag=Tag.DUTY_PLANNED, subject_id=turn.pk, user=str(user_id))
    return made


@transaction.atomic
def replace(
    *,
    actor: Actor,
    turn_id: UUID,
    user_id: UUID,
    starts_on: date,
    starts: time,
    ends_on: date | None,
    ends: time,
) -> DutyTurn:
    """Somebody takes a part of a turn, or all of it.

    Raises:
        RightLacking, refusals.DutyRefused
        DutyTurn.DoesNotExist: no turn of the service.
    """
    actor.require(Perm.DUTY_MANAGE)
    _take_turns(actor.service)
    turn = _turn(actor, turn_id, is_removed=False)
    member = member_of(actor, user_id)
    if turn.user_id == user_id:
        raise refusals.OwnTurn
    now = database_now()
    check_days_within(turn, starts_on, ends_on, now)
    begins, end = span_of(starts_on, starts, ends_on or same_or_next(starts_on, starts, ends), ends)
    check_spans([(begins, end)], now)
    if begins < turn.starts_at:
        raise refusals.OutsideTheTurn(turn, field="starts")
    if end > turn.ends_at:
        raise refusals.OutsideTheTurn(turn, field="ends")
    check_presence(member, [(begins, end)])
    if taken := turn.replacements.between(begins, end).select_related("user").first():
        raise refusals.ReplacedAlready(taken)
    check_free(actor.service, member, [(begins, end)])
    made = DutyTurn.objects.create(
        service=actor.service,
        user_id=user_id,
        starts_at=begins,
        ends_at=end,
        replaces=turn,
        made_by_id=actor.person_id,
    )
    record(actor=actor, tag=Tag.DUTY_REPLACED, subject_id=turn.pk, user=str(user_id), by=str(made.pk))
    return made


@transaction.atomic
def remove(*, actor: Actor, turn_id: UUID) -> DutyTurn:
    """Take a turn off the rota, and whatever replaces a part of it. What is over stays: it says who was there; a
    turn that is running ends now, and the part that is past stays as well.

    Raises:
        RightLacking, refusals.DutyRefused: it is over, or was removed meanwhile.
        DutyTurn.DoesNotExist: no turn of the service.
    """
    actor.require(Perm.DUTY_MANAGE)
    _take_turns(actor.service)
    turn = _turn(actor, turn_id, is_removed=False)
    now = database_now()
    if turn.ends_at <= now:
        raise refusals.OverAlready
    DutyTurn.objects.filter(pk__in=[row.pk for row in _with_replacements(turn)]).update(removed_at=now)
    record(actor=actor, tag=Tag.DUTY_REMOVED, subject_id=turn.pk, user=str(turn.user_id))
    turn.removed_at = now
    return turn


@transaction.atomic
def restore(*, actor: Actor, turn_id: UUID) -> DutyTurn:
    """Undo a removal, with what was removed along with it: its own end is as it was. What would begin again before
    today stays as it is, since nobody was on duty then.

    Raises:
        RightLacking, refusals.DutyRefused: what was planned since stands in its way, or it is back already.
        DutyTurn.DoesNotExist: no turn of the service.
    """
    actor.require(Perm.DUTY_MANAGE)
    _take_turns(actor.service)
    turn = _turn(actor, turn_id, is_removed=True)
    now = database_now()
    if turn.ends_at <= now:
        raise refusals.OverAlready
    if day_of(turn.gone_from) < day_of(now):
        raise refusals.BegunBefore
    if turn.replaces and (turn.replaces.removed_at or _rivals(turn).exists()):
        raise refusals.NothingToReplace
    rows = _with_replacements(turn)
    for row in rows:
        check_free(actor.service, row, [(row.starts_at, row.ends_at)], but=rows)
    DutyTurn.objects.filter(pk__in=[row.pk for row in rows]).update(removed_at=None)
    record(actor=actor, tag=Tag.DUTY_RESTORED, subject_id=turn.pk, user=str(turn.user_id))
    return turn


def _take_turns(service: Service) -> None:
    """Two who change one rota at once take turns. Without the key: an alert that is owed meanwhile does not wait."""
    Service.objects.select_for_update(no_key=True).get(pk=service.pk)


def _turn(actor: Actor, turn_id: UUID, *, is_removed: bool) -> DutyTurn:
    """The turn in the state in which it was seen on the page.

    Raises:
        refusals.ChangedMeanwhile, DutyTurn.DoesNotExist
    """
    turn = DutyTurn.objects.select_related("replaces", "user").get(pk=turn_id, service=actor.service)
    if bool(turn.removed_at) is not is_removed:
        raise refusals.ChangedMeanwhile
    return turn


def _with_replacements(turn: DutyTurn) -> list[DutyTurn]:
    """The turn and all that replaces a part of it, in the same state: standing, or removed at one moment."""
    found, level = [turn], [turn]
    while level:
        same = DutyTurn.objects.filter(replaces__in=level, removed_at=turn.removed_at)
        level = list(same.select_related("user"))
        found += level
    return found


def _rivals(turn: DutyTurn) -> QuerySet[DutyTurn]:
    """Who else replaces a part of the same turn by now."""
    others = DutyTurn.objects.between(turn.starts_at, turn.ends_at).exclude(pk=turn.pk)
    return others.filter(replaces=turn.replaces)
