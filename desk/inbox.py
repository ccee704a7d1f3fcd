"""One inbox over all services a person works for: each asked in its own space, with the rights held there."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from alerts.board import calling, waiting
from alerts.shown import name_urgencies
from cases.models import Task
from desk.todo import SOON, place_of, tasks_of
from pole.clock import database_now
from pole.tenancy.actor import Actor
from pole.tenancy.context import tenant
from pole.tenancy.models import Service
from pole.tenancy.permissions import Perm
from protocols.models import Exchange

MOST = 50  # of each kind, from each service; the rest is on its own board
MOST_SERVICES = 4  # asked for one page, two queries each; the others are named, with their boards


@dataclass(frozen=True, slots=True)
class Item:
    """An alert or a task, and whose it is."""

    service: Service
    row: Any


@dataclass(frozen=True, slots=True)
class Space:
    """One service as the person works for it, and what waits for them there; None: not theirs to see, or not asked."""

    actor: Actor
    alerts: list[Exchange] | None = None
    tasks: list[Task] | None = None
    is_asked: bool = True

    @property
    def reads_alerts(self) -> bool:
        return self.actor.can(Perm.ALERT_READ)

    @property
    def most(self) -> int:
        return MOST

    @property
    def has_all_alerts(self) -> bool:
        return self.alerts is None or len(self.alerts) < MOST

    @property
    def has_all_tasks(self) -> bool:
        return self.tasks is None or len(self.tasks) < MOST


@dataclass(frozen=True, slots=True)
class Inbox:
    """What waits in all of them, the most pressing first, and where it came from."""

    spaces: list[Space]
    alerts: list[Item]
    tasks: list[Item]


def inbox_of(actors: Iterable[Actor]) -> Inbox:
    """Ask one service after the other, at most `MOST` of each kind, and lay the answers together.

    No query sees two services: what is laid together are rows that each service's own wall let through.
    """
    now = database_now()
    spaces = [
        _asked(actor, now) if place < MOST_SERVICES else Space(actor, is_asked=False)
        for place, actor in enumerate(actors)
    ]
    alerts = [Item(space.actor.service, row) for space in spaces for row in space.alerts or ()]
    tasks = [Item(space.actor.service, row) for space in spaces for row in space.tasks or ()]
    name_urgencies(item.row for item in alerts)
    # As each service's own lists are ordered, so that none of them jumps a queue.
    alerts.sort(key=lambda item: (item.row.place, -item.row.sent_at.timestamp()))
    tasks.sort(key=lambda item: place_of(item.row))
    return Inbox(spaces, alerts, tasks)


def waiting_in(actors: Iterable[Actor]) -> int:
    """How many alerts wait for a human in all of them: a number that leaves a service out would hide its red alert."""
    return sum(_waiting(actor) for actor in actors if actor.can(Perm.ALERT_READ))


def _asked(actor: Actor, now: datetime) -> Space:
    with tenant(actor.service_id):
        return Space(
            actor,
            alerts=calling(actor, MOST, now) if actor.can(Perm.ALERT_READ) else None,
            tasks=list(tasks_of(actor, until=now + SOON)[:MOST]) if actor.can(Perm.CASE_READ) else None,
        )


def _waiting(actor: Actor) -> int:
    with tenant(actor.service_id):
        return waiting(actor)
