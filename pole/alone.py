"""One at a time, on however many hosts: whoever comes second leaves it (`alone`) or waits (`take_turns`).

Held in the database, which all hosts share.
"""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import Error, connection
from django.db.transaction import TransactionManagementError


@contextmanager
def alone(job: str) -> Iterator[bool]:
    """Whether this is the one that may do the job, which two schedulers ask for; True holds until the block ends.

    `with alone("…") as mine: if mine: …`. Nobody waits: whoever comes second has nothing to do. Held by the connection
    and not by a transaction: the job has transactions of its own, and a process that dies lets go. (A pooler that hands
    out connections per transaction would break this.)
    """
    if not _ask("SELECT pg_try_advisory_lock(hashtextextended(%s, 0))", job):
        yield False
        return
    try:
        yield True
    finally:
        try:
            _ask("SELECT pg_advisory_unlock(hashtextextended(%s, 0))", job)
        except Error:  # the connection broke, and with it the lock: what the job raised is what matters
            connection.close()


def take_turns(what: str) -> None:
    """Wait until nobody else is at it, and keep it until the transaction ends.

    For what looks at all rows and then adds one: the second looks when the first's is there.

    Raises:
        TransactionManagementError: outside a transaction it would be let go at once.
    """
    if not connection.in_atomic_block:
        raise TransactionManagementError(f"no transaction to keep a turn in: {what}")
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [what])


def _ask(statement: str, job: str) -> bool:
    with connection.cursor() as cursor:
        cursor.execute(statement, [job])
        row = cursor.fetchone()
        return bool(row and row[0])
