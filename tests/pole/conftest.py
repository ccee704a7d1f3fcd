from collections.abc import Iterator
from typing import Any

import pytest
from django.db import connection, transaction

from pole.runtime.postgres import Cluster
from tests.databases import own_database
from tests.wall.world import World, make_world


@pytest.fixture
def committed(
    cluster: Cluster, migrated: str, django_db_setup: None, django_db_blocker: Any
) -> Iterator[str]:
    """A database of the test's own, in which things are committed for good. Its name."""
    with own_database(cluster, migrated, django_db_blocker) as name:
        yield name


@pytest.fixture(scope="module")
def settled(
    cluster: Cluster, migrated: str, django_db_setup: None, django_db_blocker: Any
) -> Iterator[World]:
    """Two cooperations, committed once for all tests of a module."""
    with own_database(cluster, migrated, django_db_blocker):
        with transaction.atomic():
            made = make_world()
            connection.run_on_commit = []  # hints to a worker that is not there
        yield made


@pytest.fixture
def world(settled: World) -> Iterator[World]:
    """The same, in a transaction that is undone after the test."""
    with transaction.atomic():
        yield settled
        transaction.set_rollback(True)
