"""The suite's ground: a throw-away PostgreSQL, migrated by its owner, used as the application's role."""

import base64
import gc
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import environ
import pytest
from django.conf import settings
from django.db import connections
from xdist.scheduler import LoadFileScheduling

from pole.runtime.postgres import Cluster
from tests.cast import Cast, make_cast

TESTS = Path(__file__).parent
ROOT = TESTS.parent
STORIES = "browser"
TEMPLATE = "pole_template"


def pytest_configure() -> None:
    gc.set_threshold(200_000, 50, 1000)  # four thousand tests make much garbage, and memory enough
    settings.SECRET_KEY = "for-tests-only"
    settings.MASTER_KEY = base64.b64encode(b"0123456789abcdef0123456789abcdef").decode()
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]  # argon2 is slow by design
    settings.EMAIL_BACKEND = "pole.smtp.Backend"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The stories in a browser come first, one after the other: the longest work does not come last."""
    items.sort(key=lambda item: item.path.relative_to(TESTS).parts[0] != STORIES)


class ByFile(LoadFileScheduling):
    """A file to a worker, and the stories in a browser all to one: it brings every part up once for all of them."""

    def _split_scope(self, nodeid: str) -> str:
        return STORIES if nodeid.startswith(f"tests/{STORIES}/") else super()._split_scope(nodeid)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> ByFile:
    return ByFile(config, log)


@pytest.fixture(scope="session")
def cluster() -> Iterator[Cluster]:
    """One PostgreSQL per test process."""
    with tempfile.TemporaryDirectory(
        prefix="pole-tests-", dir="/var/tmp", ignore_cleanup_errors=True
    ) as home:
        cluster = Cluster(Path(home), durable=False)
        cluster.start()
        try:
            yield cluster
        finally:
            cluster.stop()


@pytest.fixture(scope="session")
def migrated(cluster: Cluster) -> str:
    """A database as the owner's migrations leave it; others are copied from it."""
    cluster.create_database(TEMPLATE)
    environment = os.environ | {"DATABASE_URL": cluster.url("pole_owner", TEMPLATE)}
    subprocess.run(
        [sys.executable, "manage.py", "migrate", "--verbosity", "0"], cwd=ROOT, env=environment, check=True
    )
    return TEMPLATE


def connect_to(url: str) -> None:
    """Point Django at a database, for whatever opens a connection next."""
    connections["default"].close()
    connections["default"].settings_dict.update(environ.Env.db_url_config(url))


@pytest.fixture(scope="session")
def django_db_setup(
    cluster: Cluster, migrated: str, django_db_blocker: pytest.FixtureRequest
) -> Iterator[None]:
    """Every test connects as the application's role: row security holds in the suite as it does in service."""
    cluster.create_database("pole_test", template=migrated)
    connect_to(cluster.url("pole_app", "pole_test"))
    yield
    with django_db_blocker.unblock():
        connections.close_all()


@pytest.fixture
def cast(db: None) -> Cast:
    """Ana, Bruno, Carla and the others, fresh for each test."""
    return make_cast()
