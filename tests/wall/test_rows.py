"""The wall itself: no leak as it stands, and one for each policy that is missing or too wide."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from django.db import connection

from pole.runtime.postgres import Cluster
from pole.tenancy.checks import wall_of, walled_models
from tests.databases import as_owner
from tests.wall.fixtures import Settled
from tests.wall.rows import probe_rows

POLICIES = [
    pytest.param(model, name, body, id=f"{model._meta.db_table}-{name}")
    for model in walled_models()
    for name, body in (wall_of(model) or pytest.fail("no wall")).policies(model).items()
]


@contextmanager
def changed(cluster: Cluster, database: str, do: str, undo: str) -> Iterator[None]:
    """Another schema for a while, by its owner."""
    connection.close()
    with as_owner(cluster, database) as owner:
        owner.execute(do)
        try:
            yield
        finally:
            connection.close()
            owner.execute(undo)


def test_no_service_reaches_a_row_of_another(settled: Settled):
    assert probe_rows(settled.world) == []


@pytest.mark.parametrize("model", walled_models(), ids=lambda model: model._meta.db_table)
def test_without_row_security_the_probe_reports_it(cluster: Cluster, settled: Settled, model):
    table = model._meta.db_table
    off, on = (f"ALTER TABLE {table} {word} ROW LEVEL SECURITY" for word in ("DISABLE", "ENABLE"))
    with changed(cluster, settled.database, off, on):
        found = {leak.what for leak in probe_rows(settled.world, [model])}
    assert {"reads rows of others", "writes rows for others", "is read outside every service"} <= found


@pytest.mark.parametrize(("model", "name", "body"), POLICIES)
def test_a_policy_that_lets_all_through_is_reported(cluster: Cluster, settled: Settled, model, name, body):
    table = model._meta.db_table
    parts = [part for part in ("USING", "WITH CHECK") if part in body]
    wide = f"ALTER POLICY {name} ON {table} {' '.join(f'{part} (true)' for part in parts)}"
    again = f"DROP POLICY {name} ON {table}; CREATE POLICY {name} ON {table} {body}"
    with changed(cluster, settled.database, wide, again):
        found = {leak.what for leak in probe_rows(settled.world, [model])}
    assert found & {"reads rows of others", "writes rows for others"}


@pytest.mark.parametrize(("model", "name", "body"), POLICIES)
def test_a_policy_that_is_dropped_is_reported(cluster: Cluster, settled: Settled, model, name, body):
    """Row security without a policy shuts everybody out: that is a fault too, and not a silent one."""
    table = model._meta.db_table
    drop, again = f"DROP POLICY {name} ON {table}", f"CREATE POLICY {name} ON {table} {body}"
    with changed(cluster, settled.database, drop, again):
        found = {leak.what for leak in probe_rows(settled.world, [model])}
    assert found & {"is shut out of its own rows", "is not let write its own rows"}


def test_after_all_that_the_wall_stands_as_before(settled: Settled):
    assert probe_rows(settled.world) == []
