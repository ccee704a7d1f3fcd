"""The certificate that a service's duty mail is sealed for. Public by nature; nothing of it is anybody's secret."""

from datetime import datetime
from typing import Self
from uuid import uuid4

from cryptography import x509
from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from pole.tenancy.walls import Walled


class MailCertificateQuerySet(models.QuerySet["MailCertificate"]):
    def current(self) -> Self:
        """The one in use, expired or not."""
        return self.filter(removed_at=None)


class MailCertificate(models.Model):
    """In use from its upload until it is replaced or removed; kept after, since mail was sealed for it."""

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    service = models.ForeignKey("tenancy.Service", on_delete=models.PROTECT, related_name="+")
    pem = models.TextField()
    email = models.EmailField(help_text="The duty address it was accepted for.")
    fingerprint = models.CharField(max_length=95, help_text="SHA-256, in groups of four.")
    valid_until = models.DateTimeField()
    uploaded_at = models.DateTimeField(default=timezone.now)
    uploaded_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    removed_at = models.DateTimeField(null=True)

    objects = MailCertificateQuerySet.as_manager()

    class Meta:
        constraints = [
            Walled(by="service"),
            models.UniqueConstraint(
                fields=["service"], condition=Q(removed_at=None), name="mail_certificate_once"
            ),
        ]

    def __str__(self) -> str:
        return str(self.pk)

    @property
    def x509(self) -> x509.Certificate:
        return x509.load_pem_x509_certificate(self.pem.encode())

    def serves(self, address: str, at: datetime) -> bool:
        """Whether mail to this address may be sealed for it now."""
        return self.is_of(address) and at < self.valid_until

    def is_of(self, address: str) -> bool:
        return self.email == address.lower()
