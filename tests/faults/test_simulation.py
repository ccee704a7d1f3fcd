"""Simulations of two services keep workers busy: a red alert does not wait for them, and a dead worker loses none."""

from collections.abc import Iterator
from datetime import timedelta

import pytest

from alerts.models import Owed, OwedKind, Simulation
from alerts.simulating import beginning
from pole.clock import database_now
from pole.runtime.stack import Stack
from pole.tenancy.actor import Actor
from pole.tenancy.context import inside
from protocols.counts import Found
from protocols.models import ProtocolDraft
from tests.alerts.simulated import draft_of
from tests.cast import Cast
from tests.faults.conftest import decide
from tests.running import eventually, running

pytestmark = [pytest.mark.runtime, pytest.mark.stack, pytest.mark.timeout(300)]
MANY = 100_000


@pytest.fixture(scope="module")
def stack(
    tmp_path_factory: pytest.TempPathFactory, django_db_setup: None, django_db_blocker
) -> Iterator[Stack]:
    """With the worker that takes what may wait."""
    parts = ("database", "broker", "mail", "worker", "background", "sweeper", "beat")
    with django_db_blocker.unblock(), running(tmp_path_factory.mktemp("stack"), parts=parts) as stack:
        yield stack


def begun(actor: Actor, draft: ProtocolDraft, number: int) -> Simulation:
    today = database_now().date()
    days = {"first": today - timedelta(days=300), "last": today}
    with inside(actor.service):
        return beginning.begin(actor=actor, draft=draft, kind="invented", number=number, **days)


def now(simulation: Simulation) -> Simulation:
    with inside(simulation.service):
        return Simulation.objects.select_related("service").get(pk=simulation.pk)


def stopped(simulation: Simulation, actor: Actor) -> Simulation:
    with inside(actor.service):
        return beginning.stop(actor=actor, simulation_id=simulation.pk)


def test_a_red_alert_does_not_queue_behind_simulations(stack: Stack, crew: Cast):
    hers, his = crew.actor(crew.rita), crew.actor(crew.remy)
    busy = [
        (begun(actor, draft_of(crew, by=user), MANY), actor)
        for actor, user in ((hers, crew.rita), (his, crew.remy))
    ]
    stack.sweeper.stop()  # it sends mail of its own accord, and no simulation keeps it from it
    try:
        eventually(lambda: any(now(simulation).turns > 2 for simulation, _actor in busy))
        waited = []
        for _n in range(5):
            alert = decide(crew)
            row = Owed.objects.get(kind=OwedKind.NOTICE, subject_id=alert.exchange_id, step=0)
            eventually(lambda pk=row.pk: Owed.objects.filter(pk=pk).exclude(done_at=None).exists())
            row.refresh_from_db()
            waited.append(row.done_at - row.due_at)
        assert any(now(simulation).ended_at is None for simulation, _actor in busy), "it proved nothing"
        assert max(waited) < timedelta(seconds=5)
    finally:
        for simulation, actor in busy:
            stopped(simulation, actor)
        stack.sweeper.start()


def test_a_simulation_outlives_its_worker(stack: Stack, crew: Cast):
    actor, draft = crew.actor(crew.rita), draft_of(crew, by=crew.rita)
    simulation = begun(actor, draft, 8000)
    eventually(lambda: now(simulation).turns > 1)
    background = stack.processes["background"]
    background.kill()
    assert now(simulation).ended_at is None, "it was killed too late to prove anything"
    background.start()
    over = eventually(lambda: (found := now(simulation)).ended_at and found, within=120)
    assert (over.end, over.done, over.turns) == ("done", 8000, 8)
    assert Found.from_json(over.found).asked == 8000
