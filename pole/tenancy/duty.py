"""Who of a service is on duty.

A rota adds somebody who is told by name; it takes nobody away. Whoever is planned and no longer works here, or may not
acknowledge, counts as absent: the replaced person is on duty again, or nobody is, and then alerts go where they go
without a rota.
"""

from datetime import date, datetime, time, timedelta
from uuid import UUID

from django.db.models import Q, QuerySet
from django.utils import timezone

from pole.calendar import BRUSSELS
from pole.rota import Stretch, Turn, held
from pole.tenancy.models import DutyTurn, Membership, Service
from pole.tenancy.permissions import RIGHTS, Perm

MOMENT = timedelta(microseconds=1)
HANDLERS = [role for role, rights in RIGHTS.items() if Perm.ALERT_HANDLE in rights]


def on_duty(service: Service, at: datetime) -> list[Membership]:
    """Who is on duty at this moment, by name; nobody without a rota. In the service's space."""
    stretches, members = rota_between(service, at, at + MOMENT)
    return sorted({members[each.turn.person] for each in stretches}, key=lambda member: member.user.name)


def rota_between(
    service: Service, begins: datetime, ends: datetime
) -> tuple[list[Stretch], dict[UUID, Membership]]:
    """Who holds which stretch between two moments, with their membership. In the service's space."""
    rows = list(DutyTurn.objects.between(begins, ends).filter(service=service))
    if not rows:
        return [], {}
    members = {
        each.user_id: each for each in _handlers(service).filter(user__in={row.user_id for row in rows})
    }
    turns = [_present(row, members[row.user_id]) for row in rows if row.user_id in members]
    stretches = held(turn for turn in turns if turn.begins < turn.ends)
    return [each for each in stretches if each.begins < ends and each.ends > begins], members


def who_may_be(service: Service) -> QuerySet[Membership]:
    """Who may be planned: those who may acknowledge what comes in, now or from a day to come. By name."""
    stays = Q(ends_on=None) | Q(ends_on__gt=timezone.localdate())
    return _handlers(service).filter(stays).order_by("user__name")


def _handlers(service: Service) -> QuerySet[Membership]:
    """The same with those who left: they were on duty before."""
    found = Membership.objects.filter(
        service=service, service__is_active=True, role__in=HANDLERS, user__is_active=True
    )
    return found.select_related("user")


def _present(row: DutyTurn, member: Membership) -> Turn:
    """As much of a turn as its person works here."""
    begins, ends = row.starts_at, row.until
    return Turn(
        row.pk,
        row.user_id,
        max(begins, midnight(member.starts_on)),
        min(ends, midnight(member.ends_on)) if member.ends_on else ends,
        row.replaces_id,
    )


def midnight(day: date) -> datetime:
    """The first instant of a day, in Brussels."""
    return datetime.combine(day, time.min, BRUSSELS)
