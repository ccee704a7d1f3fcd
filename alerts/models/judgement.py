"""A professional's own word for an alert that no reading ordered: what happened, what is asked, what not to do."""

from typing import Any
from uuid import uuid4

from django.conf import settings
from django.db import models

from alerts.models.alert import Alert
from pole.crypto.fields import EncryptedTextField
from pole.tenancy.walls import SameService, Walled


class Judgement(models.Model):
    """The words of one alert. What is told to the recipient, and with it who judged."""

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    service = models.ForeignKey("tenancy.Service", on_delete=models.PROTECT, related_name="+")
    alert = models.OneToOneField(Alert, on_delete=models.PROTECT, related_name="judgement")
    judged_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    happened = EncryptedTextField(help_text="What set it off, with its day and its source.")
    asked = EncryptedTextField(help_text="What the recipient is asked to do.")
    avoid = EncryptedTextField(help_text="What they should not do.")

    class Meta:
        constraints = [Walled(by="service"), SameService("alert")]

    def __str__(self) -> str:
        return str(self.pk)

    def message(self) -> dict[str, Any]:
        """What crosses with the alert, beside its categories."""
        return {"happened": self.happened, "asked": self.asked, "avoid": self.avoid}
