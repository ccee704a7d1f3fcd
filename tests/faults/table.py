"""`make faults`: the same number of alerts through every fault, on real parts; a table, and exit 1 if any was lost.

An alert counts as delivered once the mail server has taken its notice to the duty address. Clocks an hour off and a
full disk are not among the faults: both need a machine of their own.
"""

import os
import signal
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
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
from tests.faults.conftest import PARTS, decide, make_crew  # noqa: E402
from tests.running import eventually, mailbox, mood, running  # noqa: E402

ALERTS, BEFORE, PATIENCE = 200, 50, 150
HEAD = f"{'fault':<46}{'decided':>9}{'delivered':>11}{'twice':>7}{'last after':>12}{'lost':>6}"


@dataclass(frozen=True)
class Fault:
    """What happens after the first alerts were decided, and what mends it after the last."""

    name: str
    strike: Callable[[Stack], object]
    mend: Callable[[Stack], object] = lambda stack: None
    decide: Callable[[Cast], Alert] = decide


def main() -> None:
    lost = 0
    with (
        tempfile.TemporaryDirectory(dir="/var/tmp", ignore_cleanup_errors=True) as folder,
        running(Path(folder), parts=PARTS, durable=True) as stack,
    ):
        crew = make_crew()
        say(f"{ALERTS} alerts each, the fault after {BEFORE}\n{HEAD}")
        for fault in FAULTS:
            lost += measure(stack, crew, fault)
        broken = stack.manage("check_invariants").strip()
        say(broken)
        lost += Breach.objects.current().count()
    sys.exit(1 if lost else 0)


def measure(stack: Stack, crew: Cast, fault: Fault) -> int:
    """Let it happen once and print its line; how many were lost."""
    alerts = [decide(crew) for _ in range(BEFORE)]
    fault.strike(stack)
    alerts += [fault.decide(crew) for _ in range(ALERTS - BEFORE)]
    decided_at = database_now()
    fault.mend(stack)
    notices = Owed.objects.filter(
        kind=OwedKind.NOTICE, step=0, subject_id__in=[alert.exchange_id for alert in alerts]
    )
    until = time.monotonic() + PATIENCE
    while notices.filter(done_at=None).exists() and time.monotonic() < until:
        time.sleep(0.2)
    taken = mailbox(stack)["taken"]
    times = [taken.get(message_id(row.pk), 0) for row in notices]
    last = max((row.done_at for row in notices if row.done_at), default=decided_at)
    delivered, lost = sum(map(bool, times)), len(alerts) - sum(map(bool, times))
    twice, after = sum(count - 1 for count in times if count), (last - decided_at).total_seconds()
    say(f"{fault.name:<46}{len(alerts):>9}{delivered:>11}{twice:>7}{max(after, 0):>10.1f} s{lost:>6}")
    return lost


def without_a_hint(crew: Cast) -> Alert:
    """Decided by a process that dies between commit and hint, as far as anybody else can tell."""
    with transaction.atomic():
        alert = decide(crew)
        connection.run_on_commit.clear()
    return alert


def crash_database(stack: Stack) -> None:
    """One of its processes killed: PostgreSQL cuts every connection, recovers and serves again."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pid FROM pg_stat_activity WHERE usename = current_user AND pid <> pg_backend_pid() LIMIT 1"
        )
        [pid] = cursor.fetchone()
    os.kill(pid, signal.SIGKILL)
    connection.close()
    eventually(_answers)


def _answers() -> bool:
    try:
        return bool(database_now())
    except OperationalError:
        connection.close()
        return False


def deploy(stack: Stack) -> None:
    """Every process of ours stopped and started, one after the other."""
    for part in (stack.worker, stack.sweeper, stack.beat):
        part.stop()
        part.start()


def in_a_bad_mood(kind: str, times: int | None = None) -> Callable[[Stack], None]:
    return lambda stack: mood(stack, kind, times=times)


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
]  # fmt: skip


def say(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
