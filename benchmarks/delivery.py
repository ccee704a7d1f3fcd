"""From decision to mail server, on real parts: how soon, how many, and what red waits for behind yellow.

Everything runs as in production (usual lease, sweeps and time-outs), each figure beside a bare one of the same run.
"""

import os
import signal
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from uuid import uuid4

from django.conf import settings
from django.db import transaction

from alerts import outbox
from alerts.models import Owed, OwedKind
from benchmarks import bare
from benchmarks.database import ROOT
from benchmarks.timing import say
from pole.clock import database_now
from pole.runtime.processes import free_port
from pole.runtime.stack import Stack
from tests.cast import Cast
from tests.faults.conftest import decide, make_crew
from tests.running import eventually, running

ALERTS, QUEUED, REDS, WARM = 2_000, 5_000, 20, 20
PER_LINE = 100  # the stricter of the two bare loops: about what one turn of a worker sends over one line
PARTS = ("database", "broker", "worker", "beat")
USUAL = {"POLE_LEASE_SECONDS": "60", "POLE_SWEEP_SECONDS": "5", "POLE_EMAIL_TIMEOUT": "20"}
TEXT = (
    "Un message attend votre service. Connectez-vous pour le lire. Ce courriel ne dit rien de personne. " * 6
)


class Noted:
    """What the sink wrote down so far: Message-ID -> moment."""

    def __init__(self, path: Path) -> None:
        self._file, self._begun, self.taken = path.open(), "", {}  # type: dict[str, float]

    def look(self) -> dict[str, float]:
        *lines, self._begun = (self._begun + self._file.read()).split("\n")  # the last may be half written
        for line in lines:
            message_id, moment = line.split()
            self.taken.setdefault(message_id, float(moment))
        return self.taken

    def wait_for(self, message_id: str, within: float = 60) -> float:
        """The moment it was taken.

        Raises:
            TimeoutError: it was not.
        """
        until = time.monotonic() + within
        while message_id not in self.look():
            if time.monotonic() > until:
                raise TimeoutError(message_id)
            time.sleep(0.001)
        return self.taken[message_id]

    def wait_for_all(self, number: int, within: float = 600) -> list[float]:
        """The moments at which so many were taken, in order."""
        until = time.monotonic() + within
        while len(self.look()) < number:
            if time.monotonic() > until:
                raise TimeoutError(f"{len(self.taken)} of {number}")
            time.sleep(0.05)
        return sorted(self.taken.values())


def run() -> None:
    with tempfile.TemporaryDirectory(dir="/var/tmp", ignore_cleanup_errors=True) as folder:
        port = free_port()
        with (
            sink(Path(folder) / "noted", port) as noted,
            running(Path(folder), parts=PARTS, EMAIL_URL=f"smtp://127.0.0.1:{port}", **USUAL) as stack,
        ):
            crew = make_crew()
            idle = soon(stack, crew, noted, port)
            many(stack, crew, noted, port)
            red_behind_yellow(stack, crew, noted, idle)


@contextmanager
def sink(path: Path, port: int) -> Iterator[Noted]:
    server = subprocess.Popen([sys.executable, "-m", "benchmarks.sink", str(port), str(path)], cwd=ROOT)
    try:
        eventually(path.exists)
        yield Noted(path)
    finally:
        server.terminate()
        server.wait()


def soon(stack: Stack, crew: Cast, noted: Noted, port: int) -> float:
    """Decision committed -> taken, in turn with a bare task published -> taken; our median in seconds."""
    broker = stack.environment()["REDIS_URL"]
    worker = subprocess.Popen(
        bare.WORKER, cwd=ROOT, env=os.environ | {"REDIS_URL": broker}, stderr=subprocess.DEVNULL
    )
    bare.app.conf.broker_url = broker
    ours, theirs = [], []
    try:
        for number in range(WARM + ALERTS):
            mine, reference = one_alert(crew, noted), one_task(noted, port)
            if number >= WARM:
                ours.append(mine)
                theirs.append(reference)
    finally:
        worker.terminate()
        worker.wait()
    for what, at in (("median", 50), ("90th percentile", 90)):
        mine, reference = (statistics.quantiles(values, n=100)[at - 1] for values in (ours, theirs))
        say(
            f"{f'decision committed -> accepted, {what} of {ALERTS}':<58} {mine * 1000:9.1f} ms   "
            f"bare task {reference * 1000:9.1f} ms   ×{mine / reference:.2f}"
        )
    return statistics.median(ours)


