"""The people of a case. Names, contacts and addresses are encrypted; roles of a reading are not theirs."""

from uuid import uuid4

from django.db import models
from django.utils.translation import gettext_lazy as _

from cases.models.case import Case
from pole.crypto.fields import EncryptedTextField
from pole.tenancy.walls import SameService, Walled


class PersonRole(models.TextChoices):
    """Place in the situation as the service follows it. "Victim" and "dominant" belong to a reading."""

    FOLLOWED = "followed", _("person followed by the service")
    PARTNER = "partner", _("partner or former partner")
    CHILD = "child", _("child")
    RELATIVE = "relative", _("relative or other")


class Sex(models.TextChoices):
    FEMALE = "f", _("woman")
    MALE = "m", _("man")
    OTHER = "x", _("other")
    UNKNOWN = "u", _("not known")


class Person(models.Model):
    """Somebody in a case, with how to reach them without putting them in danger."""

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    service = models.ForeignKey("tenancy.Service", on_delete=models.PROTECT)
    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="people")
    role = models.CharField(max_length=20, choices=PersonRole)
    sex = models.CharField(max_length=1, choices=Sex, default=Sex.UNKNOWN)
    first_name = EncryptedTextField()
    last_name = EncryptedTextField()
    birth_date = EncryptedTextField(help_text="ISO date, or empty.")
    language = models.CharField(max_length=40, blank=True)
    phone = EncryptedTextField()
    safe_hours = EncryptedTextField()
    code_word = EncryptedTextField()
    never_contact = EncryptedTextField(help_text="Whom and where never to call.")
    may_leave_message = models.BooleanField(default=False)
    address = EncryptedTextField()

    class Meta:
        constraints = [Walled(by="service"), SameService("case")]
        ordering = ["id"]

    def __str__(self) -> str:
        return str(self.pk)

    @property
    def full_name(self) -> str:
        return f"{self.first_name} {self.last_name}".strip()


class NameToken(models.Model):
    """Blind-index token of a name: equality on bytes stays indexed under row security."""

    id = models.BigAutoField(primary_key=True)
    service = models.ForeignKey("tenancy.Service", on_delete=models.PROTECT)
    case = models.ForeignKey(Case, on_delete=models.CASCADE)
    person = models.ForeignKey(Person, on_delete=models.CASCADE)
    token = models.BinaryField(max_length=16)

    class Meta:
        constraints = [Walled(by="service"), SameService("case"), SameService("person")]
        indexes = [models.Index(fields=["service", "token"], name="name_token")]

    def __str__(self) -> str:
        return str(self.pk)
