"""`make faults`: the same number of alerts through every fault, on real parts; a table, and exit 1 if any was lost.

An alert counts as delivered once the mail server has taken its notice to the duty address. Where the machine lacks what
a fault needs, its line says so. With words, only the faults that have one of them in their name.
"""

import os
import signal
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "pole.settings")
django.setup()

from django.db import OperationalError, connection, transaction  # noqa: E402 - applications first
from redis import Redis  # noqa: E402

from alerts.channels.email.sending import message_id  # noqa: E402
from alerts.models import Alert, Breach, Owed, OwedKind  # noqa: E402
from pole.clock import database_now  # noqa: E402
from pole.runtime.stack import Stack  # noqa: E402
from tests.cast import Cast  # noqa: E402
from tests.faults import clocks, disk  # noqa: E402
from tests.faults.conftest import PARTS, decide, make_crew  # noqa: E402
from tests.running import eventually, mail_state, mood, one_more, running  # noqa: E402

ALERTS, BEFORE, PATIENCE = 200, 50, 150
HEAD = f"{'fault':<46}{'decided':>9}{'delivered':>11}{'twice':>7}{'last after':>12}{'lost':>6}"


@dataclass(frozen=True)
class Fault:
    """What happens after the first alerts were decided, and what mends it after the last."""

    name: str
    strike: Callable[[Stack], object]
    mend: Callable[[Stack], object] = lambda stack: None
    decide: Callable[[Stack, Cast, int], list[Alert]] = lambda stack, crew, number: [
        decide(crew) for _ in range(number)
    ]
    missing: Callable[[], str] = lambda: ""
    """What this machine lacks for it, in words; '' when nothing."""


def main(words: Sequence[str]) -> None:
    chosen = [fault for fault in FAULTS if not words or any(word in fault.name for word in words)]
    say(f"{ALERTS} alerts each, the fault after {BEFORE}\n{HEAD}")
    lost = on_one_stack(chosen) if chosen else 0
    if not words or any(word in FULL_DISK for word in words):
        lost += on_a_small_disk()
    sys.exit(1 if lost else 0)


def on_one_stack(faults: Sequence[Fault]) -> int:
    lost = 0
    with (
        tempfile.TemporaryDirectory(dir="/var/tmp", ignore_cleanup_errors=True) as folder,
        running(Path(folder), parts=PARTS, durable=True) as stack,
    ):
        crew = make_crew()
        for fault in faults:
            if missing := fault.missing():
                skip(fault.name, missing)
            else:
                lost += measure(stack, crew, fault)
        return lost + broken(stack)


def on_a_small_disk() -> int:
    """A database of its own, since its disk fills up."""
    if missing := disk.missing():
        skip(FULL_DISK, missing)
        return 0
    with (
        tempfile.TemporaryDirectory(dir="/var/tmp", ignore_cleanup_errors=True) as folder,
        disk.small_disk(Path(folder)) as small,
        running(Path(folder), parts=PARTS, durable=True) as stack,
    ):
        fault = Fault(
            FULL_DISK,
            lambda stack: disk.nearly_fill(small),
            lambda stack: disk.make_room(small, stack),
            disk.decide_while_it_lasts,
        )
        return measure(stack, make_crew(), fault) + broken(stack)


def broken(stack: Stack) -> int:
    """What the check of the whole finds, in its own words and as a number."""
    say(stack.manage("check_invariants").strip())
    return Breach.objects.current().count()


def measure(stack: Stack, crew: Cast, fault: Fault) -> int:
    """Let it happen once and print its line; how many were lost."""
    alerts = [decide(crew) for _ in range(BEFORE)]
    fault.strike(stack)
    alerts += fault.decide(stack, crew, ALERTS - BEFORE)
    decided_at = when_it_answers()
    fault.mend(stack)
    decided_at = decided_at or eventually(when_it_answers)
    notices = Owed.objects.filter(
        kind=OwedKind.NOTICE, step=0, subject_id__in=[alert.exchange_id for alert in alerts]
    )
    until = time.monotonic() + PATIENCE
    while notices.filter(done_at=None).exists() and time.monotonic() < until:
        time.sleep(0.2)
    taken = mail_state(stack)["taken"]
    times = [taken.get(message_id(row.pk), 0) for row in notices]
    last = max((row.done_at for row in notices if row.done_at), default=decided_at)
    delivered, lost = sum(map(bool, times)), len(alerts) - sum(map(bool, times))
    twice, after = sum(count - 1 for count in times if count), (last - decided_at).total_seconds()
    say(f"{fault.name:<46}{len(alerts):>9}{delivered:>11}{twice:>7}{max(after, 0):>10.1f} s{lost:>6}")
    return lost


