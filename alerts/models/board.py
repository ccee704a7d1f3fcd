"""What one person made of their board: filters with a name, and whether it may be heard."""

from uuid import uuid4

from django.conf import settings
from django.db import models

from pole.crypto.fields import EncryptedTextField
from pole.tenancy.walls import Walled


class BoardFilter(models.Model):
    """A filter somebody saved, for themselves, in one service."""

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    service = models.ForeignKey("tenancy.Service", on_delete=models.PROTECT, related_name="+")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    # A name that people type: it may be somebody's.
    name = EncryptedTextField()
    query = models.CharField(max_length=400, help_text="As it stands in the address of the board.")

    class Meta:
        constraints = [Walled(by="service")]
        indexes = [models.Index(fields=["service", "user"], name="board_filter_of")]

    def __str__(self) -> str:
        return str(self.pk)


class BoardSignal(models.Model):
    """How the open board draws the eye of one person: silent until they switch the sound on."""

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    service = models.ForeignKey("tenancy.Service", on_delete=models.PROTECT, related_name="+")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    has_sound = models.BooleanField(default=False)
    has_flag = models.BooleanField(
        default=True, help_text="The number that waits, in the title of the window."
    )

    class Meta:
        constraints = [
            Walled(by="service"),
            models.UniqueConstraint(fields=["service", "user"], name="board_signal_once"),
        ]

    def __str__(self) -> str:
        return str(self.pk)
