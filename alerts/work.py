"""Work off one row of the outbox."""

import logging
import time
from collections.abc import Callable
from uuid import UUID

from django.db import close_old_connections, transaction

from alerts import (
    advising,
    concluding,
    contacts,
    digests,
    disagreements,
    emergencies,
    escalation,
    heard,
    outbox,
    protocol_news,
    reviews,
    seconds,
    suspended,
    unheard,
)
from alerts.channels.email import addresses, certificates
from alerts.channels.email.rounds import one_round
from alerts.channels.known import BY_KIND
from alerts.channels.shape import NotDelivered, Permanent
from alerts.models import Owed, OwedKind
from alerts.reminders import remind
from alerts.situations import take_in

log = logging.getLogger("alerts.work")

A_TURN = 5.0  # seconds; a worker asked to stop ends its turn first

PERFORM: dict[str, Callable[[Owed], str]] = {
    OwedKind.RUNG: escalation.climb,
    OwedKind.WATCH: unheard.warn_sender,
    OwedKind.UNHEARD: unheard.tell_coordination,
    OwedKind.CALL: unheard.ask_to_call,
    OwedKind.HEARD: heard.tell_coordination,
    OwedKind.CALL_OFF: heard.call_off,
    OwedKind.DECIDE: escalation.ask_direction,
    OwedKind.REMINDER: remind,
    OwedKind.REVIEW: reviews.remind,
    OwedKind.REVIEW_LATE: reviews.escalate,
    OwedKind.CONTACT: contacts.remind,
    OwedKind.MEASURE_OVER: reviews.measure_over,
    OwedKind.SECOND: seconds.remind,
    OwedKind.ADVICE: advising.remind,
    OwedKind.EMERGENCY: emergencies.remind,
    OwedKind.LEVELS: take_in,
    OwedKind.DISAGREEMENT: disagreements.remind,
    OwedKind.CONCLUSION: concluding.take_in,
    OwedKind.CERTIFICATE: certificates.warn,
    OwedKind.ADDRESS: addresses.ask_for_correction,
    OwedKind.SUSPENDED: suspended.warn_sender,
    OwedKind.PROTOCOL: protocol_news.tell,
}


def work_off(owed_id: UUID) -> bool:
    """Do one owed thing. False if there was nothing to do, or if it could not be done and stays owed.

    A second worker finds the lease; a second run finds `done_at`.
    """
    row = outbox.claim(owed_id)
    return row is not None and _done(row)


def work_on(owed_id: UUID) -> int:
    """The same, and then whatever else is due, red first, while all goes well; how many rows were done.

    One at a time, so that a red one decided meanwhile is next. A mail server that takes one mail takes the others over
    the same connection; what fails ends the turn, and the rows that wait have hints of their own.
    """
    done, until = 0, time.monotonic() + A_TURN
    with one_round():
        # A row that another turn did already leaves this one its time.
        row = outbox.claim(owed_id) or outbox.claim_next()
        while row is not None and _done(row):
            done += 1
            row = outbox.claim_next() if time.monotonic() < until else None
    return done


def _done(row: Owed) -> bool:
    channel = BY_KIND.get(row.kind)
    try:
        # A message can't be taken back, so it is sent first and settled after: at least once. What only writes is
        # settled in its own transaction: once, whatever dies in between.
        if channel:
            outbox.settle(row, channel.deliver(row))
        else:
            with transaction.atomic():
                outbox.settle(row, PERFORM[row.kind](row))
    except outbox.DoneByAnother:
        return False
    except Exception as error:  # whatever went wrong, the row stays owed and says why
        # What the other side would not take says nothing of our database; anything else may have broken its connection.
        if not isinstance(error, NotDelivered):
            close_old_connections()
        # As they stood before: what was refused for good once is not told again.
        refused = digests.together_with(row) if channel and isinstance(error, Permanent) else []
        log.warning(
            "owed %s %s not done at attempt %s: %s", row.kind, row.pk, row.attempts, type(error).__name__
        )
        # Together: a refusal that is noted is not told again, so it is noted with whoever is told, or not at all.
        with transaction.atomic():
            outbox.put_back(row, str(error) if isinstance(error, NotDelivered) else type(error).__name__)
            for each in refused:
                BY_KIND[each.kind].refused(each)
        return False
    return True
