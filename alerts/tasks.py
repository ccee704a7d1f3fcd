"""Doors from Celery: hints and sweeps. They call services and hold no rule."""

from uuid import UUID

from celery import shared_task

from alerts import invariants, sweeping, work
from alerts.simulating import turns
from pole.alone import alone


@shared_task(name="alerts.work_off")
def work_off(owed_id: str) -> None:
    """A hint: this row waits, and others may."""
    work.work_on(UUID(owed_id))


@shared_task(name="alerts.sweep")
def sweep() -> None:
    """From beat: find what no hint brought, and hint again. Asked twice, it hints twice: a claim is won once."""
    sweeping.sweep_changes()
    sweeping.hint_again()
    sweeping.sweep_news()
    sweeping.read_reports()


@shared_task(name="alerts.check_invariants")
def check_invariants() -> None:
    """From beat: what must hold is asked of the database. By one at a time: what is found is told to people."""
    with alone("alerts.check_invariants") as mine:
        if mine:
            invariants.watch_over()


@shared_task(name="alerts.simulate")
def simulate(service_id: str, simulation_id: str, turn: int) -> None:
    """A turn of a simulation, and a hint at the next. One at a time anywhere: other workers stay free for alerts."""
    ids = UUID(service_id), UUID(simulation_id)
    with alone("alerts.simulate") as mine:
        more = mine and turns.take_turn(*ids, turn)
    if not mine:
        turns.still_waits(*ids)
        turns.ask_for_turn(*ids, turn, in_seconds=1)
    elif more:
        turns.ask_for_turn(*ids, turn + 1)


@shared_task(name="alerts.sweep_simulations")
def sweep_simulations() -> None:
    """From beat: hint at the next turn of a simulation that nobody moves."""
    sweeping.hint_at_simulations()
