"""Receipts of forms are kept while somebody may still press the button again, and no longer."""

from datetime import timedelta

from pole.clock import database_now
from pole.tenancy.context import each_service
from pole.tenancy.models import Receipt

KEPT = timedelta(days=2)


def forget_receipts() -> int:
    """Delete old receipts, service by service; how many."""
    forgotten = 0
    for space in each_service():
        with space as service:
            old = Receipt.objects.filter(service=service, at__lt=database_now() - KEPT)
            forgotten += old.delete()[0]
    return forgotten
