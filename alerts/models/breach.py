"""An invariant that was found broken: ids and times. A platform table, read by the operator."""

from typing import Self
from uuid import uuid4

from django.db import models
from django.db.models import Q


class BreachQuerySet(models.QuerySet["Breach"]):
    def current(self) -> Self:
        """Those that the last look still found."""
        return self.filter(mended_at=None)


class Breach(models.Model):
    """Found at, told at, and mended at when it was no longer found."""

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    service = models.ForeignKey("tenancy.Service", on_delete=models.PROTECT, related_name="+")
    invariant = models.CharField(max_length=20)
    subject_id = models.UUIDField()
    found_at = models.DateTimeField()
    told_at = models.DateTimeField(null=True)
    mended_at = models.DateTimeField(null=True)

    objects = BreachQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["service", "invariant", "subject_id"],
                condition=Q(mended_at=None),
                name="breach_once",
            )
        ]

    def __str__(self) -> str:
        return f"{self.invariant} {self.subject_id}"
