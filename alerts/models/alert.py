"""The sender's row: what an article ordered, and what was decided."""

from datetime import datetime
from typing import Self
from uuid import uuid4

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.db.models.functions import Now
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from assessment.models import Reading
from cases.models import Case, CaseChange
from pole.crypto.fields import EncryptedTextField
from pole.tenancy.actor import Actor
from pole.tenancy.walls import SameService, Walled
from protocols.models import Exchange, ExchangeKind, ProtocolVersion


class AlertState(models.TextChoices):
    HELD = "held", _("held for the référent")
    SENT = "sent", _("sent")
    DROPPED = "dropped", _("not sent, by decision")


class AlertQuerySet(models.QuerySet["Alert"]):
    def visible_to(self, actor: Actor) -> Self:
        """Alerts of the cases the actor sees; those without a case (raised by a situation) show no person."""
        return self.filter(Q(case=None) | Q(case__in=Case.objects.visible_to(actor)))

    def held(self) -> Self:
        return self.filter(state=AlertState.HELD)

    def sent(self) -> Self:
        return self.filter(state=AlertState.SENT)

    def with_replies(self) -> Self:
        """Adds `is_acknowledged` and `is_answered`: what came back through the door."""
        reply = Exchange.objects.filter(
            in_reply_to=OuterRef("exchange_id"), recipient_id=OuterRef("service_id")
        )
        return self.annotate(
            is_acknowledged=Exists(reply.filter(kind=ExchangeKind.ACKNOWLEDGEMENT)),
            is_answered=Exists(reply.filter(kind=ExchangeKind.ANSWER)),
        )

    def unanswered(self) -> Self:
        """Those still open: the recipient gave no outcome."""
        return self.with_replies().filter(is_answered=False)

    def recalled(self) -> Self:
        """Those that left and were taken back."""
        return self.filter(Exists(self._recalls()))

    def standing(self) -> Self:
        """Those that were not taken back."""
        return self.exclude(Exists(self._recalls()))

    @staticmethod
    def _recalls() -> models.QuerySet[Exchange]:
        return Exchange.objects.filter(
            in_reply_to=OuterRef("exchange_id"), sender_id=OuterRef("service_id"), kind=ExchangeKind.RECALL
        )

    def unacknowledged(self) -> Self:
        """Those that no human of the recipient has yet."""
        return self.with_replies().filter(is_acknowledged=False)

    def acknowledged(self) -> Self:
        """Those that a human of the recipient has."""
        return self.with_replies().filter(is_acknowledged=True)

    def overdue(self, at: datetime | None = None) -> Self:
        """Those whose sender must call: they stand, no human of the recipient has them, and their hour is past.

        What the sender's clock marked is overdue whatever its hour: a suspended recipient will never have it.

        Args:
            at: past when; by default now, by the database's clock and without asking it first.
        """
        late = Q(acknowledge_by__lte=at or Now()) | Q(overdue_at__isnull=False)
        return self.sent().standing().unacknowledged().filter(late)

    def marked_overdue(self) -> Self:
        """Adds `is_overdue`."""
        return self.annotate(is_overdue=Exists(Alert.objects.overdue().filter(pk=OuterRef("pk"))))


class Alert(models.Model):
    """One recipient, one order. `exchange` is set when it left."""

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    service = models.ForeignKey("tenancy.Service", on_delete=models.PROTECT, related_name="+")
    case = models.ForeignKey(Case, null=True, on_delete=models.PROTECT, related_name="alerts")
    reading = models.ForeignKey(Reading, null=True, on_delete=models.PROTECT, related_name="alerts")
    change = models.ForeignKey(CaseChange, null=True, on_delete=models.PROTECT, related_name="+")
    protocol = models.ForeignKey(ProtocolVersion, on_delete=models.PROTECT, related_name="+")
    recipient = models.ForeignKey("tenancy.Service", on_delete=models.PROTECT, related_name="+")
    rule = models.CharField(max_length=60)
    article = models.CharField(max_length=20)
    also = ArrayField(models.CharField(max_length=20), default=list)
    urgency = models.CharField(max_length=12)
    categories = models.JSONField(help_text="Category -> code of its legal basis.")
    purposes = ArrayField(models.CharField(max_length=20), default=list)
    explanation = models.JSONField(default=list, help_text="Sentences: which article, which facts.")
    state = models.CharField(max_length=10, choices=AlertState)
    held_because = models.CharField(max_length=40, blank=True)
    decide_by = models.DateTimeField(null=True)
    send_by = models.DateTimeField(null=True)
    acknowledge_by = models.DateTimeField(null=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    decided_at = models.DateTimeField(null=True)
    basis = models.CharField(
        max_length=30, blank=True, help_text="The other basis a held alert was released on."
    )
    motive = EncryptedTextField()
    exchange = models.OneToOneField(Exchange, null=True, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField(default=timezone.now)
    overdue_at = models.DateTimeField(null=True, help_text="The sender's own clock saw no acknowledgement.")
    undecided_at = models.DateTimeField(
        null=True, help_text="Nobody decided in time: the direction was asked."
    )

    objects = AlertQuerySet.as_manager()

    class Meta:
        constraints = [
            Walled(by="service"),
            SameService("case"),
            SameService("reading"),
            SameService("change"),
            SameService("exchange"),
            models.CheckConstraint(
                name="alert_sent_iff_exchanged",
                condition=Q(state="sent", exchange__isnull=False) | (~Q(state="sent") & Q(exchange=None)),
            ),
            models.CheckConstraint(
                name="alert_held_has_deadline", condition=~Q(state="held") | Q(decide_by__isnull=False)
            ),
        ]
        indexes = [
            models.Index(fields=["service", "-created_at"], name="alert_recent"),
            models.Index(fields=["service", "decide_by"], name="alert_held", condition=Q(state="held")),
        ]

    def __str__(self) -> str:
        return f"{self.urgency} {self.pk}"
