"""Pôle running as processes, with a database of its own, for tests that kill parts or look from outside."""

import json
import os
import sys
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.request import Request, urlopen

from django.conf import settings
from django.db import connections

from pole.celery import app
from pole.runtime.commands import commands
from pole.runtime.processes import Process, free_port
from pole.runtime.readiness import worker_answers, written
from pole.runtime.stack import ROOT, Stack
from tests.conftest import connect_to

GIVEN = ("DATABASE_URL", "DATABASE_OWNER_URL", "REDIS_URL", "EMAIL_URL", "POLE_BASE_URL")


@contextmanager
def running(folder: Path, *, parts: Iterable[str], durable: bool = False, **environ: str) -> Iterator[Stack]:
    """These parts, impatient: short leases, sweeps and time-outs. Django here is connected to their database.

    Args:
        durable: what was committed outlives a crash of the database, as in production; slower.
    """
    inherited = {name: value for name, value in os.environ.items() if name not in GIVEN}
    secrets = {"POLE_SECRET_KEY": settings.SECRET_KEY, "POLE_MASTER_KEY": settings.MASTER_KEY}
    impatient = {"POLE_LEASE_SECONDS": "3", "POLE_SWEEP_SECONDS": "0.5", "POLE_EMAIL_TIMEOUT": "2"}
    stack = Stack(
        folder,
        port=free_port(),  # not the usual one, which two suites that start together would both find free
        demo=True,
        parts=parts,
        durable=durable,
        environ={**inherited, **secrets, **impatient, **environ},
    )
    before = dict(connections["default"].settings_dict)
    with stack:
        connect_to(stack.environment()["DATABASE_URL"])
        hint_through(stack.environment().get("REDIS_URL", app.conf.broker_url))
        try:
            yield stack
        finally:
            connections["default"].close()
            connections["default"].settings_dict.update(before)


@contextmanager
def one_more(stack: Stack, part: str, name: str) -> Iterator[Process]:
    """Another worker or beat on the same database and broker, as another host runs it: no file is shared."""
    home = stack.data_dir / name
    home.mkdir(exist_ok=True)
    node, schedule = f"{name}@elsewhere", home / "beat-schedule"
    argv = [*commands(home)[part], *(["--hostname", node] if part == "worker" else [])]
    broker = stack.environment()["REDIS_URL"]
    process = Process(
        name,
        [sys.executable, *argv[1:]],
        log=home / "log",
        ready=lambda: bool(written(schedule)) if part == "beat" else worker_answers(broker, node),
        ready_within=120,
        env=stack.environment() | {"POLE_DATA_DIR": str(home)},
        cwd=ROOT,
    )
    process.start()
    try:
        yield process
    finally:
        process.stop()


def hint_through(broker_url: str) -> None:
    """Celery here publishes to this broker from now on."""
    app.conf.broker_url = broker_url
    # It keeps its connections per process, whatever the setting says later; only a fork makes it forget them.
    app._after_fork()


def mailbox(stack: Stack) -> dict[str, Any]:
    """Messages taken, and how often each Message-ID was offered and taken."""
    with urlopen(f"{stack.mail_url}/messages.json", timeout=10) as answer:
        return json.loads(answer.read())


def mail_state(stack: Stack) -> dict[str, Any]:
    """How often each Message-ID was offered and taken, and the mood; without the messages."""
    with urlopen(f"{stack.mail_url}/state.json", timeout=10) as answer:
        return json.loads(answer.read())


def mood(stack: Stack, mood: str, times: int | None = None) -> None:
    """How the mail server meets the next messages."""
    order = {"mood": mood, **({"times": times} if times else {})}
    request = Request(
        f"{stack.mail_url}/mood",
        data=json.dumps(order).encode(),
        headers={"Content-Type": "application/json"},
    )
    urlopen(request, timeout=10).close()


def eventually(found: Callable[[], Any], within: float = 60) -> Any:
    """What `found` returns as soon as it is true.

    Raises:
        AssertionError: it never was.
    """
    until = time.monotonic() + within
    while time.monotonic() < until:
        if result := found():
            return result
        time.sleep(0.1)
    raise AssertionError(f"{found} did not happen within {within} s")
