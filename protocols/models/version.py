"""A protocol's signed version and its parties. No person and no case: a platform table."""

from datetime import UTC, datetime, timedelta
from typing import Self
from uuid import UUID, uuid4

from django.db import models


class ProtocolVersionQuerySet(models.QuerySet["ProtocolVersion"]):
    def around(self, at: datetime) -> Self:
        """Versions whose days may include this moment's, whatever their time zone; `registry` knows which do."""
        day, one = at.astimezone(UTC).date(), timedelta(days=1)
        return self.filter(in_force_from__lte=day + one, in_force_until__gte=day - one)

    def of_service(self, service_id: UUID) -> Self:
        """Those the service is a party of."""
        return self.filter(parties__service_id=service_id)


class ProtocolVersion(models.Model):
    """The document as it was signed: text, rules and matrix together. Never changed: an amendment is a new one."""

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    identifier = models.CharField(max_length=60)
    version = models.CharField(max_length=20)
    document = models.TextField(help_text="YAML, as loaded by protocols.documents.")
    text_hash = models.CharField(max_length=64)
    signed_on = models.DateField()
    in_force_from = models.DateField()
    in_force_until = models.DateField(help_text="Last day, included.")

    objects = ProtocolVersionQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["identifier", "version"], name="protocol_version_once")
        ]

    def __str__(self) -> str:
        return f"{self.identifier} {self.version}"


class Party(models.Model):
    """Which service is which party of a version ("VIC", "AUT"…)."""

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    version = models.ForeignKey(ProtocolVersion, on_delete=models.CASCADE, related_name="parties")
    service = models.ForeignKey("tenancy.Service", on_delete=models.PROTECT, related_name="parties")
    code = models.CharField(max_length=10)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["version", "code"], name="party_code_once"),
            models.UniqueConstraint(fields=["version", "service"], name="party_service_once"),
        ]

    def __str__(self) -> str:
        return self.code
