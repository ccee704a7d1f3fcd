"""`manage.py up` as people run it: one process to start, one signal to stop, nothing left behind."""

import base64
import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import psycopg
import pytest

from pole.runtime.problems import MissingPrerequisite, RuntimeProblem
from pole.runtime.processes import accepts, free_port
from pole.runtime.stack import PARTS, ROOT, Stack
from tests.runtime.test_processes import alive, gone_soon

SECRETS = {
    "POLE_SECRET_KEY": "for-tests-only",
    "POLE_MASTER_KEY": base64.b64encode(b"0123456789abcdef0123456789abcdef").decode(),
}
GIVEN = (
    "DATABASE_URL",
    "DATABASE_OWNER_URL",
    "REDIS_URL",
    "EMAIL_URL",
    "POLE_BASE_URL",
    "POLE_POSTGRES",
    "POLE_BROKER",
)
ENVIRONMENT = {name: value for name, value in os.environ.items() if name not in GIVEN} | SECRETS


def children_of(pid):
    threads = Path(f"/proc/{pid}/task").glob("*/children")
    return [int(child) for listing in threads for child in listing.read_text().split()]


class Up:
    """`manage.py up --demo` on a folder, and what it said."""

    def __init__(self, folder):
        self.data, self.port, self.said = folder / "data", free_port(), folder / "said"
        self.process = None

    def start(self, *more, within=90):
        with self.said.open("w") as said:
            self.process = subprocess.Popen(
                [
                    sys.executable,
                    "manage.py",
                    "up",
                    "--demo",
                    "--data",
                    self.data,
                    "--port",
                    str(self.port),
                    *more,
                ],
                cwd=ROOT,
                env=ENVIRONMENT,
                stdout=said,
                stderr=subprocess.STDOUT,
            )
        deadline = time.monotonic() + within
        while "Ctrl-C" not in self.said.read_text():
            assert self.process.poll() is None, self.said.read_text()
            assert time.monotonic() < deadline, self.said.read_text()
            time.sleep(0.1)

    def end(self, number):
        self.process.send_signal(number)
        return self.process.wait(60)

    def children(self):
        return children_of(self.process.pid)

    def descendants(self):
        family = self.children()
        for pid in family:  # grows as it is read
            family.extend(children_of(pid))
        return family

    def address(self, what):
        line = next(line for line in self.said.read_text().splitlines() if line.startswith(what))
        return line.split()[1]


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """One data folder for all of these: only the first start has to migrate everything."""
    folder = tmp_path_factory.mktemp("up")
    yield folder
    subprocess.run([sys.executable, ROOT / "tools" / "remove_data.py", folder / "data"], check=True)


@pytest.fixture
def up(folder):
    up = Up(folder)
    yield up
    if up.process is not None and up.process.poll() is None:
        up.end(signal.SIGTERM)


@pytest.mark.runtime
@pytest.mark.stack
@pytest.mark.timeout(600)
def test_it_serves_stops_when_asked_and_finds_its_data_again(up):
    up.start()
    said = up.said.read_text()
    assert all(f"\n{part} " in f"\n{said}" for part in PARTS)
    with urllib.request.urlopen(f"http://127.0.0.1:{up.port}/health/", timeout=10) as reply:
        assert reply.status == 200
    box = up.address("mail")
    with urllib.request.urlopen(f"{box}/messages.json", timeout=5) as reply:
        assert json.load(reply)["messages"] == []

    second = subprocess.run(
        [sys.executable, "manage.py", "up", "--data", up.data],
        cwd=ROOT,
        env=ENVIRONMENT,
        check=False,
        capture_output=True,
        text=True,
    )
    assert second.returncode == 1
    assert f"already runs on {up.data} (process {up.process.pid})" in second.stderr

    assert len(up.children()) == len(PARTS)
    family, first = up.descendants(), identity(up)
    assert up.end(signal.SIGINT) == 0
    assert not any(alive(member) for member in family)
    assert not accepts(up.port)

    up.start()
    assert identity(up) == first
    assert up.end(signal.SIGTERM) == 0


def identity(up):
    """The number PostgreSQL gave the database when it was made."""
    passwords = json.loads((up.data / "postgres" / "passwords.json").read_text())
    pointer = up.data / "postgres" / "location"
    home = Path(pointer.read_text()) if pointer.exists() else up.data / "postgres"
    port = (home / "data" / "postmaster.pid").read_text().splitlines()[3]
    with psycopg.connect(
        host="127.0.0.1", port=port, dbname="pole", user="pole_app", password=passwords["pole_app"]
    ) as connection:
        return connection.execute("SELECT oid FROM pg_database WHERE datname = 'pole'").fetchone()


