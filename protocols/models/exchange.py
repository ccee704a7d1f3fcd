"""What crossed from one service to another: insert-only, read by the two, written by `protocols.exchange` alone."""

from typing import Any, Self
from uuid import UUID, uuid4

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from pole.tenancy.walls import AppendOnly, Walled
from protocols.models.version import ProtocolVersion


class ExchangeKind(models.TextChoices):
    ALERT = "alert", _("alert")
    UPDATE = "update", _("update of an alert")
    REMINDER = "reminder", _("reminder")
    OPENED = "opened", _("opened, not acknowledged")
    ACKNOWLEDGEMENT = "acknowledgement", _("acknowledgement")
    ANSWER = "answer", _("answer")
    LINK_PROPOSAL = "link_proposal", _("proposal to link")
    LINK_ACCEPTANCE = "link_acceptance", _("link accepted")
    LINK_REFUSAL = "link_refusal", _("link refused")
    MESSAGE = "message", _("message under an alert")
    RECALL = "recall", _("taken back")
    RELEVANCE = "relevance", _("relevance")
    ADVICE = "advice", _("request for advice")
    DISAGREEMENT = "disagreement", _("disagreement")
    UNHEARD = "unheard", _("alert without acknowledgement")
    HEARD = "heard", _("call no longer needed")


def exchange_kinds() -> list[tuple[str, Any]]:
    """Asked when needed, so that a new kind is no migration."""
    return ExchangeKind.choices


class ExchangeQuerySet(models.QuerySet["Exchange"]):
    """Every query names one of the two parties: the policy alone would read both indexes."""

    def received_by(self, service_id: UUID) -> Self:
        return self.filter(recipient_id=service_id)

    def sent_by(self, service_id: UUID) -> Self:
        return self.filter(sender_id=service_id)


class Exchange(models.Model):
    """Sender, recipient, the article and bases that allow it, the categories it carries, and its sealed content."""

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    sender = models.ForeignKey("tenancy.Service", on_delete=models.PROTECT, related_name="+")
    recipient = models.ForeignKey("tenancy.Service", on_delete=models.PROTECT, related_name="+")
    protocol = models.ForeignKey(ProtocolVersion, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=20, choices=exchange_kinds)
    article = models.CharField(max_length=20)
    also = ArrayField(
        models.CharField(max_length=20), default=list, help_text="Other articles it answers to."
    )
    bases = models.JSONField(default=dict, help_text="Category -> code of its legal basis.")
    purposes = ArrayField(models.CharField(max_length=20), default=list)
    categories = ArrayField(models.CharField(max_length=3), default=list)
    urgency = models.CharField(max_length=12, blank=True)
    in_reply_to = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="replies")
    raised_by_pole = models.BooleanField(
        default=False, help_text="By the situation itself, where levels differ."
    )
    content = models.BinaryField(help_text="JSON sealed with the exchange's own key.")
    sent_at = models.DateTimeField(db_default=Now())
    acknowledge_by = models.DateTimeField(null=True)
    answer_by = models.DateTimeField(null=True)

    objects = ExchangeQuerySet.as_manager()

    class Meta:
        constraints = [
            Walled(by="sender", also_read_by="recipient", rights=("SELECT", "INSERT")),
            AppendOnly(),
            models.CheckConstraint(
                name="exchange_between_two", condition=~models.Q(sender=models.F("recipient"))
            ),
        ]
        indexes = [
            models.Index(fields=["recipient", "-sent_at"], name="exchange_received"),
            models.Index(fields=["sender", "-sent_at"], name="exchange_sent"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.pk}"

    @property
    def number(self) -> str:
        """What both sides call it by on the telephone."""
        return number_of(self.pk)


def number_of(exchange_id: UUID) -> str:
    """The number of an exchange, also of one that can't be read here."""
    return str(exchange_id)[:8].upper()


class ExchangeKey(models.Model):
    """The exchange's key, wrapped for one of its two readers; deletable on either side."""

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    # By value: this platform table must not be a way to probe for exchanges.
    exchange_id = models.UUIDField()
    service = models.ForeignKey("tenancy.Service", on_delete=models.PROTECT, related_name="+")
    wrapped = models.BinaryField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["exchange_id", "service"], name="exchange_key_once")]

    def __str__(self) -> str:
        return str(self.pk)
