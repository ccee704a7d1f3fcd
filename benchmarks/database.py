"""A throw-away PostgreSQL for a measurement, migrated by its owner."""

import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from pole.runtime.postgres import Cluster

ROOT = Path(__file__).parent.parent
NAME = "bench"


@contextmanager
def migrated() -> Iterator[Cluster]:
    """A cluster with the database `NAME`, gone when the block ends."""
    with tempfile.TemporaryDirectory(dir="/var/tmp", ignore_cleanup_errors=True) as home:
        cluster = Cluster(Path(home), durable=False)
        cluster.start()
        try:
            cluster.create_database(NAME)
            subprocess.run(
                [sys.executable, "manage.py", "migrate", "--verbosity", "0"],
                cwd=ROOT,
                env=os.environ | {"DATABASE_URL": cluster.url("pole_owner", NAME)},
                check=True,
            )
            yield cluster
        finally:
            cluster.stop()
