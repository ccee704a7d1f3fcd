"""Whose space the database is in."""

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import TYPE_CHECKING
from uuid import UUID

from django.db import connection, transaction
from psycopg.pq import TransactionStatus

if TYPE_CHECKING:
    from pole.tenancy.models import Service


@contextmanager
def tenant(service_id: UUID) -> Iterator[None]:
    """Scope row security to one service until the block ends, then restore what was.

    It nests. The setting is local to the transaction, and put back by hand: PostgreSQL keeps a local setting
    after an inner savepoint, so service A's request would go on as B.

    Raises:
        RuntimeError: outside a transaction, where the setting would be lost at once.
    """
    if not connection.in_atomic_block:
        raise RuntimeError("tenant() needs a transaction: the setting lives as long as it does.")
    before = _swap(str(service_id))
    try:
        yield
    finally:
        # In a broken transaction nothing can be set, and nothing needs to be: going back to the savepoint, or
        # the end, forgets the setting. Trying would hide the error that broke it behind another.
        if not (connection.needs_rollback or _is_broken()):
            _set(before)


def current_service_id() -> str:
    """The service in whose space the connection is, '' if in none."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT coalesce(current_setting('pole.service_id', true), '')")
        row = cursor.fetchone()
        return str(row[0]) if row else ""


def _swap(value: str) -> str:
    """Set, and give what was: one round trip, since every request makes it."""
    with connection.cursor() as cursor:
        cursor.execute(
            "WITH before AS MATERIALIZED (SELECT coalesce(current_setting('pole.service_id', true), '') AS value)"
            " SELECT before.value, set_config('pole.service_id', %s, true) FROM before",
            [value],
        )
        row = cursor.fetchone()
        return str(row[0]) if row else ""


def _is_broken() -> bool:
    # PostgreSQL knows before Django does: an error is on its way to the `atomic` that will roll back.
    return bool(connection.connection.info.transaction_status == TransactionStatus.INERROR)


def _set(value: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('pole.service_id', %s, true)", [value])


@contextmanager
def inside(service: "Service") -> Iterator["Service"]:
    """A transaction of its own, in one service's space: the unit of every job."""
    if connection.in_atomic_block:
        with transaction.atomic(), tenant(service.pk):
            yield service
    else:
        with transaction.atomic():
            _set(str(service.pk))  # nothing to put back: the setting ends with the transaction
            yield service


def each_service() -> Iterator[AbstractContextManager["Service"]]:
    """Every active service in turn: `for space in each_service(): with space as service: …`.

    Each is entered by the caller, so that an error in one rolls back that one alone.
    """
    from pole.tenancy.models import Service

    for service in Service.objects.filter(is_active=True).order_by("slug"):
        yield inside(service)
