"""Database, broker, mail, worker and both sweepers as processes; the decision is taken here."""

from collections.abc import Iterator

import pytest

from alerts import factories
from alerts.models import Alert
from assessment.factories import LEVEL_4
from cases.models import Case
from pole.clock import database_now
from pole.runtime.postgres import Cluster
from pole.runtime.stack import Stack
from tests.cast import Cast, make_cast
from tests.databases import copied
from tests.running import running

RETURNED = "returned"
"""Beside the stack's data: the Maildir for delivery reports."""
PARTS = ("database", "broker", "mail", "worker", "sweeper", "beat")


@pytest.fixture(scope="module")
def stack(
    tmp_path_factory: pytest.TempPathFactory,
    cluster: Cluster,
    migrated: str,
    django_db_setup: None,
    django_db_blocker,
) -> Iterator[Stack]:
    folder = tmp_path_factory.mktemp("stack")
    maildir = folder / RETURNED
    for part in ("new", "cur", "tmp"):
        (maildir / part).mkdir(parents=True)
    with (
        django_db_blocker.unblock(),
        running(folder, parts=PARTS, POLE_MAIL_REPORTS=str(maildir), **copied(cluster, migrated)) as stack,
    ):
        yield stack


@pytest.fixture(scope="module")
def crew(stack: Stack) -> Cast:
    return make_crew()


def make_crew() -> Cast:
    """The cast, with a protocol that is in force today."""
    cast = make_cast()
    factories.protocol(
        victims=cast.victims,
        programme=cast.programme,
        police=cast.police,
        coordination=cast.coordination,
        today=database_now().date(),
    )
    return cast


def decide(crew: Cast, case: Case | None = None) -> Alert:
    """A red alert from the police to the victim service, decided now: the one recipient that article 4 §5 names."""
    [alert] = factories.finalised(crew.actor(crew.carla), LEVEL_4, at=database_now(), case=case)
    assert alert.recipient == crew.victims
    return alert
