"""A link between a case and a partner's, each service with its own row of it."""

from uuid import uuid4

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from cases.models import Case
from pole.tenancy.walls import SameService, Walled
from protocols.models import Exchange


class LinkState(models.TextChoices):
    PROPOSED = "proposed", _("proposed")
    ASKED = "asked", _("asked by the partner")
    LINKED = "linked", _("linked")
    REFUSED = "refused", _("refused")


class Situation(models.Model):
    """My case, the partner, the exchange by which both accepted, the level that crossed last."""

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    service = models.ForeignKey("tenancy.Service", on_delete=models.PROTECT, related_name="+")
    case = models.ForeignKey(Case, null=True, on_delete=models.CASCADE, related_name="situations")
    partner = models.ForeignKey("tenancy.Service", on_delete=models.PROTECT, related_name="+")
    state = models.CharField(max_length=10, choices=LinkState)
    # The proposal, whichever side made it: both rows carry it, and later exchanges are found by it.
    proposal = models.ForeignKey(Exchange, on_delete=models.PROTECT, related_name="+")
    linked_at = models.DateTimeField(null=True)
    received_level = models.PositiveSmallIntegerField(null=True)
    received_dynamics = models.CharField(max_length=10, blank=True)
    received_at = models.DateTimeField(null=True)
    differs_since = models.DateTimeField(null=True, help_text="Article 9: until the référents have dealt with it.")
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            Walled(by="service"),
            SameService("case"),
            models.UniqueConstraint(fields=["service", "proposal"], name="situation_once"),
        ]

    def __str__(self) -> str:
        return str(self.pk)
