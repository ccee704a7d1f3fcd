"""A partner's own system, connected to the channel of a service, and what it is owed."""

from collections.abc import Iterator

import pytest
from django.utils import timezone

from alerts import work
from alerts.channels.webhook import calling, endpoints
from alerts.factories import finalised
from alerts.models import Alert, Endpoint, Owed, OwedKind
from assessment.factories import LEVEL_4
from pole.clock import database_now
from pole.tenancy.context import inside
from pole.tenancy.factories import person
from pole.tenancy.models import Service
from pole.tenancy.permissions import Role
from tests.alerts.partner_system import PartnerSystem, partner_system
from tests.cast import Cast


@pytest.fixture
def system(tmp_path, settings, monkeypatch) -> Iterator[PartnerSystem]:
    settings.WEBHOOK_NETWORKS = ["127.0.0.0/8", "::1/128"]
    monkeypatch.setattr(calling, "WHOLE_CALL", 1.5)
    with partner_system(tmp_path) as system:
        monkeypatch.setenv("SSL_CERT_FILE", str(system.certificate))
        yield system


def direction_of(cast: Cast, service: Service):
    return cast.actor(person("Paul", at=service, role=Role.DIRECTION))


def connect(cast: Cast, service: Service, url: str) -> str:
    """The service's direction sets the address; the secret."""
    actor = direction_of(cast, service)
    with inside(service):
        return endpoints.set_endpoint(actor=actor, url=url)[1]


def alert(cast: Cast, level=LEVEL_4) -> Alert:
    """Ana's red alert to the police."""
    alerts = finalised(cast.actor(cast.ana), level, at=database_now())
    return next(each for each in alerts if each.recipient == cast.police and each.exchange)


def call_owed(to: Service) -> Owed:
    return Owed.objects.get(kind=OwedKind.WEBHOOK, service=to)


def again(row: Owed) -> bool:
    """The next attempt, whose hour has come, for the row and the endpoint."""
    Owed.objects.filter(pk=row.pk).update(next_try_at=timezone.now())
    with inside(row.service):
        Endpoint.objects.update(rests_until=None)
    return work.work_off(row.pk)


def endpoint_of(service: Service) -> Endpoint:
    with inside(service):
        return Endpoint.objects.get()
