"""Two services that read one situation otherwise: recorded, dealt with, and a legitimate outcome when it lasts."""

from typing import Self
from uuid import UUID, uuid4

from django.conf import settings
from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from alerts.models.alert import Alert
from alerts.models.handling import Handling
from alerts.models.situation import Situation
from cases.models import Case
from pole.crypto.fields import EncryptedTextField
from pole.tenancy.actor import Actor
from pole.tenancy.models import Service
from pole.tenancy.walls import SameService, Walled
from protocols.models import Exchange


class Conclusion(models.TextChoices):
    """How the référents of both services may end it."""

    AGREEMENT = "agreement", _("agreement")
    PARTIAL = "partial", _("partial agreement")
    RECORDED = "recorded", _("recorded disagreement")


MOOT = "moot"
"""It ended by itself: a new reading no longer differs."""


def ended_in_words(ended: str) -> str:
    """How one ended, for the screen; "" while it is open."""
    if ended == MOOT:
        return str(_("without object: the readings no longer differ"))
    return str(Conclusion(ended).label) if ended else ""


def page_of(disagreement: "Disagreement") -> tuple[str, UUID]:
    """The name of the page on which it stands, and its id."""
    if disagreement.situation_id:
        return "alerts:situation", disagreement.situation_id
    return "alerts:disagreement", disagreement.pk


class DisagreementQuerySet(models.QuerySet["Disagreement"]):
    def visible_to(self, actor: Actor) -> Self:
        """Those of the cases that the actor sees, and those about an alert that the actor may read."""
        ours = Alert.objects.visible_to(actor).filter(exchange=OuterRef("contested"))
        return self.filter(
            Q(situation__case__in=Case.objects.visible_to(actor))
            | Q(contested__recipient=actor.service_id)
            | Exists(ours)
        )

    def open(self) -> Self:
        return self.filter(closed_at=None)

    def in_turn(self) -> Self:
        """Open ones first, the one due first on top; then the closed, the latest first."""
        return self.order_by(F("closed_at").desc(nulls_first=True), "due_at")


class Disagreement(models.Model):
    """One service's row of it: what was declared, what each side concludes, how it ended."""

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    service = models.ForeignKey("tenancy.Service", on_delete=models.PROTECT, related_name="+")
    situation = models.ForeignKey(
        Situation, null=True, on_delete=models.CASCADE, related_name="disagreements"
    )
    contested = models.ForeignKey(
        Exchange,
        null=True,
        on_delete=models.PROTECT,
        related_name="+",
        help_text="The alert that its recipient contests; then it is about no situation.",
    )
    opened_at = models.DateTimeField()
    opened_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        on_delete=models.PROTECT,
        related_name="+",
        help_text="Empty: the levels differed, or the partner declared it.",
    )
    is_found = models.BooleanField(
        default=False, help_text="Opened by levels that differ; it has no object once they no longer do."
    )
    about = EncryptedTextField(help_text="What the person who declared it wrote; it stays in their service.")
    due_at = models.DateTimeField(help_text="By when the référents deal with it.")
    own_conclusion = models.CharField(max_length=12, choices=Conclusion, blank=True)
    own_level = models.PositiveSmallIntegerField(null=True)
    own_dynamics = models.CharField(max_length=10, blank=True)
    own_words = EncryptedTextField()
    own_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    own_at = models.DateTimeField(null=True)
    partner_conclusion = models.CharField(max_length=12, choices=Conclusion, blank=True)
    partner_level = models.PositiveSmallIntegerField(null=True)
    partner_dynamics = models.CharField(max_length=10, blank=True)
    partner_words = EncryptedTextField()
    partner_at = models.DateTimeField(null=True)
    ended = models.CharField(max_length=12, blank=True, help_text="A conclusion that both gave, or `moot`.")
    closed_at = models.DateTimeField(null=True)

    objects = DisagreementQuerySet.as_manager()

    class Meta:
        constraints = [
            Walled(by="service"),
            SameService("situation"),
            models.CheckConstraint(
                name="disagreement_about_one",
                condition=Q(situation=None, contested__isnull=False)
                | Q(situation__isnull=False, contested=None),
            ),
            models.UniqueConstraint(fields=["service", "contested"], name="contested_once"),
            models.UniqueConstraint(
                fields=["service", "situation"], condition=Q(closed_at=None), name="one_open_disagreement"
            ),
        ]
        indexes = [
            models.Index(fields=["service", "due_at"], name="disagreement_open", condition=Q(closed_at=None))
        ]

    def __str__(self) -> str:
        return str(self.pk)

    @property
    def anchor(self) -> Exchange:
        """What both services hold of it: the link between their cases, or the alert."""
        return self.contested or self._linked.proposal

    @property
    def partner(self) -> Service:
        """The other service."""
        if self.situation:
            return self.situation.partner
        anchor = self.anchor
        return anchor.recipient if anchor.sender_id == self.service_id else anchor.sender

    @property
    def case(self) -> Case | None:
        """Our case; for an alert received, the one that it was attached to."""
        if self.situation:
            return self.situation.case
        alert = Alert.objects.filter(exchange=self.contested, service=self.service).first()
        if alert:
            return alert.case
        row = Handling.objects.filter(exchange=self.contested, service=self.service).first()
        return row.case if row else None

    @property
    def _linked(self) -> Situation:
        if self.situation is None:
            raise ValueError(f"disagreement {self.pk} is about nothing")
        return self.situation

    @property
    def is_open(self) -> bool:
        return self.closed_at is None

    @property
    def is_same_on_both_sides(self) -> bool:
        """Whether both gave the same conclusion, on the same level and type where they name one."""
        own = (self.own_conclusion, self.own_level, self.own_dynamics)
        return bool(self.own_conclusion) and own == (
            self.partner_conclusion,
            self.partner_level,
            self.partner_dynamics,
        )

    @property
    def ended_in_words(self) -> str:
        return ended_in_words(self.ended)