@pytest.mark.runtime
@pytest.mark.stack
@pytest.mark.timeout(600)
def test_the_web_that_dies_is_named_and_takes_the_rest_down_in_order(up):
    up.start()
    family = up.descendants()
    os.kill(child_that_runs(up, rb"\bgunicorn\b"), signal.SIGKILL)
    assert up.process.wait(60) == 1
    assert "web ended (killed by SIGKILL). Last lines of" in up.said.read_text()
    assert not any(alive(member) for member in family)


@pytest.mark.runtime
@pytest.mark.stack
@pytest.mark.timeout(600)
def test_what_others_stand_in_for_is_started_again(up):
    up.start()
    killed = [child_that_runs(up, words) for words in (rb"\bbeat\b", rb"red,celery", rb"\bsweep\b")]
    for pid in killed:
        os.kill(pid, signal.SIGKILL)
    deadline = time.monotonic() + 60
    while up.said.read_text().count("started again\n") < len(killed):
        assert up.process.poll() is None, up.said.read_text()
        assert time.monotonic() < deadline, up.said.read_text()
        time.sleep(0.1)
    assert "beat ended (killed by SIGKILL). Last lines of" in up.said.read_text()
    assert not set(killed) & set(up.children())
    assert len(up.children()) == len(PARTS)
    assert up.end(signal.SIGTERM) == 0


def child_that_runs(up, words):
    """Celery names its processes anew where setproctitle is installed: the words stand in either form."""
    return next(pid for pid in up.children() if re.search(words, Path(f"/proc/{pid}/cmdline").read_bytes()))


@pytest.mark.runtime
@pytest.mark.stack
@pytest.mark.timeout(600)
def test_nothing_outlives_a_supervisor_that_was_killed(up):
    up.start()
    family = up.descendants()
    assert len(family) > len(PARTS)  # the web's and the worker's own children, the database's sessions
    up.end(signal.SIGKILL)
    assert all(gone_soon(member) for member in family)
    up.start()  # over whatever the crash left
    assert up.end(signal.SIGTERM) == 0


def test_missing_secrets_get_one_sentence(tmp_path):
    with pytest.raises(
        MissingPrerequisite, match=r"POLE_SECRET_KEY is missing: run `make install`"
    ) as caught:
        Stack(tmp_path / "data", environ={}).start()
    assert "\n" not in str(caught.value)
    assert not (tmp_path / "data").exists()


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        pytest.param({"POLE_POSTGRES": "url"}, "DATABASE_URL is missing", id="no database given"),
        pytest.param(
            {"DATABASE_URL": f"postgresql://x@127.0.0.1:{free_port()}/x"},
            "The database of DATABASE_URL does not answer",
            id="a dead database given",
        ),
    ],
)
def test_a_given_database_that_does_not_serve_gets_a_sentence(tmp_path, given, sentence):
    with pytest.raises(MissingPrerequisite, match=sentence):
        Stack(tmp_path / "data", parts=["database"], environ=SECRETS | given).start()


def test_a_given_broker_that_does_not_serve_gets_a_sentence(tmp_path):
    given = {"REDIS_URL": f"redis://127.0.0.1:{free_port()}/0"}
    with pytest.raises(MissingPrerequisite, match="The broker of REDIS_URL does not answer"):
        Stack(tmp_path / "data", parts=["broker"], environ=SECRETS | given).start()


def test_a_taken_port_gets_a_sentence_and_lets_the_lock_go(tmp_path):
    with socket.create_server(("127.0.0.1", 0)) as other:
        taken = other.getsockname()[1]
        for _ in range(2):
            with pytest.raises(RuntimeProblem, match=f"Port {taken} is taken"):
                Stack(tmp_path / "data", parts=[], port=taken, environ=SECRETS).start()


def test_parts_can_be_started_alone_and_brought_back(tmp_path):
    with Stack(
        tmp_path / "data", parts=["broker", "mail"], demo=True, environ=SECRETS, durable=False
    ) as stack:
        assert sorted(stack.processes) == ["mail"]
        stack.watch()
        stack.mail.kill()
        assert not accepts(stack.smtp_port)
        stack.mail.start()
        assert accepts(stack.smtp_port)
        assert stack.environment()["EMAIL_URL"] == f"smtp://127.0.0.1:{stack.smtp_port}"
        assert stack.environment()["REDIS_URL"] == stack.broker.url


def test_only_migrations_know_the_owners_address(tmp_path):
    given = {"DATABASE_URL": "postgresql://pole_app@h/d", "DATABASE_OWNER_URL": "postgresql://pole_owner@h/d"}
    stack = Stack(tmp_path / "data", environ=SECRETS | given)
    assert "pole_owner" not in str(stack.environment())
    assert stack.environment("pole_owner")["DATABASE_URL"] == given["DATABASE_OWNER_URL"]
