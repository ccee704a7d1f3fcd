"""Databases and worlds for proofs of the wall; a conftest imports what it needs."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from django.db import connection, transaction

from pole.runtime.postgres import Cluster
from tests.databases import own_database
from tests.wall.sides import World
from tests.wall.world import make_world


@pytest.fixture
def committed(
    cluster: Cluster, migrated: str, django_db_setup: None, django_db_blocker: Any
) -> Iterator[str]:
    """A database of the test's own, in which things are committed for good. Its name."""
    with own_database(cluster, migrated, django_db_blocker) as name:
        yield name


@dataclass
class Settled:
    """A world that was committed, and the database it is in."""

    world: World
    database: str


@pytest.fixture(scope="module")
def settled(
    cluster: Cluster, migrated: str, django_db_setup: None, django_db_blocker: Any
) -> Iterator[Settled]:
    """Two cooperations, committed once for all tests of a module."""
    with own_database(cluster, migrated, django_db_blocker) as name:
        with transaction.atomic():
            made = make_world()
            connection.run_on_commit = []  # hints to a worker that is not there
        yield Settled(made, name)


@pytest.fixture
def world(settled: Settled) -> Iterator[World]:
    """The same, in a transaction that is undone after the test."""
    with transaction.atomic():
        yield settled.world
        transaction.set_rollback(True)
