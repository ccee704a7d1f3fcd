"""The case, its team, and who broke the glass."""

from typing import ClassVar, Self
from uuid import uuid4

from django.conf import settings
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from guardian.managers import UserObjectPermissionManager
from guardian.models import UserObjectPermissionBase

from pole.crypto.fields import EncryptedTextField
from pole.tenancy.actor import Actor
from pole.tenancy.models import Membership
from pole.tenancy.permissions import Role
from pole.tenancy.walls import SameService, Walled

WORK_ON = "work_on_case"


class CaseQuerySet(models.QuerySet["Case"]):
    def visible_to(self, actor: Actor) -> Self:
        """Those of the actor's team, or all but restricted ones by role. The one place that decides.

        A restricted case of whose team nobody is left falls to the direction: somebody must be able to act on it.
        """
        if actor.user_id is None:
            return self
        mine = _works_on(actor)
        if not actor.sees_all_cases:
            return self.filter(mine)
        seen = Q(is_restricted=False) | mine
        return self.filter(seen | ~_has_team() if actor.role == Role.DIRECTION else seen)

    def of_team(self, actor: Actor) -> Self:
        """Those the actor works on, whatever else the role lets see."""
        return self.filter(_works_on(actor))

    def open(self) -> Self:
        return self.filter(closed_on=None)

    def closed(self) -> Self:
        return self.exclude(closed_on=None)


def _works_on(actor: Actor) -> Exists:
    return Exists(CaseGrant.objects.running().filter(content_object=OuterRef("pk"), user=actor.user_id))


def _has_team() -> Exists:
    """Somebody of the team works for the service today."""
    here = Membership.objects.current().filter(service=OuterRef("service"), user=OuterRef("user"))
    team = CaseGrant.objects.running().filter(content_object=OuterRef("pk"))
    return Exists(team.filter(Exists(here), user__is_active=True))


class Case(models.Model):
    """One situation as one service follows it."""

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    service = models.ForeignKey("tenancy.Service", on_delete=models.PROTECT)
    reference = models.CharField(max_length=20)
    summary = EncryptedTextField()
    referent = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT)
    is_restricted = models.BooleanField(default=False, help_text="Seen by its team alone.")
    opened_on = models.DateField(default=timezone.localdate)
    closed_on = models.DateField(null=True, blank=True)
    closing_motive = EncryptedTextField()
    active_at = models.DateTimeField(
        default=timezone.now, help_text="Last thing that happened; lists sort by it."
    )
    # The level in force of the last finalised reading, kept here for lists; assessment owns it.
    level = models.PositiveSmallIntegerField(null=True, blank=True)
    has_reading = models.BooleanField(default=False)
    review_due_at = models.DateTimeField(null=True, blank=True)

    objects = CaseQuerySet.as_manager()

    class Meta:
        permissions = [(WORK_ON, "Works on the case")]
        constraints = [
            Walled(by="service"),
            models.UniqueConstraint(fields=["service", "reference"], name="case_reference_once"),
            models.CheckConstraint(
                name="case_level_in_scale", condition=Q(level=None) | Q(level__gte=1, level__lte=4)
            ),
        ]
        indexes = [
            models.Index(fields=["service", "-active_at"], name="case_recent"),
            models.Index(fields=["service", "review_due_at"], name="case_review_due"),
        ]

    def __str__(self) -> str:
        return self.reference

    @property
    def is_open(self) -> bool:
        return self.closed_on is None


class CaseGrantQuerySet(models.QuerySet["CaseGrant"]):
    def running(self) -> Self:
        """Those of today: a substitute's last day included."""
        return self.filter(Q(until=None) | Q(until__gte=timezone.localdate()))


class CaseGrantManager(UserObjectPermissionManager.from_queryset(CaseGrantQuerySet)):  # type: ignore[misc] # guardian's manager, which assign_perm needs, with our reads
    """Guardian's writes and our reads."""


class CaseGrant(UserObjectPermissionBase):
    """Somebody's place in a case's team, through guardian; a substitute's has a last day.

    Written with `assign_perm` and `remove_perm`; read by `visible_to`'s own join.
    """

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    # guardian writes the row and knows no service: the database fills in the one whose space it is in.
    service = models.ForeignKey(
        "tenancy.Service",
        on_delete=models.PROTECT,
        db_default=models.Func(
            models.Value("pole.service_id"),
            function="current_setting",
            template="%(function)s(%(expressions)s)::uuid",
            output_field=models.UUIDField(),
        ),
    )
    content_object = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="grants")
    until = models.DateField(null=True, blank=True, help_text="Last day; empty: as long as the case.")

    objects: ClassVar[CaseGrantManager] = CaseGrantManager()

    class Meta(UserObjectPermissionBase.Meta):
        constraints = [Walled(by="service"), SameService("content_object")]

    def __str__(self) -> str:
        return str(self.pk)


class GlassBreak(models.Model):
    """A case opened outside its team, with a motive that the référent reviews within two working days."""

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    service = models.ForeignKey("tenancy.Service", on_delete=models.PROTECT)
    case = models.ForeignKey(Case, on_delete=models.PROTECT)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    motive = EncryptedTextField()
    at = models.DateTimeField(default=timezone.now)
    review_due_at = models.DateTimeField()
    reviewed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    reviewed_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [Walled(by="service"), SameService("case")]
        verbose_name = _("broken glass")

    def __str__(self) -> str:
        return str(self.pk)
