"""What happened and what was ordered. Kinds and dates are clear, since rules look at them; texts are not."""

from datetime import datetime, time, timedelta
from uuid import uuid4

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from cases.models.case import Case
from pole.crypto.fields import EncryptedTextField
from pole.tenancy.walls import SameService, Walled


class IncidentKind(models.TextChoices):
    """The four kinds of COL 4/2006, and control."""

    PHYSICAL = "physical", _("physical violence")
    SEXUAL = "sexual", _("sexual violence")
    PSYCHOLOGICAL = "psychological", _("psychological violence")
    ECONOMIC = "economic", _("economic violence")
    CONTROL = "control", _("control")


class Incident(models.Model):
    """A dated fact."""

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    service = models.ForeignKey("tenancy.Service", on_delete=models.PROTECT)
    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="incidents")
    kind = models.CharField(max_length=20, choices=IncidentKind)
    happened_on = models.DateField()
    text = EncryptedTextField()
    recorded_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [Walled(by="service"), SameService("case")]
        indexes = [models.Index(fields=["service", "case", "-happened_on"], name="incident_of_case")]

    def __str__(self) -> str:
        return f"{self.kind} {self.happened_on}"


class MeasureKind(models.TextChoices):
    RESIDENCE_BAN = "residence_ban", _("temporary residence ban")
    CONTACT_BAN = "contact_ban", _("contact ban")
    CONDITIONS = "conditions", _("release or probation conditions")
    MOBILE_ALARM = "mobile_alarm", _("mobile alarm")
    CHILD_ARRANGEMENT = "child_arrangement", _("arrangement for the children")


class MeasureStatus(models.TextChoices):
    IN_FORCE = "in_force", _("in force")
    BREACHED = "breached", _("breached")
    ENDED = "ended", _("ended")


class Measure(models.Model):
    """A protection measure, with its end and whether it is respected."""

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    service = models.ForeignKey("tenancy.Service", on_delete=models.PROTECT)
    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="measures")
    kind = models.CharField(max_length=20, choices=MeasureKind)
    status = models.CharField(max_length=10, choices=MeasureStatus, default=MeasureStatus.IN_FORCE)
    starts_on = models.DateField()
    ends_on = models.DateField(null=True, blank=True)
    breached_on = models.DateField(null=True, blank=True)
    approaching = models.BooleanField(default=False, help_text="The breach was an approach in person.")
    authority = models.CharField(max_length=80, blank=True)
    text = EncryptedTextField()
    recorded_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            Walled(by="service"),
            SameService("case"),
            models.CheckConstraint(
                name="measure_ends_after_start", condition=Q(ends_on=None) | Q(ends_on__gte=F("starts_on"))
            ),
            models.CheckConstraint(
                name="measure_breached_iff_dated",
                condition=~Q(status="breached") | Q(breached_on__isnull=False),
            ),
        ]
        indexes = [models.Index(fields=["service", "ends_on"], name="measure_ending")]

    def __str__(self) -> str:
        return f"{self.kind} {self.status}"

    @property
    def ends_at(self) -> datetime | None:
        """The end of its last day, Brussels time."""
        if self.ends_on is None:
            return None
        return timezone.make_aware(datetime.combine(self.ends_on + timedelta(days=1), time.min))
