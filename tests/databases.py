"""A database for a test that commits, changes the schema or uses several connections at once."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from uuid import uuid4

import psycopg
from django.db import connection

from pole.runtime.postgres import Cluster
from tests.conftest import connect_to


@contextmanager
def own_database(cluster: Cluster, migrated: str, blocker: Any) -> Iterator[str]:
    """A copy of the migrated database, Django connected to it as the application; gives its name."""
    name = f"pole_own_{uuid4().hex[:8]}"
    # Each copies the suite's template, since nobody may be connected to what is copied.
    cluster.create_database(name, template=migrated)
    before = dict(connection.settings_dict)
    connect_to(cluster.url("pole_app", name))
    try:
        with blocker.unblock():
            yield name
            connection.close()
    finally:
        connection.settings_dict.update(before)
        cluster.drop_database(name)


def copied(cluster: Cluster, migrated: str) -> dict[str, str]:
    """A copy of the migrated database for a stack that has none of its own: its addresses, for the environment."""
    name = f"pole_stack_{uuid4().hex[:8]}"
    cluster.create_database(name, template=migrated)
    return {
        "DATABASE_URL": cluster.url("pole_app", name),
        "DATABASE_OWNER_URL": cluster.url("pole_owner", name),
    }


def as_owner(cluster: Cluster, name: str) -> psycopg.Connection[Any]:
    """The owner's connection to a database, which commits at once."""
    return psycopg.connect(cluster.url("pole_owner", name), autocommit=True)


def as_app(cluster: Cluster, name: str) -> psycopg.Connection[Any]:
    """The application's, outside Django."""
    return psycopg.connect(cluster.url("pole_app", name), autocommit=True)
