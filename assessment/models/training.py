"""Exercises, on both sides of the wall: what was sent to a service, what its people fill in, what they hand back.

An exercise has no row of its own. It is what its invitations say, one per invited service, and comes back as
hand-ins without a name; what they come to is sent to each invited service again. So nothing is common, and the
database keeps from a service that is not invited the very existence of the exercise.
"""

from datetime import date, datetime, timedelta
from typing import Self
from uuid import UUID, uuid4

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from pole.crypto.fields import EncryptedTextField
from pole.tenancy.actor import Actor
from pole.tenancy.walls import Walled


class InvitationQuerySet(models.QuerySet["Invitation"]):
    """Every query names the service's part: the policy alone would read both indexes."""

    def received_by(self, service_id: UUID) -> Self:
        return self.filter(invited_id=service_id)

    def sent_by(self, service_id: UUID) -> Self:
        return self.filter(service_id=service_id)

    def known_to(self, service_id: UUID) -> Self:
        """Of exercises that the service organises or is invited to; one service may do both."""
        return self.filter(Q(invited_id=service_id) | Q(service_id=service_id))

    def due(self, at: datetime) -> Self:
        """Closed by now, and the results not sent yet."""
        return self.filter(closes_at__lte=at, outcome=None)


class Invitation(models.Model):
    """An exercise, as sent by the service that organises it to one that may take part."""

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    exercise = models.UUIDField(help_text="The same in all invitations to one exercise.")
    service = models.ForeignKey("tenancy.Service", on_delete=models.PROTECT, related_name="+")
    invited = models.ForeignKey("tenancy.Service", on_delete=models.PROTECT, related_name="+")
    grid = models.CharField(max_length=40, help_text="Code of the grid's version.")
    vignettes = ArrayField(models.CharField(max_length=60))
    opened_at = models.DateTimeField(default=timezone.now)
    closes_at = models.DateTimeField()

    objects = InvitationQuerySet.as_manager()

    class Meta:
        constraints = [
            Walled(by="service", also_read_by="invited", rights=("SELECT", "INSERT")),
            models.UniqueConstraint(fields=["service", "exercise", "invited"], name="invited_once"),
            models.CheckConstraint(
                name="exercise_closes_after_it_opens", condition=Q(closes_at__gt=F("opened_at"))
            ),
        ]
        indexes = [
            models.Index(fields=["invited", "-opened_at"], name="invitation_received"),
            models.Index(fields=["service", "-opened_at"], name="invitation_sent"),
        ]

    def __str__(self) -> str:
        return str(self.pk)

    @property
    def last_day(self) -> date:
        """The last day to hand in: it closes at midnight after it."""
        return timezone.localdate(self.closes_at - timedelta(seconds=1))

    def is_over(self, at: datetime) -> bool:
        """Its day has come, or its organiser closed it before."""
        return at >= self.closes_at or hasattr(self, "outcome")


class VignetteReadingQuerySet(models.QuerySet["VignetteReading"]):
    def of(self, actor: Actor) -> Self:
        """The actor's own: a colleague's are nobody else's business, whatever their role."""
        return self.filter(service_id=actor.service_id, user_id=actor.user_id)

    def read(self) -> Self:
        """Those with an answer at least: a line taken back leaves a row and says nothing."""
        return self.filter(answered__gt=0)


class VignetteReading(models.Model):
    """How one person reads one vignette. No `Reading`: it has no case, and no protocol is ever asked about it."""

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    service = models.ForeignKey("tenancy.Service", on_delete=models.PROTECT)
    invitation = models.ForeignKey(Invitation, on_delete=models.PROTECT, related_name="+")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    vignette = models.CharField(max_length=60)
    answers = EncryptedTextField(help_text="JSON of everything that was filled in, by line.")
    answered = models.PositiveSmallIntegerField(default=0, help_text="How many lines have an answer.")
    saved_at = models.DateTimeField(default=timezone.now)
    handed_in_at = models.DateTimeField(null=True)

    objects = VignetteReadingQuerySet.as_manager()

    class Meta:
        constraints = [
            Walled(by="service"),
            models.UniqueConstraint(
                fields=["service", "invitation", "user", "vignette"], name="vignette_read_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.vignette} {self.pk}"


class HandInQuerySet(models.QuerySet["HandIn"]):
    def of_exercise(self, *, organiser: UUID, exercise: UUID) -> Self:
        """Those of services that the exercise was sent to, in an order that says nothing of when they came."""
        return self.filter(
            organiser_id=organiser, invitation__exercise=exercise, invitation__invited=F("service")
        ).order_by("pk")


class HandIn(models.Model):
    """One rater's readings of all vignettes, on their way to the organiser: no person, no time, no note."""

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    service = models.ForeignKey("tenancy.Service", on_delete=models.PROTECT, related_name="+")
    organiser = models.ForeignKey("tenancy.Service", on_delete=models.PROTECT, related_name="+")
    invitation = models.ForeignKey(Invitation, on_delete=models.PROTECT, related_name="+")
    readings = models.JSONField(help_text="Vignette -> answers by line, dynamics, level.")

    objects = HandInQuerySet.as_manager()

    class Meta:
        constraints = [Walled(by="service", also_read_by="organiser", rights=("SELECT", "INSERT"))]
        indexes = [models.Index(fields=["organiser", "invitation"], name="hand_in_received")]

    def __str__(self) -> str:
        return str(self.pk)


class Outcome(models.Model):
    """What an exercise came to, sent to each invited service when it is over: counts and measures, nobody's answers."""

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    service = models.ForeignKey("tenancy.Service", on_delete=models.PROTECT, related_name="+")
    invited = models.ForeignKey("tenancy.Service", on_delete=models.PROTECT, related_name="+")
    invitation = models.OneToOneField(Invitation, on_delete=models.PROTECT, related_name="outcome")
    result = models.JSONField(help_text="As assessment.training.outcome gives it.")
    published_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [Walled(by="service", also_read_by="invited", rights=("SELECT", "INSERT"))]

    def __str__(self) -> str:
        return str(self.pk)
