"""A reading: a dated snapshot by an author, with the version of its grid."""

from typing import Self
from uuid import uuid4

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from cases.models import Case
from pole.crypto.fields import EncryptedTextField
from pole.tenancy.actor import Actor
from pole.tenancy.walls import SameService, Walled


class SecondReading(models.TextChoices):
    """Where a lowered level stands."""

    NOT_NEEDED = "not_needed", _("not needed")
    WANTED = "wanted", _("second reader wanted")
    AGREED = "agreed", _("second reader agreed")
    DISAGREED = "disagreed", _("second reader disagreed")
    SENT_BACK = "sent_back", _("sent back to its author")
    SUGGESTION = "suggestion", _("author took the suggested level")


class ReadingQuerySet(models.QuerySet["Reading"]):
    def visible_to(self, actor: Actor) -> Self:
        """Readings of the cases that the actor sees."""
        return self.filter(case__in=Case.objects.visible_to(actor))

    def finalised(self) -> Self:
        return self.exclude(finalised_at=None)

    def drafts(self) -> Self:
        return self.filter(finalised_at=None)

    def awaiting_second(self) -> Self:
        """Lowered, and not yet seen by somebody else; the most overdue first."""
        return self.filter(second=SecondReading.WANTED).order_by("second_due_at")

    def latest_first(self) -> Self:
        return self.order_by("-finalised_at", "-started_at")


class Reading(models.Model):
    """Draft until finalised; then what was suggested, chosen and in force stays as it was."""

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    service = models.ForeignKey("tenancy.Service", on_delete=models.PROTECT)
    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="readings")
    grid = models.CharField(max_length=40, help_text="Code of the grid's version.")
    author = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    previous = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="+")
    started_at = models.DateTimeField(default=timezone.now)
    saved_at = models.DateTimeField(default=timezone.now)
    finalised_at = models.DateTimeField(null=True)
    # The level in force of `previous` when this was finalised: it may still change there, not in this result.
    previous_level = models.PositiveSmallIntegerField(null=True)
    # What the grid says. Levels: 1 to 4, None beside the scale (NE).
    dynamics = models.CharField(max_length=10, blank=True)
    suggested = models.PositiveSmallIntegerField(null=True)
    markers = ArrayField(models.CharField(max_length=10), default=list)
    incomplete = models.BooleanField(default=False)
    result = models.JSONField(null=True, help_text="The whole result, as the pure core gives it.")
    # What the practitioner says.
    chosen = models.PositiveSmallIntegerField(null=True)
    chosen_dynamics = models.CharField(max_length=10, blank=True)
    motive = EncryptedTextField()
    # What counts, until the next reading.
    in_force = models.PositiveSmallIntegerField(null=True)
    second = models.CharField(max_length=12, choices=SecondReading, default=SecondReading.NOT_NEEDED)
    second_due_at = models.DateTimeField(null=True)
    second_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    second_at = models.DateTimeField(null=True)
    second_motive = EncryptedTextField()
    review_due_at = models.DateTimeField(null=True)

    objects = ReadingQuerySet.as_manager()

    class Meta:
        constraints = [
            Walled(by="service"),
            SameService("case"),
            SameService("previous"),
            models.CheckConstraint(
                name="reading_finalised_iff_read",
                condition=Q(finalised_at=None, result=None)
                | Q(finalised_at__isnull=False, result__isnull=False),
            ),
            models.CheckConstraint(
                name="reading_second_by_another",
                condition=Q(second_by=None) | ~Q(second_by=models.F("author")),
            ),
            models.UniqueConstraint(
                fields=["service", "case", "author"],
                condition=Q(finalised_at=None),
                name="one_draft_per_person_and_case",
            ),
        ]
        indexes = [
            models.Index(fields=["service", "case", "-finalised_at"], name="reading_of_case"),
            models.Index(
                fields=["service", "second_due_at"], name="second_wanted", condition=Q(second="wanted")
            ),
        ]

    def __str__(self) -> str:
        return f"{self.grid} {self.pk}"

    @property
    def is_draft(self) -> bool:
        return self.finalised_at is None

    @property
    def awaits_second(self) -> bool:
        return self.second == SecondReading.WANTED

    @property
    def is_sent_back(self) -> bool:
        return self.second == SecondReading.SENT_BACK

    @property
    def choice_waits(self) -> bool:
        """The level chosen does not count: a second reader has not agreed (`assessment.deciding.Decision.waits`)."""
        return self.in_force != self.chosen

    @property
    def second_is_overdue(self) -> bool:
        """Somebody's word was due: the second reader's, or the author's who was asked back."""
        waits = self.awaits_second or self.is_sent_back
        return waits and self.second_due_at is not None and self.second_due_at < timezone.now()

    @property
    def is_lowered(self) -> bool:
        """The level counts as lowered by its author, whatever became of it."""
        return self.second != SecondReading.NOT_NEEDED


class SentBack(models.Model):
    """A round of a second reading that went back to the author: who asked what, and the motive as it stood."""

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    service = models.ForeignKey("tenancy.Service", on_delete=models.PROTECT)
    reading = models.ForeignKey(Reading, on_delete=models.CASCADE, related_name="rounds")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    question = EncryptedTextField()
    motive = EncryptedTextField(help_text="What the author had written when it was sent back.")

    class Meta:
        constraints = [Walled(by="service"), SameService("reading")]
        ordering = ["at"]

    def __str__(self) -> str:
        return str(self.pk)


class GivenAnswers(models.Manager["Answer"]):
    """Answers that say something: what is read, counted and sent. Also what `reading.answers` gives."""

    def get_queryset(self) -> models.QuerySet["Answer"]:
        return super().get_queryset().exclude(value="")


class Answer(models.Model):
    """One indicator's answer. Code, value, dates and details are clear, since grids compute on them.

    No row is *not explored*. So is an empty value, which keeps a note or what was typed before the answer was
    taken back; only the page that is being filled looks at those, through `everything`.
    """

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    service = models.ForeignKey("tenancy.Service", on_delete=models.PROTECT)
    reading = models.ForeignKey(Reading, on_delete=models.CASCADE, related_name="answers")
    indicator = models.CharField(max_length=10)
    value = models.CharField(max_length=20, blank=True)
    seen = models.DateField(null=True)
    source = models.CharField(max_length=20, blank=True)
    details = models.JSONField(default=dict)
    words = EncryptedTextField(help_text="JSON of the details that are free text.")
    note = EncryptedTextField()
    saved_at = models.DateTimeField(default=timezone.now)

    objects = GivenAnswers()
    everything = models.Manager["Answer"]()

    class Meta:
        constraints = [
            Walled(by="service"),
            SameService("reading"),
            models.UniqueConstraint(fields=["service", "reading", "indicator"], name="answer_once"),
        ]

    def __str__(self) -> str:
        return f"{self.indicator}={self.value}"