def one_alert(crew: Cast, noted: Noted) -> float:
    """Seconds from the commit of one decision until the mail server has its notice."""
    committed: list[float] = []
    with transaction.atomic():
        transaction.on_commit(lambda: committed.append(time.monotonic()))
        alert = decide(crew)
    [owed] = Owed.objects.filter(kind=OwedKind.NOTICE, subject_id=alert.exchange_id)
    return noted.wait_for(message_id(owed)) - committed[0]


def one_task(noted: Noted, port: int) -> float:
    """Seconds from publishing a bare task until the mail server has its message."""
    name, published = f"<{uuid4()}@bench.example>", time.monotonic()
    bare.send.delay(port, name, TEXT)
    return noted.wait_for(name) - published


def many(stack: Stack, crew: Cast, noted: Noted, port: int) -> None:
    """Mails that wait, worked off by the worker, against a loop that only sends."""
    with stopped(stack):
        queue(crew, QUEUED)
        before = len(noted.look())
    ours = rate(noted.wait_for_all(before + QUEUED)[before:])
    for what, per_line in (("a connection a mail", 1), (f"{PER_LINE} mails a connection", PER_LINE)):
        before = len(noted.look())
        bare.drain(port, QUEUED, TEXT, per_line)
        theirs = rate(noted.wait_for_all(before + QUEUED)[before:])
        say(
            f"{f'{QUEUED} queued mails drained by {bare.PROCESSES} processes':<58} {ours:9.0f} a second   "
            f"bare loop {theirs:9.0f} a second   ×{ours / theirs:.2f}   ({what})"
        )


def red_behind_yellow(stack: Stack, crew: Cast, noted: Noted, idle: float) -> None:
    """A red decided while yellow ones queue: how much later than when nothing waits."""
    with stopped(stack):
        queue(crew, QUEUED)
    behind = [one_alert(crew, noted) for _ in range(REDS)]
    waiting = Owed.objects.filter(urgency="yellow", done_at=None).count()
    late = statistics.median(behind)
    say(
        f"{f'a red decided behind {QUEUED} yellow, median of {REDS}':<58} {late * 1000:9.1f} ms   "
        f"idle {idle * 1000:9.1f} ms   ×{late / idle:.2f}   ({waiting} still waited)"
    )


@contextmanager
def stopped(stack: Stack) -> Iterator[None]:
    """Nobody works while something is queued: the worker is paused, beat's sweeps find it so."""
    group = [stack.worker.pid, *children(stack.worker.pid)]
    for pid in group:
        os.kill(pid, signal.SIGSTOP)
    try:
        yield
    finally:
        for pid in group:
            os.kill(pid, signal.SIGCONT)


def children(pid: int) -> list[int]:
    found = Path(f"/proc/{pid}/task").glob("*/children")
    return [int(child) for listing in found for child in listing.read_text().split()]


def queue(crew: Cast, number: int) -> None:
    """Yellow notices to the duty address, owed and hinted at, each an e-mail of its own.

    New ones would leave together as one. These were offered once, each in its own e-mail, to a server that was away:
    what left alone stays alone.
    """
    now = database_now()
    names = [uuid4() for _ in range(number)]
    rows = [
        Owed(
            id=name,
            gathered_in_id=name,
            attempts=1,
            service=crew.victims,
            kind=OwedKind.NOTICE,
            subject_id=uuid4(),
            urgency="yellow",
            due_at=now,
            next_try_at=now,
        )
        for name in names
    ]
    Owed.objects.bulk_create(rows, batch_size=1000)
    for row in rows:
        outbox.hint(row.pk, outbox.queue_of(row.kind, row.urgency))


def rate(moments: list[float]) -> float:
    """Messages a second, from the first to the last."""
    return (len(moments) - 1) / (moments[-1] - moments[0])


def message_id(owed: Owed) -> str:
    return f"<{owed.pk}@{settings.DEFAULT_FROM_EMAIL.rpartition('@')[2]}>"
