"""A change that protocols may look at, written with the change itself; `alerts` consumes it once."""

from uuid import uuid4

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from cases.models.case import Case
from pole.tenancy.walls import SameService, Walled


class ChangeKind(models.TextChoices):
    INCIDENT = "incident", _("incident")
    MEASURE = "measure", _("measure")
    BREACH = "breach", _("breach of a measure")
    AGREEMENT = "agreement", _("agreement")
    CONTACT = "contact", _("contact")
    REOPENED = "reopened", _("case opened again")


class CaseChange(models.Model):
    """Ids and a kind: what changed is read where it stands."""

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    service = models.ForeignKey("tenancy.Service", on_delete=models.PROTECT)
    case = models.ForeignKey(Case, on_delete=models.CASCADE)
    kind = models.CharField(max_length=20, choices=ChangeKind)
    subject_id = models.UUIDField()
    at = models.DateTimeField(default=timezone.now)
    consumed_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [Walled(by="service"), SameService("case")]
        indexes = [
            models.Index(
                fields=["service", "at"], name="change_waiting", condition=models.Q(consumed_at=None)
            )
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.pk}"
