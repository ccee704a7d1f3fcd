"""Doors from Celery."""

from celery import shared_task

from assessment.training import services


@shared_task(name="assessment.publish_exercises")
def publish_exercises() -> None:
    """From beat: exercises that closed meanwhile."""
    services.publish_due()
