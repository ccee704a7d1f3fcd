"""docker-compose.yml and Dockerfile against what the product runs; no engine is needed to hold them to it."""

import os
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import psycopg
import pytest
from django.conf import settings
from ruamel.yaml import YAML

from alerts.work import A_TURN
from pole.runtime.commands import commands
from pole.runtime.installations import postgres_programs
from pole.runtime.postgres import Cluster
from pole.runtime.stack import ROOT

COMPOSE = ROOT / "docker-compose.yml"
PROCESSES = ("migrate", "web", "worker", "background", "sweeper", "beat")


@pytest.fixture(scope="module")
def services():
    # YAML's merge keys are resolved as docker compose resolves them.
    return YAML(typ="safe").load(COMPOSE)["services"]


def test_the_file_fits_the_compose_specification():
    checker = Path(sys.executable).parent / "check-jsonschema"
    done = subprocess.run(
        [checker, "--builtin-schema", "vendor.compose-spec", COMPOSE],
        check=False,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stdout + done.stderr


def test_each_command_is_the_one_that_runs_on_one_machine(services):
    told = {name: tuple(services[name]["command"]) for name in PROCESSES}
    assert told == commands(Path("/data"))


def test_the_proxy_in_front_is_known_to_the_web(services):
    assert services["web"]["environment"]["POLE_PROXIES"] == "1"


def test_only_migrations_get_the_owners_address(services):
    for name in PROCESSES:
        role = "pole_owner" if name == "migrate" else "pole_app"
        assert services[name]["environment"]["DATABASE_URL"].startswith(f"postgresql://{role}:")
        assert "OWNER" not in str(services[name]["environment"]).replace("POLE_OWNER_PASSWORD:?", "") or (
            name == "migrate"
        )


def test_every_value_from_outside_is_demanded_or_said_to_be_left_out(services):
    text = COMPOSE.read_text()
    taken = set(re.findall(r"(?<!\$)\$\{?(\w+)([^}]*)", text))
    assert taken
    told = text.partition("May be left out:")[2].partition("\nname:")[0]
    for name, demand in taken:
        assert demand == (":-" if re.search(rf"\b{name}\b", told) else ":?"), name


def test_every_service_is_hardened(services):
    for name, service in services.items():
        assert service["read_only"] is True, name
        assert service["security_opt"] == ["no-new-privileges:true"], name
    for name in PROCESSES:
        assert services[name]["cap_drop"] == ["ALL"]
        assert services[name]["user"] == "10001:10001"


def test_only_the_web_is_reached_and_only_from_this_host(services):
    published = {name: service["ports"] for name, service in services.items() if "ports" in service}
    assert published == {"web": ["127.0.0.1:8000-8009:8000"]}
    assert services["postgres"]["networks"] == services["redis"]["networks"] == ["inside"]


def test_each_process_may_run_several_times(services):
    for name in PROCESSES[1:]:
        service = services[name]
        assert "container_name" not in service
        assert "hostname" not in service
        for port in service.get("ports", []):
            first, last = port.split(":")[1].split("-")
            assert int(last) > int(first), "one port of the host can't serve two"
    # Beat's file of what it sent last is locked by who has it open.
    assert not [each for each in services["beat"].get("volumes", []) if each.endswith(":/data")]
    assert any(each.startswith("/data") for each in services["beat"]["tmpfs"])


def test_a_process_may_end_the_mail_in_hand(services):
    """A worker asked to stop ends its turn and the mail it is at; gunicorn waits 30 s for a request."""
    for name in ("web", "worker", "background", "sweeper"):
        given = float(services[name]["stop_grace_period"].removesuffix("s"))
        assert given >= max(30, A_TURN + settings.EMAIL_TIMEOUT)


def test_what_lasts_is_watched(services):
    for name in ("postgres", "redis", "web", "worker", "background", "beat"):
        assert services[name]["healthcheck"]["test"], name
    for name in PROCESSES[1:]:
        assert services[name]["depends_on"]["migrate"]["condition"] == "service_completed_successfully"


def test_the_image_holds_every_package_and_serves_as_nobody():
    dockerfile = (ROOT / "Dockerfile").read_text()
    packages = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]["root_packages"]
    let_in = (ROOT / ".dockerignore").read_text().split()
    for package in [*packages, "templates", "static"]:
        assert f"COPY {package} {package}\n" in dockerfile
        assert f"!{package}" in let_in
    assert "USER 10001:10001\n" in dockerfile
    assert "--require-hashes" in dockerfile


def test_the_databases_scripts_give_each_role_its_password(tmp_path):
    cluster = Cluster(tmp_path / "postgres", durable=False)
    cluster.start()
    try:
        cluster.create_database("pole")
        words = {f"POLE_{role}_PASSWORD": f"{role.lower()}-s'ecret" for role in ("OWNER", "APP", "BACKUP")}
        done = subprocess.run(
            ["sh", ROOT / "pole/runtime/passwords.sh"],
            env={
                "PATH": f"{postgres_programs(None).bin}:{os.environ['PATH']}",
                "PGHOST": "127.0.0.1",
                "PGPORT": str(cluster.port),
                "PGPASSWORD": cluster._passwords["superuser"],
                "POSTGRES_USER": "postgres",
                "POSTGRES_DB": "pole",
                **words,
            },
            check=False,
            capture_output=True,
            text=True,
        )
        assert done.returncode == 0, done.stderr
        for role, word in (("pole_app", "app-s'ecret"), ("pole_owner", "owner-s'ecret")):
            psycopg.connect(
                host="127.0.0.1", port=cluster.port, dbname="pole", user=role, password=word
            ).close()
    finally:
        cluster.stop()


def test_a_missing_password_stops_the_databases_script():
    done = subprocess.run(
        ["sh", ROOT / "pole/runtime/passwords.sh"],
        env={"PATH": os.environ["PATH"]},
        check=False,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 1
    assert done.stderr == "POLE_OWNER_PASSWORD is missing.\n"
