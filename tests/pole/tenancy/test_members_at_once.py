"""Two add the same person at one moment, on a real database with real transactions."""

import threading
import time

import pytest
from django.db import connection, transaction

from pole.accounts.models import User
from pole.tenancy import members
from pole.tenancy.actor import Actor
from pole.tenancy.context import tenant
from pole.tenancy.models import Membership
from pole.tenancy.permissions import Role
from tests.cases.conftest import database_of_its_own
from tests.cast import make_cast

__all__ = ["database_of_its_own"]

ENOUGH = 20.0
WAITS = "SELECT count(*) FROM pg_locks WHERE NOT granted AND pg_backend_pid() = ANY(pg_blocking_pids(pid))"
NADIA = "nadia@maison-claire.example"


def add(actor: Actor) -> Membership:
    with tenant(actor.service_id):
        return members.add_member(actor=actor, email=NADIA, name="Nadia", role=Role.PRACTITIONER)


@pytest.mark.parametrize("elsewhere", [False, True], ids=["in one service", "in two services"])
def test_two_directions_who_add_the_same_person_take_turns(database_of_its_own, elsewhere):
    with transaction.atomic():
        cast = make_cast()
    first = cast.actor(cast.denis)
    second = cast.actor(cast.dina) if elsewhere else first
    said: list[Exception | Membership] = []

    def run() -> None:
        try:
            with transaction.atomic():
                said.append(add(second))
        except Exception as refused:
            said.append(refused)
        finally:
            connection.close()

    other = threading.Thread(target=run)
    with transaction.atomic():
        add(first)
        other.start()
        _until_somebody_waits(other)
    other.join(ENOUGH)

    [answer] = said
    assert isinstance(answer, Membership if elsewhere else members.AlreadyAMember)
    assert User.objects.filter(email=NADIA).count() == 1
    services = {cast.victims, cast.programme} if elsewhere else {cast.victims}
    assert {row.service for row in Membership.objects.filter(user__email=NADIA)} == services


def _until_somebody_waits(other: threading.Thread) -> None:
    until = time.monotonic() + ENOUGH
    while other.is_alive() and time.monotonic() < until:
        with connection.cursor() as cursor:
            cursor.execute(WAITS)
            if cursor.fetchone()[0]:
                return
        time.sleep(0.01)
