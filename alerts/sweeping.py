"""What no hint brought: two sweepers that need neither each other nor the broker's memory."""

import logging

from alerts import outbox, protocol_news, work
from alerts.changes import consume_changes
from alerts.channels.email import reports
from alerts.simulating import turns
from pole.tenancy.context import each_service

log = logging.getLogger("alerts.sweeping")


def sweep_changes() -> int:
    """Consume the changes in every service's cases. An error in one service does not stop the others."""
    consumed = 0
    for space in each_service():
        try:
            with space as service:
                consumed += consume_changes(service)
        except Exception:
            log.exception("changes of a service could not be consumed; tried again at the next sweep")
    return consumed


def sweep_news() -> int:
    """Owe what the parties of protocols are to be told. An error here stops no alert."""
    try:
        return protocol_news.sweep_news()
    except Exception:
        log.exception("what became of protocols could not be looked at; tried again at the next sweep")
        return 0


def hint_again() -> int:
    """Hint at all that is due: beat's sweep, worked off by whatever worker is free."""
    due = outbox.due_now()
    for owed_id, queue in due:
        outbox.hint(owed_id, queue)
    return len(due)


def work_off_due() -> int:
    """Work off all that is due here and now: the second sweeper's, which needs no broker."""
    return sum(work.work_off(owed_id) for owed_id, _queue in outbox.due_now())


def read_reports() -> int:
    """Take in what mail servers reported since; how many mails were read."""
    try:
        return sum(reports.take_in_all().values())
    except Exception:
        log.exception("delivery reports could not be taken in; tried again at the next sweep")
        return 0


def hint_at_simulations() -> int:
    """Hint at the next turn of simulations that stand still: a hint was lost, or a worker."""
    hinted = 0
    for space in each_service():
        with space as service:
            if found := turns.stalled(service):
                hinted += turns.ask_for_turn(service.pk, *found)
    return hinted
