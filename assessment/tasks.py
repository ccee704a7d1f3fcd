"""Doors from Celery."""

from celery import shared_task

from assessment.training import services
from pole.alone import alone


@shared_task(name="assessment.publish_exercises")
def publish_exercises() -> None:
    """From beat: exercises that closed meanwhile."""
    with alone("assessment.publish_exercises") as mine:
        if mine:
            services.publish_due()
