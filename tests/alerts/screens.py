"""What tests of pages share: a protocol that is in force whenever they run, and who asks for which page."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from alerts.models import Alert
from pole.accounts.models import User
from pole.tenancy.context import inside
from pole.tenancy.models import Service
from protocols.documents.loading import HERE
from protocols.models import Exchange, ProtocolVersion
from protocols.registry import register_version
from tests.cast import Cast, posting, signed_in
from tests.ui.conftest import undefined_variables_fail

__all__ = ["in_force", "undefined_variables_fail"]
SHIPPED_DAYS = "{from: 2026-09-01, until: 2027-08-31}"


def signed_between(
    cast: Cast,
    *,
    from_days: int = -30,
    until_days: int = 300,
    version: str = "1",
    changed: Mapping[str, str] | None = None,
    amends: ProtocolVersion | None = None,
) -> ProtocolVersion:
    """The demonstration protocol between the cast, in force from and until so many days from today.

    Args:
        changed: passages of its text -> what stands in their place, wherever they stand.
        amends: the version that the caller ends.
    """
    today = timezone.localdate()
    days = f"{{from: {today + timedelta(from_days)}, until: {today + timedelta(until_days)}}}"
    text = (HERE / "demo-2026.yaml").read_text()
    said = {SHIPPED_DAYS: days, 'version: "1"': f'version: "{version}"'} | dict(changed or {})
    for before, after in said.items():
        assert before in text
        text = text.replace(before, after)
    parties = {"VIC": cast.victims, "AUT": cast.programme, "POL": cast.police, "COO": cast.coordination}
    return register_version(text, parties=parties, amends=amends)


@pytest.fixture
def in_force(cast: Cast) -> ProtocolVersion:
    return signed_between(cast)


def service_of(user: User) -> Service:
    return user.memberships.select_related("service").get().service


def get(user: User, name: str, *args: Any, service: Service | None = None, **query: Any) -> HttpResponse:
    """A page of the person's service, or of another's address."""
    url = reverse(name, args=[(service or service_of(user)).slug, *args])
    return signed_in(Client(), user).get(url, query)


def post(user: User, name: str, *args: Any, service: Service | None = None, **data: Any) -> HttpResponse:
    url = reverse(name, args=[(service or service_of(user)).slug, *args])
    return signed_in(Client(), user).post(url, posting(**data))


def text_of(response: HttpResponse) -> str:
    return " ".join(response.content.decode().split())


def received_by(service: Service) -> list[Exchange]:
    with inside(service):
        return list(Exchange.objects.received_by(service.pk).order_by("sent_at"))


def alerts_of(service: Service) -> list[Alert]:
    with inside(service):
        return list(Alert.objects.filter(service=service).select_related("recipient"))


def queries_of(user: User, name: str, *args: Any) -> list[str]:
    """What a page asks of tables, from the second look on: whose space, savepoints, the clock are no reads."""
    client = signed_in(Client(), user)
    url = reverse(name, args=[service_of(user).slug, *args])
    assert client.get(url).status_code == 200
    with CaptureQueriesContext(connection) as captured:
        client.get(url)
    asides = ("SAVEPOINT", "RELEASE", "ROLLBACK", "WITH before", "SELECT set_config", "SELECT clock_")
    return [query["sql"] for query in captured.captured_queries if not query["sql"].startswith(asides)]
