"""What became of a signed version: amended, suspended, resumed, withdrawn. Decisions of services; no person followed.

A platform table, since every party goes by it. Rows are added and never changed: whether a version is in force at some
moment is worked out from them (`protocols.lifetime`).
"""

from uuid import uuid4

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from pole.tenancy.walls import AppendOnly
from protocols.models.version import ProtocolVersion


class LifeKind(models.TextChoices):
    AMENDED = "amended", _("amended")
    SUSPENDED = "suspended", _("suspended")
    RESUMED = "resumed", _("resumed")
    WITHDRAWN = "withdrawn", _("withdrawn")


def life_kinds() -> list[tuple[str, str]]:
    """Asked when needed, so that a new word is no migration."""
    return [(kind.value, str(kind.label)) for kind in LifeKind]


class LifeEvent(models.Model):
    """One decision: whose, when it was made, and from which moment on it counts."""

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    version = models.ForeignKey(ProtocolVersion, on_delete=models.PROTECT, related_name="life")
    kind = models.CharField(max_length=12, choices=life_kinds)
    service = models.ForeignKey("tenancy.Service", on_delete=models.PROTECT, related_name="+")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    decided_at = models.DateTimeField()
    effective_at = models.DateTimeField(help_text="Not before it was decided: nothing closes in the past.")
    motive = models.TextField(blank=True)
    by_version = models.ForeignKey(
        ProtocolVersion,
        null=True,
        on_delete=models.PROTECT,
        related_name="amended",
        help_text="The amendment.",
    )

    class Meta:
        constraints = [
            AppendOnly(),
            models.CheckConstraint(
                name="life_not_in_the_past", condition=models.Q(effective_at__gte=models.F("decided_at"))
            ),
        ]
        indexes = [models.Index(fields=["version", "decided_at"], name="life_of_version")]

    def __str__(self) -> str:
        return f"{self.kind} {self.pk}"
