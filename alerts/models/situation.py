"""A link between a case and a partner's, each service with its own row of it."""

from typing import Self
from uuid import UUID, uuid4

from django.db import models
from django.db.models import Case, Exists, OuterRef, Value, When
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from cases.models import Case as CaseFile
from pole.tenancy.actor import Actor
from pole.tenancy.walls import SameService, Walled
from protocols.models import Exchange, ExchangeKind


class LinkState(models.TextChoices):
    """Where a link stands, told by what crossed: nothing is written in the partner's space."""

    PROPOSED = "proposed", _("proposed")
    LINKED = "linked", _("linked")
    REFUSED = "refused", _("refused")


class SituationQuerySet(models.QuerySet["Situation"]):
    def visible_to(self, actor: Actor) -> Self:
        """Those of the cases that the actor sees."""
        return self.filter(service=actor.service, case__in=CaseFile.objects.visible_to(actor))

    def with_state(self) -> Self:
        """Adds `state`: a proposal is answered by one exchange, or waits."""
        replies = Exchange.objects.filter(in_reply_to=OuterRef("proposal_id"))
        return self.annotate(
            state=Case(
                When(Exists(replies.filter(kind=ExchangeKind.LINK_ACCEPTANCE)), then=Value(LinkState.LINKED)),
                When(Exists(replies.filter(kind=ExchangeKind.LINK_REFUSAL)), then=Value(LinkState.REFUSED)),
                default=Value(LinkState.PROPOSED),
            )
        )

    def linked(self) -> Self:
        return self.with_state().filter(state=LinkState.LINKED)


class Situation(models.Model):
    """My case, the partner, the exchange by which both accepted, the level that crossed last."""

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    service = models.ForeignKey("tenancy.Service", on_delete=models.PROTECT, related_name="+")
    case = models.ForeignKey(CaseFile, on_delete=models.CASCADE, related_name="situations")
    partner = models.ForeignKey("tenancy.Service", on_delete=models.PROTECT, related_name="+")
    # The proposal, whichever side made it: both rows carry it, and later exchanges are found by it.
    proposal = models.ForeignKey(Exchange, on_delete=models.PROTECT, related_name="+")
    received_level = models.PositiveSmallIntegerField(null=True)
    received_dynamics = models.CharField(max_length=10, blank=True)
    received_at = models.DateTimeField(null=True)
    differs_since = models.DateTimeField(
        null=True, help_text="Levels differ, until the référents have dealt with it."
    )
    # What the référents of both agreed on: it applies until either side reads again.
    agreed_level = models.PositiveSmallIntegerField(null=True)
    agreed_dynamics = models.CharField(max_length=10, blank=True)
    agreed_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField(default=timezone.now)

    objects = SituationQuerySet.as_manager()

    class Meta:
        constraints = [
            Walled(by="service"),
            SameService("case"),
            models.UniqueConstraint(fields=["service", "proposal"], name="situation_once"),
        ]

    def __str__(self) -> str:
        return str(self.pk)


def linked_situation(case: CaseFile | None, partner_id: UUID) -> Situation | None:
    """The link between a case and a partner, if both accepted one."""
    if case is None:
        return None
    return (
        Situation.objects.linked().filter(case=case, service=case.service_id, partner_id=partner_id).first()
    )
