"""What another instrument said of the situation: beside our readings, never among them."""

from datetime import date
from typing import Self
from uuid import uuid4

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from cases.instruments import LONGEST_LEVEL, instruments
from cases.models.case import Case
from pole.crypto.fields import EncryptedTextField
from pole.tenancy.walls import SameService, Walled


class ExternalRatingQuerySet(models.QuerySet["ExternalRating"]):
    def standing(self) -> Self:
        """Those that were not withdrawn."""
        return self.filter(withdrawn_at=None)

    def known_on(self, day: date) -> Self:
        """What the service had on record by the end of that day, mistakes found since included."""
        withdrawn_later = Q(withdrawn_at=None) | Q(withdrawn_at__date__gt=day)
        return self.filter(withdrawn_later, recorded_at__date__lte=day)

    def latest_first(self) -> Self:
        return self.order_by("-rated_on", "-recorded_at")


class ExternalRating(models.Model):
    """Instrument, version, level in its own words, day, and who rated. A mistake is withdrawn, never erased."""

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    service = models.ForeignKey("tenancy.Service", on_delete=models.PROTECT)
    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="ratings")
    instrument = models.CharField(max_length=40)
    instrument_name = models.CharField(max_length=80, blank=True, help_text="For an instrument of no code.")
    version = models.CharField(max_length=40, blank=True)
    level = models.CharField(max_length=LONGEST_LEVEL, help_text="In the instrument's own words.")
    rated_on = models.DateField()
    rated_by = models.CharField(max_length=120, help_text="The service that rated, not a person.")
    note = EncryptedTextField()
    recorded_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField(default=timezone.now)
    withdrawn_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    withdrawn_at = models.DateTimeField(null=True)
    withdrawn_because = EncryptedTextField()

    objects = ExternalRatingQuerySet.as_manager()

    class Meta:
        constraints = [
            Walled(by="service"),
            SameService("case"),
            models.CheckConstraint(
                name="rating_withdrawal_dated",
                condition=Q(withdrawn_by=None) | Q(withdrawn_at__isnull=False),
            ),
        ]
        indexes = [models.Index(fields=["service", "case", "-rated_on"], name="rating_of_case")]

    def __str__(self) -> str:
        return f"{self.instrument} {self.pk}"

    @property
    def name(self) -> str:
        """What the instrument is called, with its version."""
        known = instruments().get(self.instrument)
        name = self.instrument_name or (known.name if known else self.instrument)
        return f"{name} {self.version}".strip()
