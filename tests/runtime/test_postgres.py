"""The cluster we bring: private, durable when asked, found again, with roles that stay behind the wall."""

import json
import shutil
import stat

import psycopg
import pytest

from pole.runtime import homes
from pole.runtime.installations import postgres_programs, system_postgres, wheel_postgres
from pole.runtime.postgres import Cluster
from pole.runtime.problems import MissingPrerequisite, RuntimeProblem


@pytest.fixture(scope="module")
def cluster(tmp_path_factory):
    cluster = Cluster(tmp_path_factory.mktemp("cluster") / "postgres", durable=False)
    cluster.start()
    cluster.create_database("one")
    yield cluster
    cluster.stop()


def test_only_the_backup_role_passes_through_row_security(cluster):
    with psycopg.connect(cluster.url("superuser", "one")) as connection:
        found = connection.execute(
            "SELECT rolname, rolsuper, rolbypassrls, rolcreaterole, rolcreatedb FROM pg_roles"
            " WHERE rolname LIKE 'pole%' ORDER BY 1"
        ).fetchall()
    assert found == [
        ("pole_app", False, False, False, False),
        ("pole_backup", False, True, False, False),
        ("pole_owner", False, False, False, False),
    ]


def test_the_application_makes_no_table_and_the_backup_writes_nothing(cluster):
    with psycopg.connect(cluster.url("pole_owner", "one"), autocommit=True) as owner:
        owner.execute("CREATE TABLE kept (n int)")
    with (
        psycopg.connect(cluster.url("pole_app", "one")) as app,
        pytest.raises(psycopg.errors.InsufficientPrivilege),
    ):
        app.execute("CREATE TABLE mine (n int)")
    with psycopg.connect(cluster.url("pole_backup", "one")) as backup:
        assert backup.execute("SELECT count(*) FROM kept").fetchone() == (0,)
        with pytest.raises(psycopg.errors.ReadOnlySqlTransaction):
            backup.execute("INSERT INTO kept VALUES (1)")


def test_nobody_enters_without_the_password(cluster):
    address = cluster.url("pole_app", "one")
    wrong = address.replace(cluster._passwords["pole_app"], "wrong")
    with pytest.raises(psycopg.OperationalError, match="password authentication failed"):
        psycopg.connect(wrong)


def test_no_file_of_ours_is_readable_by_others(cluster):
    for path in (cluster.data_dir, cluster.data_dir / "passwords.json"):
        assert not stat.S_IMODE(path.stat().st_mode) & 0o077
    home = homes.home_of(cluster.data_dir, homes.unprivileged())
    assert not stat.S_IMODE(home.stat().st_mode) & 0o077
    assert not (home / "initial-password").exists()


def test_a_copy_of_a_template_is_walled_like_the_first(cluster):
    cluster.create_database("copy", template="one")
    with (
        psycopg.connect(cluster.url("pole_app", "copy")) as app,
        pytest.raises(psycopg.errors.InsufficientPrivilege),
    ):
        app.execute("CREATE TEMPORARY TABLE aside (n int)")
    cluster.drop_database("copy")
    assert not cluster.has_database("copy")
    cluster.drop_database("copy")  # twice is once


def test_a_crash_loses_nothing_and_the_address_stays(tmp_path):
    cluster = Cluster(tmp_path / "postgres")
    cluster.start()
    try:
        cluster.create_database("kept")
        before = cluster.url("pole_app", "kept")
        cluster.kill()
        assert not cluster.running
        cluster.start()
        assert cluster.url("pole_app", "kept") == before
        psycopg.connect(before).close()
    finally:
        cluster.durable = False  # so that stop() removes it
        cluster.stop()


def test_a_second_start_finds_the_data_of_the_first(tmp_path):
    first = Cluster(tmp_path / "postgres")
    first.start()
    first.create_database("kept")
    first.stop()
    second = Cluster(tmp_path / "postgres")
    second.start()
    assert second.has_database("kept")
    second.durable = False
    second.stop()
    assert not second.data_dir.exists()


@pytest.fixture
def home(tmp_path):
    """Where the data of `tmp_path / "postgres"` is."""
    home = homes.home_of(tmp_path / "postgres", homes.unprivileged())
    yield home
    shutil.rmtree(home, ignore_errors=True)


def test_data_of_a_version_that_is_not_here_is_left_alone(tmp_path, home):
    (home / "data").mkdir()
    (home / "data" / "PG_VERSION").write_text("99\n")
    with pytest.raises(MissingPrerequisite, match=r"PostgreSQL 99 .*is missing"):
        Cluster(tmp_path / "postgres").start()
    assert (home / "data" / "PG_VERSION").exists()


def test_data_whose_passwords_are_lost_is_left_alone(tmp_path, home):
    programs = postgres_programs(None)
    (home / "data").mkdir()
    (home / "data" / "PG_VERSION").write_text(f"{programs.major}\n")
    with pytest.raises(RuntimeProblem, match=r"passwords\.json is missing: restore it"):
        Cluster(tmp_path / "postgres").start()


@pytest.mark.skipif(homes.unprivileged() is None, reason="only root keeps the data elsewhere")
def test_a_folder_that_somebody_put_in_the_place_of_ours_is_not_used(tmp_path, home):
    home.rmdir()
    home.symlink_to(tmp_path)
    try:
        with pytest.raises(RuntimeProblem, match="not touching it"):
            Cluster(tmp_path / "postgres").start()
    finally:
        home.unlink()


def test_a_missing_postgresql_gets_one_sentence_that_says_what_to_install(tmp_path, monkeypatch):
    monkeypatch.setattr("pole.runtime.installations.SYSTEM_PLACES", ())
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(MissingPrerequisite, match="apt-get install postgresql") as caught:
        Cluster(tmp_path / "postgres", source="system").start()
    assert "\n" not in str(caught.value)


def test_an_unknown_source_is_refused(monkeypatch):
    monkeypatch.setenv("POLE_POSTGRES", "cloud")
    with pytest.raises(MissingPrerequisite, match="POLE_POSTGRES=cloud"):
        postgres_programs(None)


def test_system_programs_come_before_the_wheel():
    found = [*system_postgres(), *wheel_postgres()]
    assert postgres_programs(None) == found[0]
    assert all(programs.major >= 15 for programs in found)


def test_passwords_differ_per_role(cluster):
    passwords = json.loads((cluster.data_dir / "passwords.json").read_text())
    assert len(set(passwords.values())) == len(passwords) == 4
