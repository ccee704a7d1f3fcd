"""What a person agreed may be told, to whom, for what, until when."""

from datetime import datetime
from typing import Self
from uuid import uuid4

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from cases.models.case import Case
from cases.models.people import Person
from pole.tenancy.walls import SameService, Walled


class AgreementForm(models.TextChoices):
    WRITTEN = "written", _("in writing")
    ORAL = "oral", _("orally, to be confirmed")


class AgreementQuerySet(models.QuerySet["Agreement"]):
    def in_force(self, at: datetime) -> Self:
        """Given, not withdrawn, not expired at that moment."""
        day = timezone.localdate(at)
        standing = Q(withdrawn_at=None) | Q(withdrawn_at__gt=at)
        return self.filter(standing, given_on__lte=day, expires_on__gte=day)


class Agreement(models.Model):
    """One recipient, some categories, some purposes. Withdrawn at any time, for the future."""

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    service = models.ForeignKey("tenancy.Service", on_delete=models.PROTECT, related_name="+")
    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="agreements")
    person = models.ForeignKey(Person, on_delete=models.PROTECT)
    recipient = models.ForeignKey("tenancy.Service", on_delete=models.PROTECT, related_name="+")
    categories = ArrayField(models.CharField(max_length=3))
    purposes = ArrayField(models.CharField(max_length=3))
    basis = models.CharField(max_length=30, help_text="Code of the dated legal basis.")
    form = models.CharField(max_length=10, choices=AgreementForm)
    informed_on = models.DateField()
    given_on = models.DateField(default=timezone.localdate)
    expires_on = models.DateField()
    confirmed_on = models.DateField(null=True, blank=True)
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    recorded_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    objects = AgreementQuerySet.as_manager()

    class Meta:
        constraints = [
            Walled(by="service"),
            SameService("case"),
            SameService("person"),
            models.CheckConstraint(
                name="agreement_informed_first", condition=Q(informed_on__lte=F("given_on"))
            ),
            models.CheckConstraint(
                name="agreement_six_months_at_most",
                condition=Q(expires_on__gte=F("given_on"))
                & Q(
                    expires_on__lte=models.Func(
                        F("given_on"),
                        template="(%(expressions)s + interval '6 months')",
                        output_field=models.DateTimeField(),
                    )
                ),
            ),
        ]

    def __str__(self) -> str:
        return str(self.pk)
