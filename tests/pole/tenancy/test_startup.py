"""Web and worker refuse to serve with a role that escapes the wall, or without secrets."""

import psycopg
import pytest
from django.core.exceptions import ImproperlyConfigured
from django.db import connection

from pole.runtime.postgres import Cluster
from pole.startup import assert_fit_to_serve
from tests.conftest import connect_to


@pytest.fixture
def role(committed: str, cluster: Cluster):
    """Connect as a role made for the test, given what the statements say."""
    made = []

    def make(*statements: str) -> None:
        with psycopg.connect(cluster.url("superuser", committed), autocommit=True) as admin:
            admin.execute("CREATE ROLE tried LOGIN PASSWORD 'tried' IN ROLE pole_app")
            made.append("tried")
            for statement in statements:
                admin.execute(statement)
        address = cluster.url("superuser", committed)
        connect_to(f"postgresql://tried:tried@{address.partition('@')[2]}")

    yield make
    connection.close()
    with psycopg.connect(cluster.url("superuser", committed), autocommit=True) as admin:
        for name in made:
            admin.execute(f"DROP OWNED BY {name}")
            admin.execute(f"DROP ROLE {name}")


def test_the_applications_role_serves(committed: str):
    assert_fit_to_serve()


def test_a_role_with_no_more_than_the_applications_rights_serves(role):
    role()
    assert_fit_to_serve()


@pytest.mark.parametrize(
    "statement",
    [
        pytest.param("ALTER ROLE tried SUPERUSER", id="superuser"),
        pytest.param("ALTER ROLE tried BYPASSRLS", id="bypasses row security"),
        pytest.param("GRANT pole_owner TO tried", id="belongs to the owner of the tables"),
    ],
)
def test_a_role_that_escapes_is_refused(role, statement: str):
    role(statement)
    with pytest.raises(ImproperlyConfigured, match="tried escapes row security"):
        assert_fit_to_serve()


@pytest.mark.parametrize("login", ["superuser", "pole_owner", "pole_backup"])
def test_the_other_roles_of_the_house_are_refused(committed: str, cluster: Cluster, login):
    connect_to(cluster.url(login, committed))
    with pytest.raises(ImproperlyConfigured, match="escapes row security"):
        assert_fit_to_serve()


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("SECRET_KEY", "commands-on-files-only"),
        ("MASTER_KEY", ""),
        ("MASTER_KEY", "c2hvcnQ="),
        ("MASTER_KEY", "%%"),
    ],
)
def test_without_secrets_it_says_what_to_do(settings, name, value):
    setattr(settings, name, value)
    with pytest.raises(ImproperlyConfigured, match="run `make install` or set it"):
        assert_fit_to_serve()
