"""Why something left and something else did not: kept with the decision, sealed, in the service's own space."""

from uuid import uuid4

from django.db import models

from assessment.models import Reading
from cases.models import CaseChange
from pole.crypto.fields import EncryptedTextField
from pole.tenancy.walls import AppendOnly, SameService, Walled
from protocols.models import ProtocolVersion


class Asking(models.Model):
    """One protocol version, asked about one reading at one moment. Never changed: it says what was known then."""

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    service = models.ForeignKey("tenancy.Service", on_delete=models.PROTECT, related_name="+")
    reading = models.ForeignKey(Reading, on_delete=models.PROTECT, related_name="askings")
    change = models.ForeignKey(
        CaseChange,
        null=True,
        on_delete=models.PROTECT,
        related_name="+",
        help_text="What changed in the case, when that was why.",
    )
    protocol = models.ForeignKey(ProtocolVersion, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    kept = EncryptedTextField(help_text="JSON: a list of `protocols.deliberation.Kept`.")

    class Meta:
        constraints = [
            Walled(by="service", rights=("SELECT", "INSERT")),
            AppendOnly(),
            SameService("reading"),
            SameService("change"),
        ]
        indexes = [models.Index(fields=["service", "reading", "at"], name="asking_of_reading")]

    def __str__(self) -> str:
        return str(self.pk)
