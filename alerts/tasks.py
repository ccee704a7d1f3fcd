"""Doors from Celery: hints and sweeps. They call services and hold no rule."""

from uuid import UUID

from celery import shared_task

from alerts import invariants, sweeping, work
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
