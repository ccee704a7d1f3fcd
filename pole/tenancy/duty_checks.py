"""Whether a turn may stand on the rota: its days and hours, whoever would hold it, and who else does."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime, time, timedelta
from itertools import pairwise
from uuid import UUID

from pole.calendar import BRUSSELS
from pole.rota import NoSuchTime, moment
from pole.tenancy import duty_refusals as refusals
from pole.tenancy.actor import Actor
from pole.tenancy.duty import midnight, who_may_be
from pole.tenancy.models import DutyTurn, Membership, Service

LONGEST = timedelta(days=31)
FARTHEST = timedelta(days=400)


def member_of(actor: Actor, user_id: UUID) -> Membership:
    """Somebody of the actor's service.

    Raises:
        refusals.NotOnDutyHere: none of this id who may be on duty there.
    """
    found = who_may_be(actor.service).filter(user=user_id).first()
    if found is None:
        raise refusals.NotOnDutyHere
    return found


def check_days(starts_on: date, ends_on: date | None, now: datetime) -> None:
    """Before anything is reckoned with them: a mistyped year may lie where no day after or before it exists."""
    today = day_of(now)
    for field, day in (("starts_on", starts_on), ("ends_on", ends_on)):
        if day and abs(day - today) > FARTHEST:
            raise refusals.TooFar(field=field)
    if starts_on < today:
        raise refusals.BegunBefore


def check_days_within(turn: DutyTurn, starts_on: date, ends_on: date | None, now: datetime) -> None:
    """The same for a replacement: how far ahead its days may lie, its turn says, which may be one of many weeks."""
    first, last = day_of(turn.starts_at), day_of(turn.ends_at)
    for field, day in (("starts_on", starts_on), ("ends_on", ends_on)):
        if day and not first <= day <= last:
            raise refusals.OutsideTheTurn(turn, field=field)
    if starts_on < day_of(now):
        raise refusals.BegunBefore


def day_of(at: datetime) -> date:
    """In Brussels."""
    return at.astimezone(BRUSSELS).date()


def same_or_next(day: date, starts: time, ends: time) -> date:
    """The day on which a turn ends where nobody said it: a night ends the next morning."""
    return day if ends > starts else day + timedelta(days=1)


def span_of(starts_on: date, starts: time, ends_on: date, ends: time) -> tuple[datetime, datetime]:
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


def check_spans(spans: Sequence[tuple[datetime, datetime]], now: datetime) -> None:
    """Each lasts some time, not too long, and is not over."""
    for begins, ends in spans:
        lasts = ends.astimezone(now.tzinfo) - begins.astimezone(now.tzinfo)
        if lasts <= timedelta():
            raise refusals.EndsBefore
        if lasts > LONGEST:
            raise refusals.TooLong
        if ends <= now:
            raise refusals.OverAlready


def check_presence(member: Membership, spans: Sequence[tuple[datetime, datetime]]) -> None:
    """They work here from the first moment to the last."""
    first, last = spans[0][0], spans[-1][1]
    if first < midnight(member.starts_on):
        raise refusals.ArrivesLater(member)
    if member.ends_on and last > midnight(member.ends_on):
        raise refusals.LeavesBefore(member)


def check_free(
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
