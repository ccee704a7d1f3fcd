"""What left without the person's agreement, by itself: four lines say why, and the référent reviews it."""

from typing import Self
from uuid import uuid4

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from cases.models import Case
from pole.crypto.fields import EncryptedTextField
from pole.tenancy.actor import Actor
from pole.tenancy.walls import SameService, Walled


class EmergencyQuerySet(models.QuerySet["Emergency"]):
    def visible_to(self, actor: Actor) -> Self:
        """Those of the cases that the actor sees."""
        return self.filter(case__in=Case.objects.visible_to(actor))

    def to_review(self) -> Self:
        """Not reviewed; the one due first on top."""
        return self.filter(reviewed_at=None).order_by("review_due_at")


class Emergency(models.Model):
    """One decision, whatever the number of recipients: its alerts are those of the case that left at that moment."""

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    service = models.ForeignKey("tenancy.Service", on_delete=models.PROTECT, related_name="+")
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="emergencies")
    at = models.DateTimeField()
    acted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    danger = EncryptedTextField(help_text="Which danger, grave and imminent.")
    protects = EncryptedTextField(help_text="Whom or what it protects.")
    no_other_means = EncryptedTextField(help_text="Why nothing else averts it.")
    minimum = EncryptedTextField(help_text="Why this much, and no more.")
    written_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    written_at = models.DateTimeField(null=True)
    review_due_at = models.DateTimeField()
    reviewed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    reviewed_at = models.DateTimeField(null=True)
    founded = models.BooleanField(null=True, help_text="The reviewer's word.")
    review = EncryptedTextField()

    objects = EmergencyQuerySet.as_manager()

    class Meta:
        constraints = [
            Walled(by="service"),
            SameService("case"),
            models.UniqueConstraint(fields=["service", "case", "at"], name="emergency_once"),
            models.CheckConstraint(
                name="emergency_reviewed_with_a_word",
                condition=Q(reviewed_at=None, founded=None)
                | Q(reviewed_at__isnull=False, founded__isnull=False),
            ),
            models.CheckConstraint(
                name="emergency_reviewed_by_another",
                condition=Q(reviewed_by=None) | Q(acted_by=None) | ~Q(reviewed_by=F("acted_by")),
            ),
        ]
        indexes = [
            models.Index(
                fields=["service", "review_due_at"],
                name="emergency_to_review",
                condition=Q(reviewed_at=None),
            )
        ]

    def __str__(self) -> str:
        return str(self.pk)
