"""What tests of cases share."""

from collections.abc import Iterator
from uuid import uuid4

import pytest
from django.db import connections

from pole.runtime.postgres import Cluster
from tests.conftest import connect_to
from tests.ui.conftest import undefined_variables_fail

__all__ = ["undefined_variables_fail"]


@pytest.fixture
def database_of_its_own(
    cluster: Cluster, migrated: str, django_db_setup: None, django_db_blocker: pytest.FixtureRequest
) -> Iterator[None]:
    """A copy of the migrated database, for real transactions: the application's role can't empty tables."""
    name = f"own_{uuid4().hex[:8]}"
    cluster.create_database(name, template=migrated)
    with django_db_blocker.unblock():
        connect_to(cluster.url("pole_app", name))
        yield
        connect_to(cluster.url("pole_app", "pole_test"))
        connections.close_all()
