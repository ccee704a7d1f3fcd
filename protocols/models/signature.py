"""Who engaged their service, with which key, on what. Directions in their office; no person followed, no case.

Platform tables: every party reads the signatures of the others, and whoever verifies needs their public keys.
"""

from uuid import uuid4

from django.conf import settings
from django.db import models
from django.db.models.functions import Now

from pole.tenancy.walls import AppendOnly
from protocols.models.draft import ProtocolDraft


class SigningKey(models.Model):
    """A service's Ed25519 key. The private half is sealed with the service's data key: nobody else signs for it."""

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    service = models.OneToOneField("tenancy.Service", on_delete=models.PROTECT, related_name="+")
    public = models.BinaryField(help_text="32 bytes.")
    sealed = models.BinaryField(help_text="The private half, sealed.")
    made_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [AppendOnly()]

    def __str__(self) -> str:
        return str(self.pk)


class Answer(models.Model):
    """What a party answers to a proposed text. Answers to an earlier proposal of it count no more, and stay."""

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    draft = models.ForeignKey(ProtocolDraft, on_delete=models.PROTECT, related_name="%(class)ss")
    service = models.ForeignKey("tenancy.Service", on_delete=models.PROTECT, related_name="+")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    code = models.CharField(max_length=10, help_text="The party that the service would be.")
    at = models.DateTimeField()

    class Meta:
        abstract = True


class Signature(Answer):
    """A statement (`protocols.statement`), and the signature over its bytes."""

    key = models.ForeignKey(SigningKey, on_delete=models.PROTECT, related_name="+")
    statement = models.TextField()
    signature = models.BinaryField(help_text="64 bytes.")

    class Meta:
        constraints = [AppendOnly()]

    def __str__(self) -> str:
        return f"{self.code} {self.pk}"


class Decline(Answer):
    """A party does not sign, and says why; it may still, as long as the text is proposed."""

    motive = models.TextField()

    class Meta:
        constraints = [AppendOnly()]

    def __str__(self) -> str:
        return f"{self.code} {self.pk}"
