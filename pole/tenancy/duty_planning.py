"""The duty rota, changed by the service's coordination or direction: planned, replaced, removed, put back."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime, time, timedelta
from itertools import pairwise
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet

from pole.audit.models import Tag, record
from pole.calendar import BRUSSELS
from pole.clock import database_now
from pole.rota import NoSuchTime, moment
from pole.tenancy import duty_refusals as refusals
from pole.tenancy.actor import Actor
from pole.tenancy.duty import midnight, who_may_be
from pole.tenancy.models import DutyTurn, Membership, Service
from pole.tenancy.permissions import Perm

LONGEST = timedelta(days=31)
MOST_WEEKS = 26
FARTHEST = timedelta(days=400)


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
    _check_days(starts_on, ends_on, now)
    if ends_on and ends_on - starts_on > LONGEST:
        raise refusals.TooLong
    last_day = ends_on or _same_or_next(starts_on, starts, ends)
    spans = []
    for week in range(weeks):
        later = timedelta(weeks=week)
        spans.append(_span(starts_on + later, starts, last_day + later, ends))
    member = _member(actor, user_id)
    _check_spans(spans, now)
    _check_presence(member, spans)
    _check_free(actor.service, member, spans)
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
    member = _member(actor, user_id)
    if turn.user_id == user_id:
        raise refusals.OwnTurn
    now = database_now()
    _check_days_within(turn, starts_on, ends_on, now)
    begins, end = _span(starts_on, starts, ends_on or _same_or_next(starts_on, starts, ends), ends)
    _check_spans([(begins, end)], now)
    if begins < turn.starts_at:
        raise refusals.OutsideTheTurn(turn, field="starts")
    if end > turn.ends_at:
        raise refusals.OutsideTheTurn(turn, field="ends")
    _check_presence(member, [(begins, end)])
    if taken := turn.replacements.between(begins, end).select_related("user").first():
        raise refusals.ReplacedAlready(taken)
    _check_free(actor.service, member, [(begins, end)])
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
    if _day(turn.gone_from) < _day(now):
        raise refusals.BegunBefore
    if turn.replaces and (turn.replaces.removed_at or _rivals(turn).exists()):
        raise refusals.NothingToReplace
    rows = _with_replacements(turn)
    for row in rows:
        _check_free(actor.service, row, [(row.starts_at, row.ends_at)], but=rows)
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


def _member(actor: Actor, user_id: UUID) -> Membership:
    found = who_may_be(actor.service).filter(user=user_id).first()
    if found is None:
        raise refusals.NotOnDutyHere
    return found


def _check_days(starts_on: date, ends_on: date | None, now: datetime) -> None:
    """Before anything is reckoned with them: a mistyped year may lie where no day after or before it exists."""
    today = _day(now)
    for field, day in (("starts_on", starts_on), ("ends_on", ends_on)):
        if day and abs(day - today) > FARTHEST:
            raise refusals.TooFar(field=field)
    if starts_on < today:
        raise refusals.BegunBefore


def _check_days_within(turn: DutyTurn, starts_on: date, ends_on: date | None, now: datetime) -> None:
    """The same for a replacement: how far ahead its days may lie, its turn says, which may be one of many weeks."""
    first, last = _day(turn.starts_at), _day(turn.ends_at)
    for field, day in (("starts_on", starts_on), ("ends_on", ends_on)):
        if day and not first <= day <= last:
            raise refusals.OutsideTheTurn(turn, field=field)
    if starts_on < _day(now):
        raise refusals.BegunBefore


def _day(at: datetime) -> date:
    return at.astimezone(BRUSSELS).date()


def _same_or_next(day: date, starts: time, ends: time) -> date:
    return day if ends > starts else day + timedelta(days=1)


def _span(starts_on: date, starts: time, ends_on: date, ends: time) -> tuple[datetime, datetime]:
    """Raises:
    refusals.SkippedTime: the clocks skip one of the two.
    """
    try:
        begins = moment(starts_on, starts)
    except NoSuchTime as error:
        raise refusals.SkippedTime(error, field="starts") from error
    try:
        return begins, moment(ends_on, ends, last=True)
    except NoSuchTime as error:
        raise refusals.SkippedTime(error, field="ends") from error


def _check_spans(spans: Sequence[tuple[datetime, datetime]], now: datetime) -> None:
    for begins, ends in spans:
        lasts = ends.astimezone(now.tzinfo) - begins.astimezone(now.tzinfo)
        if lasts <= timedelta():
            raise refusals.EndsBefore
        if lasts > LONGEST:
            raise refusals.TooLong
        if ends <= now:
            raise refusals.OverAlready


def _check_presence(member: Membership, spans: Sequence[tuple[datetime, datetime]]) -> None:
    first, last = spans[0][0], spans[-1][1]
    if first < midnight(member.starts_on):
        raise refusals.ArrivesLater(member)
    if member.ends_on and last > midnight(member.ends_on):
        raise refusals.LeavesBefore(member)


def _check_free(
    service: Service,
    who: Membership | DutyTurn,
    spans: Sequence[tuple[datetime, datetime]],
    *,
    but: Iterable[DutyTurn] = (),
) -> None:
    """Several people may be on duty together; one person twice at once is a mistake.

    Args:
        but: the turns that are about to stand there.
    """
    overlapping = DutyTurn.objects.none()
    for begins, ends in spans:
        overlapping |= DutyTurn.objects.between(begins, ends)
    taken = overlapping.filter(service=service, user=who.user_id).exclude(pk__in=[row.pk for row in but])
    if turn := taken.select_related("user").order_by("starts_at").first():
        raise refusals.OnDutyAlready(turn)
    for (_begins, ends), (begins, _ends) in pairwise(spans):
        if begins < ends:
            raise refusals.WeeksOverlap
