"""Whom a service knows through its protocols, and so whom to call when none is in force."""

from django.db.models import QuerySet

from pole.tenancy.models import Service
from protocols.models import ProtocolVersion


def partners_of(service: Service) -> QuerySet[Service]:
    """The other parties of the protocol that ends last, in force or not; none without any."""
    latest = ProtocolVersion.objects.of_service(service.pk).order_by("-in_force_until").values("pk")[:1]
    return Service.objects.filter(parties__version__in=latest).exclude(pk=service.pk).order_by("name")
