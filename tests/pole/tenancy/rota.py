"""A service's rota in tests: planned, replaced, removed, and asked who is there."""

from datetime import date, datetime, time, timedelta

from django.utils import timezone

from pole.calendar import BRUSSELS
from pole.clock import database_now
from pole.tenancy import duty_planning
from pole.tenancy.context import inside
from pole.tenancy.duty import on_duty
from pole.tenancy.factories import on_duty as begun
from pole.tenancy.models import DutyTurn, Membership
from tests.cast import Cast

LONG_AGO = date(2020, 1, 6)


def tomorrow() -> date:
    return timezone.localdate() + timedelta(days=1)


def plan(cast: Cast, who, by=None, **when) -> list[DutyTurn]:
    """By Denis, tomorrow from 9 to 17, unless said otherwise."""
    said = {"starts_on": tomorrow(), "starts": time(9), "ends_on": None, "ends": time(17)} | when
    with inside(cast.victims):
        return duty_planning.plan(actor=cast.actor(by or cast.denis), user_id=who.pk, **said)


def replace(cast: Cast, turn: DutyTurn, who, **when) -> DutyTurn:
    said = {"starts_on": tomorrow(), "starts": time(11), "ends_on": None, "ends": time(13)} | when
    with inside(cast.victims):
        return duty_planning.replace(actor=cast.actor(cast.denis), turn_id=turn.pk, user_id=who.pk, **said)


def remove(cast: Cast, turn: DutyTurn) -> None:
    with inside(cast.victims):
        duty_planning.remove(actor=cast.actor(cast.denis), turn_id=turn.pk)


def restore(cast: Cast, turn: DutyTurn) -> None:
    with inside(cast.victims):
        duty_planning.restore(actor=cast.actor(cast.denis), turn_id=turn.pk)


def there(cast: Cast, hour: int, minute: int = 0) -> list[str]:
    at = datetime.combine(tomorrow(), time(hour, minute), BRUSSELS)
    with inside(cast.victims):
        return [member.user.name for member in on_duty(cast.victims, at)]


def then(cast: Cast, **ago: float) -> list[str]:
    with inside(cast.victims):
        return [member.user.name for member in on_duty(cast.victims, database_now() - timedelta(**ago))]


def moved(cast: Cast, turn: DutyTurn, **times: datetime) -> None:
    """To other times, at which everybody worked here."""
    Membership.objects.filter(service=cast.victims).update(starts_on=LONG_AGO)
    with inside(cast.victims):
        DutyTurn.objects.filter(pk=turn.pk).update(**times)


def running(cast: Cast, who, *, days: float = 6, more: float = 0.1) -> DutyTurn:
    """A turn begun so many days ago that lasts so many more."""
    turn, now = begun(who, at=cast.victims), database_now()
    moved(cast, turn, starts_at=now - timedelta(days=days), ends_at=now + timedelta(days=more))
    return turn