def when_it_answers() -> datetime | None:
    """The database's time, or None while it gives none."""
    try:
        return database_now()
    except OperationalError:
        connection.close()
        return None


def without_a_hint(stack: Stack, crew: Cast, number: int) -> list[Alert]:
    """Decided by a process that dies between commit and hint, as far as anybody else can tell."""
    alerts = []
    for _ in range(number):
        with transaction.atomic():
            alerts.append(decide(crew))
            connection.run_on_commit.clear()
    return alerts


def crash_database(stack: Stack) -> None:
    """One of its processes killed: PostgreSQL cuts every connection, recovers and serves again."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pid FROM pg_stat_activity WHERE usename = current_user AND pid <> pg_backend_pid() LIMIT 1"
        )
        [pid] = cursor.fetchone()
    os.kill(pid, signal.SIGKILL)
    eventually(lambda: when_it_answers() is None)  # not before: a line opened meanwhile would be cut too
    eventually(when_it_answers)


def deploy(stack: Stack) -> None:
    """Every process of ours stopped and started, one after the other."""
    for part in (stack.worker, stack.sweeper, stack.beat):
        part.stop()
        part.start()


class Second:
    """A second worker and a second beat, from strike to mend."""

    def __init__(self) -> None:
        self._running = ExitStack()

    def start(self, stack: Stack) -> None:
        self._running.enter_context(one_more(stack, "beat", "second-beat"))
        self._running.enter_context(one_more(stack, "worker", "second-worker"))

    def stop(self, stack: Stack) -> None:
        self._running.close()


def in_a_bad_mood(kind: str, times: int | None = None) -> Callable[[Stack], None]:
    return lambda stack: mood(stack, kind, times=times)


FULL_DISK = "disk full under the database, then room"
second = Second()
FAULTS = [
    Fault("none", lambda stack: None),
    Fault("worker killed, started after the last", lambda s: s.worker.kill(), lambda s: s.worker.start()),
    Fault("worker and sweeper killed", lambda s: (s.worker.kill(), s.sweeper.kill()),
          lambda s: (s.worker.start(), s.sweeper.start())),
    Fault("sender killed between commit and hint", lambda s: None, decide=without_a_hint),
    Fault("broker flushed", lambda s: Redis.from_url(s.broker.url).flushall(),
          lambda s: Redis.from_url(s.broker.url).flushall()),
    Fault("broker down until 15 s after the last", lambda s: s.broker.kill(),
          lambda s: (time.sleep(15), s.broker.start())),
    Fault("database crashed, twice", crash_database, crash_database),
    Fault("mail server refuses for now (451), 100 times", in_a_bad_mood("451", 100)),
    Fault("mail server greylists until 10 s after the last", in_a_bad_mood("greylist"),
          lambda s: (time.sleep(10), mood(s, "accept"))),
    Fault("mail server refuses for good (550), 20 times", in_a_bad_mood("550", 20)),
    Fault("mail server hangs, 5 times", in_a_bad_mood("hang", 5)),
    Fault("mail server takes it, never says so, 5 times", in_a_bad_mood("take-then-hang", 5)),
    Fault("mail server takes it, drops the line, 20 times", in_a_bad_mood("take-then-drop", 20)),
    Fault("beat dead", lambda s: s.beat.kill(), lambda s: s.beat.start()),
    Fault("sweeper dead", lambda s: s.sweeper.kill(), lambda s: s.sweeper.start()),
    Fault("a deploy in the midst of it", deploy, deploy),
    Fault("two beats, two workers", second.start, second.stop),
    Fault("every clock but the database's 1 h ahead", clocks.off_by("+1h"), clocks.right,
          clocks.decided_off_by("+1h"), clocks.missing),
    Fault("every clock but the database's 1 h behind", clocks.off_by("-1h"), clocks.right,
          clocks.decided_off_by("-1h"), clocks.missing),
]  # fmt: skip


def skip(name: str, why: str) -> None:
    say(f"{name:<46} not measured here: {why}")


def say(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main(sys.argv[1:])
