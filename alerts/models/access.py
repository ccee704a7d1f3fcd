"""What the service's own system may ask by itself, and what it said in somebody's name."""

from uuid import uuid4

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from alerts.models.handling import Handling
from pole.crypto.fields import EncryptedTextField
from pole.tenancy.walls import SameService, Walled


class Scope(models.TextChoices):
    """What a token opens, each by itself."""

    READ = "read", _("read the alerts received")
    ACKNOWLEDGE = "acknowledge", _("acknowledge them")
    ANSWER = "answer", _("answer them")


class AccessToken(models.Model):
    """One system's access to its service's alerts. Its secret is not here: only the digest of it."""

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    service = models.ForeignKey("tenancy.Service", on_delete=models.PROTECT, related_name="+")
    system = models.CharField(max_length=80, help_text="The name that the journal and the partners read.")
    scopes = ArrayField(models.CharField(max_length=12, choices=Scope))
    digest = models.BinaryField(help_text="SHA-256 of a secret of 256 bits, which no dictionary holds.")
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField(default=timezone.now)
    expires_at = models.DateTimeField()
    last_used_at = models.DateTimeField(null=True)
    revoked_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            Walled(by="service"),
            models.UniqueConstraint(fields=["service", "digest"], name="access_token_once"),
        ]

    def __str__(self) -> str:
        return str(self.pk)

    @property
    def scopes_in_words(self) -> str:
        return ", ".join(str(Scope(scope).label) for scope in self.scopes)


class SystemAcknowledgement(models.Model):
    """An acknowledgement that a system sent, with the person who has the alert, as it named them."""

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    service = models.ForeignKey("tenancy.Service", on_delete=models.PROTECT, related_name="+")
    handling = models.OneToOneField(Handling, on_delete=models.CASCADE, related_name="by_system")
    system = models.CharField(max_length=80)
    name = EncryptedTextField(help_text="Empty below red, where none is asked.")

    class Meta:
        constraints = [Walled(by="service"), SameService("handling")]

    def __str__(self) -> str:
        return str(self.pk)
