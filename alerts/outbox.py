"""What is owed: written with the decision, hinted after commit, claimed by one worker at a time.

Delivery is at least once. A crash between the mail server's reply and our record sends again after the
lease: it may arrive twice, with the same Message-ID; it may not go missing. There is one retry mechanism,
`next_try_at` and the sweeps; Celery's own stays out.
"""

import logging
import random
import time
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.db.models import Case, DateTimeField, Func, When
from django.utils import timezone
from kombu.exceptions import OperationalError
from redis.exceptions import RedisError

from alerts.models import Owed, OwedKind
from alerts.models.owed import OwedQuerySet
from pole.celery import app
from pole.clock import database_now
from pole.tenancy.models import Service

log = logging.getLogger("alerts.outbox")

FIRST_RETRY = timedelta(seconds=5)
LAST_RETRY = timedelta(minutes=5)
REPLY_KEPT = 200
BROKER_RESTS = 2.0  # seconds without a new attempt after one that failed
_broker_rests_until = 0.0

# SKIP LOCKED: whoever else claims takes another row.
TAKE = """
UPDATE alerts_owed SET attempts = attempts + 1, leased_until = clock_timestamp() + %(lease)s,
       handed_over_at = coalesce(handed_over_at, clock_timestamp())
 WHERE id = ({which})
RETURNING *
"""
DUE = """
SELECT id FROM alerts_owed
 WHERE done_at IS NULL AND due_at <= statement_timestamp() AND next_try_at <= statement_timestamp()
   AND (leased_until IS NULL OR leased_until < statement_timestamp())
   AND (gathered_in_id IS NULL OR gathered_in_id = id)
"""
ONE = " LIMIT 1 FOR UPDATE SKIP LOCKED"
CLAIM = TAKE.format(which=f"{DUE} AND id = %(id)s {ONE}")
OURS = f"{DUE} AND kind <> %(call)s"
CLAIM_NEXT = TAKE.format(
    which=f"coalesce(({OURS} AND urgency = 'red' ORDER BY due_at {ONE}), "
    f"({OURS} AND urgency = 'orange' ORDER BY due_at {ONE}), ({OURS} ORDER BY due_at {ONE}))"
)


class Clock(Func):
    """The database's clock, in the statement that writes it down."""

    function = "clock_timestamp"
    output_field = DateTimeField()


class DoneByAnother(Exception):
    """A row was settled by another worker; what this one wrote for it is taken back."""


def owe(
    *,
    service: Service,
    kind: OwedKind,
    subject_id: UUID,
    due_at: datetime,
    step: int = 0,
    addressee_id: UUID | None = None,
    urgency: str = "",
    deadline_at: datetime | None = None,
) -> None:
    """Write one row of the outbox, once however often it is asked, and hint at it after commit.

    The hint is an id in the broker and nothing more. With the broker down the caller's request succeeds, and
    a sweep finds the row.

    Raises:
        RuntimeError: outside a transaction: what is owed is written with the decision or not at all.
    """
    if not transaction.get_connection().in_atomic_block:
        raise RuntimeError("owe() belongs in the transaction of the decision.")
    row = Owed(
        service=service,
        kind=kind,
        subject_id=subject_id,
        step=step,
        addressee_id=addressee_id,
        urgency=urgency,
        due_at=due_at,
        next_try_at=due_at,
        deadline_at=deadline_at,
    )
    Owed.objects.bulk_create([row], ignore_conflicts=True)
    # Only a hint, so this host's own clock will do: the sweeps go by the database's.
    if due_at <= timezone.now():
        # A lambda: with functools.partial, Django 5.2's robust hooks raise exactly when the broker is down.
        transaction.on_commit(lambda: hint(row.pk, queue_of(row.kind, row.urgency)), robust=True)


