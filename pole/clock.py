"""The one clock of decisions, leases and deadlines: the database's. A host an hour off changes nothing."""

from datetime import datetime

from django.db import connection


def database_now() -> datetime:
    """The present moment, aware."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT clock_timestamp()")
        now: datetime = cursor.fetchone()[0]
        return now
