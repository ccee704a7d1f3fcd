"""Drafts of protocols played on readings, and the counts that a service shows the other parties."""

from typing import Self
from uuid import UUID, uuid4

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from pole.tenancy.walls import AppendOnly, Walled
from protocols.models import ProtocolDraft, ProtocolVersion


class SimulationKind(models.TextChoices):
    PAST = "past"
    INVENTED = "invented"


class SimulationEnd(models.TextChoices):
    UNDER_WAY = ""
    DONE = "done"
    STOPPED = "stopped"
    FAILED = "failed"


class Simulation(models.Model):
    """A draft as it was then, played on a service's own past readings or on invented ones: as far as it has come.

    It names no person. `concerned` names cases, of which everybody is shown only those they may open.
    """

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    service = models.ForeignKey("tenancy.Service", on_delete=models.PROTECT, related_name="+")
    draft = models.ForeignKey(ProtocolDraft, on_delete=models.PROTECT, related_name="+")
    begun_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    begun_at = models.DateTimeField(db_default=Now())

    document = models.TextField(help_text="The draft's text when it began.")
    text_hash = models.CharField(max_length=64, help_text="What a signature of that text would cover.")
    parties = models.JSONField(default=dict, help_text="Party -> id of the service, as the draft said it.")
    party = models.CharField(max_length=10, blank=True, help_text="Which one the service itself is.")
    against = models.ForeignKey(
        ProtocolVersion,
        null=True,
        on_delete=models.PROTECT,
        related_name="+",
        help_text="The version in force that it is compared with.",
    )

    kind = models.CharField(max_length=10)
    first = models.DateField()
    last = models.DateField()
    total = models.PositiveIntegerField(help_text="Readings to play, when it began.")

    turns = models.PositiveIntegerField(default=0, help_text="How often cases were played.")
    after = models.UUIDField(null=True, help_text="The case up to which it has come.")
    found = models.JSONField(default=dict, help_text="As protocols.counts.Found gives it.")
    concerned = models.JSONField(
        default=list, help_text="Moments of one's own cases, at which something would be told."
    )
    moved_at = models.DateTimeField(db_default=Now())
    ended_at = models.DateTimeField(null=True)
    end = models.CharField(max_length=10, blank=True, default=SimulationEnd.UNDER_WAY)

    class Meta:
        constraints = [
            Walled(by="service", rights=("SELECT", "INSERT", "UPDATE")),
            models.UniqueConstraint(
                fields=["service"], condition=Q(ended_at=None), name="simulation_under_way_once"
            ),
        ]
        indexes = [models.Index(fields=["service", "draft", "-begun_at"], name="simulation_recent")]

    def __str__(self) -> str:
        return str(self.pk)

    @property
    def done(self) -> int:
        """Readings played so far. Others may have been finalised since it began, and some are asked twice."""
        return min(int(self.found.get("asked", 0)), self.total)


class PublishedCountsQuerySet(models.QuerySet["PublishedCounts"]):
    def visible_to(self, service_id: UUID) -> Self:
        """What parties published to it among others, on texts in its sight, and what it published."""
        drafts = ProtocolDraft.objects.visible_to(service_id).values("pk")
        shown = Q(draft_id__in=drafts, readers__contains=[str(service_id)])
        return self.filter(Q(service_id=service_id) | shown)


class PublishedCounts(models.Model):
    """What a service lets the other parties know of a simulation on its own readings. No person, no case, no total.

    A platform table, since the others read it. Never changed, never replaced: the difference of two publications
    would tell what neither does (`protocols.disclosure`).
    """

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    service = models.ForeignKey("tenancy.Service", on_delete=models.PROTECT, related_name="+")
    draft = models.ForeignKey(ProtocolDraft, on_delete=models.PROTECT, related_name="+")
    simulation = models.OneToOneField(
        Simulation,
        null=True,
        on_delete=models.PROTECT,
        related_name="+",
        help_text="Walled: only its own service reads of how many cases each count is. None: not kept then.",
    )
    text_hash = models.CharField(max_length=64)
    first = models.DateField()
    last = models.DateField()
    readers = models.JSONField(help_text="Ids of the parties then: who joins later sees nothing of it.")
    cells = models.JSONField(help_text="[recipient, urgency, action, count] of those that may be told.")
    at = models.DateTimeField(db_default=Now())

    objects = PublishedCountsQuerySet.as_manager()

    class Meta:
        constraints = [
            AppendOnly(),
            models.UniqueConstraint(fields=["service", "text_hash"], name="counts_published_once"),
        ]
        indexes = [models.Index(fields=["draft", "text_hash"], name="counts_of_draft")]

    def __str__(self) -> str:
        return f"{self.service_id} {self.text_hash[:8]}"
