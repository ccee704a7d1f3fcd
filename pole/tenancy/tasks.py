"""Doors from Celery."""

from celery import shared_task

from pole.tenancy import receipts


@shared_task(name="tenancy.forget_receipts")
def forget_receipts() -> None:
    receipts.forget_receipts()
