"""Where a service's own system is called, and which channels a service uses beside e-mail."""

from uuid import uuid4

from django.conf import settings
from django.db import models
from django.utils import timezone

from pole.crypto.fields import EncryptedTextField
from pole.tenancy.walls import Walled


class ChannelUse(models.Model):
    """A channel that a service uses beside e-mail, by the kind of its rows in the outbox.

    A platform table: whoever decides an alert, in its own space, must owe the recipient's channels their rows.
    """

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    service = models.ForeignKey("tenancy.Service", on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=10)
    since = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["service", "kind"], name="channel_used_once")]

    def __str__(self) -> str:
        return f"{self.kind} {self.pk}"


class Endpoint(models.Model):
    """The address that a webhook calls, its secret, and how the last calls went."""

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    service = models.ForeignKey("tenancy.Service", on_delete=models.PROTECT, related_name="+")
    url = models.CharField(max_length=500)
    secret = EncryptedTextField()
    is_active = models.BooleanField(default=True)
    set_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    set_at = models.DateTimeField(default=timezone.now)
    called_at = models.DateTimeField(null=True, help_text="The last call.")
    taken_at = models.DateTimeField(null=True, help_text="The last call that was taken.")
    reply = models.CharField(max_length=200, blank=True, help_text="What the last call was answered.")
    failures = models.PositiveIntegerField(default=0, help_text="Calls in a row that were not taken.")
    rests_until = models.DateTimeField(null=True, help_text="Not called before, after a failure.")
    told_at = models.DateTimeField(null=True, help_text="When the direction was told that it fails.")
    tests = models.PositiveSmallIntegerField(default=0)

    class Meta:
        constraints = [
            Walled(by="service"),
            models.UniqueConstraint(fields=["service"], name="one_endpoint_per_service"),
        ]

    def __str__(self) -> str:
        return str(self.pk)
