"""A protocol in work: the text that one service writes, until the parties sign it. No person and no case.

A platform table, since what is proposed is read by every service that is asked to sign; `visible_to` is the one place
that decides who sees it: its author alone, and the parties from the moment it is proposed.
"""

from typing import Self
from uuid import UUID, uuid4

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from pole.tenancy.walls import AppendOnly
from protocols.models.version import ProtocolVersion


class DraftState(models.TextChoices):
    DRAFT = "draft", _("draft")
    PROPOSED = "proposed", _("proposed for signature")
    SIGNED = "signed", _("signed")
    DROPPED = "dropped", _("given up")


IN_WORK = (DraftState.DRAFT, DraftState.PROPOSED)


def draft_states() -> list[tuple[str, str]]:
    """Asked when needed, so that a new word is no migration."""
    return [(state.value, str(state.label)) for state in DraftState]


class ProtocolDraftQuerySet(models.QuerySet["ProtocolDraft"]):
    def visible_to(self, service_id: UUID) -> Self:
        """What the service writes, and what it is asked to sign."""
        asked = DraftParty.objects.filter(service_id=service_id).values("draft_id")
        shown = [DraftState.PROPOSED, DraftState.SIGNED]
        return self.filter(Q(service_id=service_id) | Q(state__in=shown, pk__in=asked))

    def in_work(self) -> Self:
        """Neither signed nor given up."""
        return self.filter(state__in=IN_WORK)


class ProtocolDraft(models.Model):
    """A document in work. `revision` counts its saves: who saves names the one they started from.

    `identifier`, `version` and `title` are the text's own, as it said them last when it could be read.
    """

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    service = models.ForeignKey("tenancy.Service", on_delete=models.PROTECT, related_name="+")
    identifier = models.CharField(max_length=60, blank=True)
    version = models.CharField(max_length=20, blank=True)
    title = models.CharField(max_length=200, blank=True)
    text = models.TextField(help_text="YAML, as far as it is written.")
    revision = models.PositiveIntegerField(default=1)
    state = models.CharField(max_length=12, choices=draft_states, default=DraftState.DRAFT)
    amends = models.ForeignKey(
        ProtocolVersion, null=True, blank=True, on_delete=models.PROTECT, related_name="amendments"
    )
    became = models.OneToOneField(
        ProtocolVersion, null=True, blank=True, on_delete=models.PROTECT, related_name="draft"
    )
    started_at = models.DateTimeField(db_default=Now())
    changed_at = models.DateTimeField(db_default=Now())

    objects = ProtocolDraftQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["service", "-changed_at"], name="draft_recent")]

    def __str__(self) -> str:
        return f"{self.identifier} {self.version}".strip() or str(self.pk)

    @property
    def is_in_work(self) -> bool:
        """Neither signed nor given up."""
        return self.state in IN_WORK


class DraftParty(models.Model):
    """Which service would be which party ("VIC", "AUT"…)."""

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    draft = models.ForeignKey(ProtocolDraft, on_delete=models.CASCADE, related_name="parties")
    service = models.ForeignKey("tenancy.Service", on_delete=models.PROTECT, related_name="+")
    code = models.CharField(max_length=10)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["draft", "code"], name="draft_party_code_once"),
            models.UniqueConstraint(fields=["draft", "service"], name="draft_party_service_once"),
        ]

    def __str__(self) -> str:
        return self.code


class DraftRevision(models.Model):
    """One save, kept as it was: its author service's own, never shown to the other parties."""

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    draft = models.ForeignKey(ProtocolDraft, on_delete=models.PROTECT, related_name="revisions")
    number = models.PositiveIntegerField()
    text = models.TextField()
    service = models.ForeignKey("tenancy.Service", on_delete=models.PROTECT, related_name="+")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [
            AppendOnly(),
            models.UniqueConstraint(fields=["draft", "number"], name="draft_revision_once"),
        ]

    def __str__(self) -> str:
        return f"{self.draft_id} {self.number}"
