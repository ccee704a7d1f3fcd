"""One at a time, on however many hosts: a job that two schedulers ask for runs in one place, the other leaves it.

Held in the database, which all of them share, by the connection and not by a transaction: the job has transactions of
its own, and a process that dies lets go. (A pooler that hands out connections per transaction would break this.)
"""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import Error, connection


@contextmanager
def alone(job: str) -> Iterator[bool]:
    """Whether this is the one that may do the job; True holds until the block ends.

    `with alone("…") as mine: if mine: …`. Nobody waits: whoever comes second has nothing to do.
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


def _ask(statement: str, job: str) -> bool:
    with connection.cursor() as cursor:
        cursor.execute(statement, [job])
        row = cursor.fetchone()
        return bool(row and row[0])