def queue_of(kind: str, urgency: str) -> str:
    """Red has a queue of its own, and so have calls to partners' systems: mail waits behind none of them."""
    if kind == OwedKind.WEBHOOK:
        return "webhook-red" if urgency == "red" else "webhook"
    return "red" if urgency == "red" else "celery"


def hint(owed_id: UUID, queue: str) -> bool:
    """Tell a worker that a row waits; whether the broker took it."""
    return publish("alerts.work_off", str(owed_id), queue=queue)


def publish(task: str, *given: Any, queue: str, in_seconds: int = 0) -> bool:
    """Ask workers for a task; whether the broker took it.

    A broker that does not answer is left alone for a moment: a decision with ten rows must not wait for it
    ten times. The sweeps find what was not hinted.
    """
    global _broker_rests_until  # noqa: PLW0603 - one process, one broker: there is nothing finer to know
    if time.monotonic() < _broker_rests_until:
        return False
    try:
        app.send_task(task, list(given), queue=queue, countdown=in_seconds or None)
    except (OperationalError, RedisError, OSError) as error:
        _broker_rests_until = time.monotonic() + BROKER_RESTS
        log.warning("the broker did not take a hint (%s); the sweeps will find the row", type(error).__name__)
        return False
    return True


def claim(owed_id: UUID) -> Owed | None:
    """Take the lease of a row that is due; None if somebody has it, it is done, or its hour is not come."""
    return _claimed(CLAIM, {"id": owed_id})


def claim_next() -> Owed | None:
    """The same for whichever row is due, red before all others and orange after it, then by how long it has waited.

    Calls to partners' systems have hints of their own: nothing waits here for somebody else's machine.
    """
    return _claimed(CLAIM_NEXT, {"call": OwedKind.WEBHOOK})


def _claimed(statement: str, which: dict[str, Any]) -> Owed | None:
    """One statement, and so one short transaction: this is asked for every row by every worker."""
    return next(iter(Owed.objects.raw(statement, {"lease": settings.OUTBOX_LEASE, **which})), None)


def settle(row: Owed, reply: str) -> None:
    """Done, with what was said; the lease ends. So is what left in the same e-mail.

    Raises:
        DoneByAnother: the lease had run out, and whoever took it next was faster.
    """
    mine = _with_gathered(row).filter(done_at=None)
    if not mine.update(done_at=Clock(), leased_until=None, reply=reply[:REPLY_KEPT]):
        raise DoneByAnother


def put_back(row: Owed, reply: str) -> None:
    """Not done: tried again after a while, and so is what would have left in the same e-mail.

    A lease that somebody else took meanwhile stays theirs.
    """
    mine = _with_gathered(row).filter(done_at=None, leased_until=row.leased_until)
    again = Clock() + retry_after(row.attempts)
    mine.update(leased_until=None, next_try_at=again, reply=reply[:REPLY_KEPT])


def _with_gathered(row: Owed) -> OwedQuerySet:
    return Owed.objects.filter(gathered_in=row.pk) if row.gathered_in_id else Owed.objects.filter(pk=row.pk)


def retry_after(attempts: int) -> timedelta:
    """Doubling, to five minutes, with jitter so that a recovered server is not met by all at once."""
    doubled: timedelta = FIRST_RETRY * 2 ** min(attempts - 1, 10)
    return min(doubled, LAST_RETRY) * random.uniform(0.8, 1.2)  # noqa: S311 - jitter, not a secret


def due_now(limit: int = 200) -> list[tuple[UUID, str]]:
    """Rows that wait, with their queues: red first, then orange, calls to partners' systems last, then by how long they
    waited."""
    rank = Case(
        When(kind=OwedKind.WEBHOOK, then=3),
        When(urgency="red", then=0),
        When(urgency="orange", then=1),
        default=2,
    )
    rows = Owed.objects.due(database_now()).order_by(rank, "due_at")
    return [
        (pk, queue_of(kind, urgency))
        for pk, kind, urgency in rows.values_list("pk", "kind", "urgency")[:limit]
    ]
