"""Contacts logged, words not yet saved, and what is to be done."""

from uuid import uuid4

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from cases.models.case import Case
from pole.crypto.fields import EncryptedTextField
from pole.tenancy.walls import SameService, Walled


class NoteKind(models.TextChoices):
    PHONE = "phone", _("telephone")
    MEETING = "meeting", _("meeting")
    VISIT = "visit", _("visit")
    MESSAGE = "message", _("message")
    NETWORK = "network", _("contact with the network")
    NO_ANSWER = "no_answer", _("attempt without answer")


class Note(models.Model):
    """A contact, logged."""

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    service = models.ForeignKey("tenancy.Service", on_delete=models.PROTECT)
    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="notes")
    kind = models.CharField(max_length=20, choices=NoteKind)
    happened_at = models.DateTimeField(default=timezone.now)
    text = EncryptedTextField()
    author = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [Walled(by="service"), SameService("case")]
        indexes = [models.Index(fields=["service", "case", "-happened_at"], name="note_of_case")]

    def __str__(self) -> str:
        return f"{self.kind} {self.pk}"


class Draft(models.Model):
    """Words typed into a form and not yet saved with it; one per person, case and form."""

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    service = models.ForeignKey("tenancy.Service", on_delete=models.PROTECT)
    # None: the form that opens a case.
    case = models.ForeignKey(Case, null=True, on_delete=models.CASCADE, related_name="drafts")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    form = models.CharField(max_length=30)
    fields = EncryptedTextField(help_text="JSON of field name to text.")
    saved_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            Walled(by="service"),
            SameService("case"),
            models.UniqueConstraint(
                fields=["service", "case", "user", "form"], name="draft_once", nulls_distinct=False
            ),
        ]

    def __str__(self) -> str:
        return f"{self.form} {self.pk}"


class Task(models.Model):
    """Something a human must do; what the software could not do ends here too, never in silence."""

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    service = models.ForeignKey("tenancy.Service", on_delete=models.PROTECT)
    case = models.ForeignKey(Case, null=True, blank=True, on_delete=models.CASCADE, related_name="tasks")
    text = EncryptedTextField()
    due_at = models.DateTimeField(null=True, blank=True)
    is_urgent = models.BooleanField(default=False)
    in_plan = models.BooleanField(default=False, help_text="Part of the action plan: what C14 carries.")
    assigned_to = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    created_at = models.DateTimeField(default=timezone.now)
    done_at = models.DateTimeField(null=True, blank=True)
    done_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        constraints = [Walled(by="service"), SameService("case")]
        indexes = [
            models.Index(fields=["service", "due_at"], name="task_due", condition=models.Q(done_at=None))
        ]

    def __str__(self) -> str:
        return str(self.pk)
