"""Versions of grids that were loaded beside those that ship, and which of them a service reads with."""

from typing import Self
from uuid import uuid4

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from pole.tenancy.walls import Walled


class GridVersion(models.Model):
    """The text of a grid, as it was loaded. Never changed: what was read with it must read the same again."""

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    code = models.CharField(max_length=40, unique=True)
    text = models.TextField(help_text="YAML, as loaded by assessment.grids.loading.")
    sha256 = models.CharField(max_length=64)
    loaded_at = models.DateTimeField(default=timezone.now)

    def __str__(self) -> str:
        return self.code


class GridUseQuerySet(models.QuerySet["GridUse"]):
    def current(self) -> Self:
        return self.filter(retired_at=None)


class GridUse(models.Model):
    """A service reads with a grid from one moment to another. Without any row it reads with the usual one."""

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    service = models.ForeignKey("tenancy.Service", on_delete=models.PROTECT)
    grid = models.CharField(max_length=40)
    since = models.DateTimeField(default=timezone.now)
    taken_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    retired_at = models.DateTimeField(null=True)
    retired_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )

    objects = GridUseQuerySet.as_manager()

    class Meta:
        constraints = [
            Walled(by="service"),
            models.UniqueConstraint(
                fields=["service", "grid"], condition=Q(retired_at=None), name="grid_in_use_once"
            ),
        ]

    def __str__(self) -> str:
        return self.grid


class GridComparison(models.Model):
    """All that a service read with one grid, read again with another: the counts, as far as they have come.

    No reading is named in it and none changes.
    """

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    service = models.ForeignKey("tenancy.Service", on_delete=models.PROTECT)
    made_with = models.CharField(max_length=40)
    grid = models.CharField(max_length=40)
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField(default=timezone.now)
    total = models.PositiveIntegerField(help_text="Readings to read again, when it was asked.")
    after = models.UUIDField(null=True, help_text="The case up to which it has come.")
    counts = models.JSONField(default=dict, help_text="As assessment.transitions.Transitions gives them.")
    finished_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            Walled(by="service", rights=("SELECT", "INSERT", "UPDATE")),
            models.UniqueConstraint(
                fields=["service", "made_with", "grid"],
                condition=Q(finished_at=None),
                name="grid_comparison_under_way_once",
            ),
        ]
        indexes = [models.Index(fields=["service", "-asked_at"], name="grid_comparison_recent")]

    def __str__(self) -> str:
        return f"{self.made_with} {self.grid}"

    @property
    def done(self) -> int:
        """Readings read again so far; others may have been finalised since it was asked."""
        return min(int(self.counts.get("readings", 0)), self.total)
