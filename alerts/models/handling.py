"""The recipient's triage of what it received: a row each, laid with what was sent (`alerts.announcing`)."""

from uuid import uuid4

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from cases.models import Case
from pole.crypto.fields import EncryptedTextField
from pole.tenancy.walls import SameService, Walled
from protocols.models import Exchange


class Outcome(models.TextChoices):
    """What the sender is always told (article 10 §2)."""

    TAKEN_ON = "taken_on", _("taken on")
    REDIRECTED = "redirected", _("redirected")
    REFUSED = "refused", _("refused, with a motive")


class Relevance(models.TextChoices):
    """What a recipient says of an alert, for its sender and for the figures of their cooperation."""

    USEFUL = "useful", _("useful")
    LATE = "late", _("late")
    TOO_MUCH = "too_much", _("too much")
    WRONG_RECIPIENT = "wrong_recipient", _("wrong recipient")


class Handling(models.Model):
    """Who opened, acknowledged and answered, and how far the ladder was climbed."""

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    service = models.ForeignKey("tenancy.Service", on_delete=models.PROTECT, related_name="+")
    exchange = models.OneToOneField(Exchange, on_delete=models.PROTECT, related_name="handling")
    case = models.ForeignKey(Case, null=True, on_delete=models.SET_NULL, related_name="+")
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    opened_at = models.DateTimeField(null=True)
    opened_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    acknowledged_at = models.DateTimeField(null=True)
    acknowledged_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    acknowledged_on_duty = models.BooleanField(
        null=True, help_text="Whether by somebody on duty then; empty where nobody was, or a system said so."
    )
    outcome = models.CharField(max_length=12, choices=Outcome, blank=True)
    answered_at = models.DateTimeField(null=True)
    rung = models.PositiveSmallIntegerField(default=0, help_text="Rungs of the ladder already climbed.")
    climbed_at = models.DateTimeField(null=True)
    snoozed_until = models.DateTimeField(null=True, help_text="Off the board until then; it wakes by itself.")
    snoozed_because = EncryptedTextField()
    # One value for all that were tied together: none of them is the head, so any can be taken out again.
    block = models.UUIDField(null=True)
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [Walled(by="service"), SameService("case")]
        indexes = [
            # What is open is found by these, however much ever came.
            models.Index(fields=["service"], name="handling_waiting", condition=Q(acknowledged_at=None)),
            models.Index(fields=["service"], name="handling_unopened", condition=Q(opened_at=None)),
            models.Index(
                fields=["service", "snoozed_until"],
                name="handling_snoozed",
                condition=Q(snoozed_until__isnull=False),
            ),
            models.Index(fields=["service", "owner"], name="handling_mine", condition=Q(answered_at=None)),
            models.Index(fields=["service", "case"], name="handling_case", condition=Q(case__isnull=False)),
            models.Index(
                fields=["service", "block"], name="handling_block", condition=Q(block__isnull=False)
            ),
        ]

    def __str__(self) -> str:
        return str(self.pk)
