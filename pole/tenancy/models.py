"""Services and who works for them: platform tables, readable before anybody's space is entered."""

from datetime import datetime
from uuid import uuid4

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from pole.tenancy.permissions import Role
from pole.tenancy.walls import AppendOnly, SameService, Walled

__all__ = [
    "AppendOnly",
    "DutyTurn",
    "Membership",
    "Receipt",
    "SameService",
    "Service",
    "ServiceKind",
    "Walled",
]


class ServiceKind(models.TextChoices):
    """The kinds of party that protocols speak of."""

    VICTIM_SUPPORT = "victim_support", _("victim support service")
    PERPETRATOR_PROGRAMME = "perpetrator_programme", _("perpetrator programme")
    POLICE = "police", _("police zone")
    COORDINATION = "coordination", _("coordination")


class Service(models.Model):
    """One organisation and its space. What is here is its public contact point, nothing about its work."""

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    slug = models.SlugField(unique=True, help_text="Stands in addresses: neutral, says nothing of the trade.")
    name = models.CharField(max_length=120)
    kind = models.CharField(max_length=30, choices=ServiceKind)
    colour = models.CharField(max_length=7, default="#0b5563", help_text="Stripe of the top bar.")
    duty_email = models.EmailField(help_text="Where alerts are announced, day after day.")
    urgent_phone = models.CharField(
        max_length=30, help_text="The number a partner calls when nobody answers."
    )
    round_the_clock = models.BooleanField(default=False)
    is_active = models.BooleanField(default=True)

    def __str__(self) -> str:
        return self.slug


class MembershipQuerySet(models.QuerySet["Membership"]):
    def current(self) -> "MembershipQuerySet":
        """Those in force today: somebody who changed employer is out at once."""
        today = timezone.localdate()
        return self.filter(
            Q(ends_on=None) | Q(ends_on__gt=today), starts_on__lte=today, service__is_active=True
        )


class Membership(models.Model):
    """A person's one role in one service, from a day to a day."""

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="memberships")
    service = models.ForeignKey(Service, on_delete=models.PROTECT, related_name="memberships")
    role = models.CharField(max_length=20, choices=Role)
    starts_on = models.DateField(default=timezone.localdate)
    ends_on = models.DateField(null=True, blank=True, help_text="First day without access.")

    objects = MembershipQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "service"], name="one_role_per_service")]

    def __str__(self) -> str:
        return f"{self.role} {self.pk}"


class Receipt(models.Model):
    """What a form that was already sent led to: sent twice, done once."""

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    service = models.ForeignKey(Service, on_delete=models.PROTECT)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT)
    key = models.UUIDField()
    location = models.CharField(max_length=500, blank=True)
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            Walled(by="service"),
            models.UniqueConstraint(fields=["service", "user", "key"], name="receipt_once"),
        ]
        indexes = [models.Index(fields=["service", "at"], name="receipt_age")]

    def __str__(self) -> str:
        return str(self.key)


class DutyTurnQuerySet(models.QuerySet["DutyTurn"]):
    def between(self, begins: datetime, ends: datetime) -> "DutyTurnQuerySet":
        """Those that somebody holds in a part of this span; one that was removed, as far as it had run by then."""
        ran = Q(removed_at__gt=F("starts_at")) & Q(removed_at__gt=begins)
        return self.filter(Q(removed_at=None) | ran, starts_at__lt=ends, ends_at__gt=begins)


class DutyTurn(models.Model):
    """Somebody of the service on duty, from a moment to a moment. One that replaces takes a part of another's turn.

    Several people may be on duty together. Removed turns are kept, so that a removal can be undone; one that was
    running counts until it was removed, since the rota says who was there.
    """

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    service = models.ForeignKey(Service, on_delete=models.PROTECT, related_name="+")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    replaces = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="replacements")
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    removed_at = models.DateTimeField(null=True)

    objects = DutyTurnQuerySet.as_manager()

    class Meta:
        constraints = [
            Walled(by="service"),
            SameService("replaces"),
            models.CheckConstraint(name="duty_turn_lasts", condition=Q(ends_at__gt=F("starts_at"))),
        ]
        indexes = [models.Index(fields=["service", "ends_at"], name="duty_turn_when")]

    def __str__(self) -> str:
        return str(self.pk)

    @property
    def until(self) -> datetime:
        """Its end, or its removal where that came first; not after its beginning where it never ran."""
        return min(self.ends_at, self.removed_at) if self.removed_at else self.ends_at

    @property
    def gone_from(self) -> datetime:
        """Where what a removal took from it begins. Of one that was removed."""
        return max(self.starts_at, self.until)
