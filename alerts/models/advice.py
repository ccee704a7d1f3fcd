"""Advice asked without naming anybody: the asker's own row. What was asked stands in the exchange alone."""

from typing import Self
from uuid import uuid4

from django.conf import settings
from django.db import models
from django.db.models import Exists, OuterRef, Q

from cases.models import Case
from pole.tenancy.actor import Actor
from pole.tenancy.permissions import Perm
from pole.tenancy.walls import SameService, Walled
from protocols.models import Exchange, ExchangeKind


class AdviceQuerySet(models.QuerySet["Advice"]):
    def readable_by(self, actor: Actor) -> Self:
        """What one asked oneself; the référent and the direction read what their service asks. No case team here."""
        own = Q(service=actor.service)
        return self.filter(own if actor.can(Perm.ALERT_DECIDE) else own & Q(asked_by_id=actor.user_id))

    def with_answers(self) -> Self:
        """Adds `is_answered`: what came back through the door."""
        answers = Exchange.objects.filter(
            in_reply_to=OuterRef("exchange_id"), recipient_id=OuterRef("service_id"), kind=ExchangeKind.ANSWER
        )
        return self.annotate(is_answered=Exists(answers))


class Advice(models.Model):
    """Who asked, and which of their cases it became, if it did: that link never leaves the service."""

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    service = models.ForeignKey("tenancy.Service", on_delete=models.PROTECT, related_name="+")
    exchange = models.OneToOneField(Exchange, on_delete=models.PROTECT, related_name="+")
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    case = models.ForeignKey(Case, null=True, on_delete=models.SET_NULL, related_name="+")

    objects = AdviceQuerySet.as_manager()

    class Meta:
        constraints = [Walled(by="service"), SameService("case"), SameService("exchange")]
        indexes = [models.Index(fields=["service", "-asked_at"], name="advice_recent")]

    def __str__(self) -> str:
        return str(self.pk)
