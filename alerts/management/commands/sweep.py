"""The second sweeper: a process of its own, so that a silent beat or broker harms nobody."""

import logging
import signal
import time
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandParser
from django.db import Error, connection

from alerts import sweeping
from pole.startup import assert_fit_to_serve

log = logging.getLogger("alerts.sweep")


class Command(BaseCommand):
    help = "Work off what is owed, again and again, without the broker. Run beside the workers."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--once", action="store_true", help="One sweep, then stop.")

    def handle(self, *args: Any, once: bool, **options: Any) -> None:
        assert_fit_to_serve()
        if once:
            changes, _news, owed = sweeping.sweep_changes(), sweeping.sweep_news(), sweeping.work_off_due()
            self.stdout.write(f"{changes} change(s) consumed, {owed} owed row(s) worked off")
            return
        running = True

        def stop(*_: Any) -> None:
            nonlocal running
            running = False

        signal.signal(signal.SIGTERM, stop)
        signal.signal(signal.SIGINT, stop)
        while running:
            try:
                sweeping.sweep_changes()
                sweeping.work_off_due()
                sweeping.sweep_news()
                sweeping.read_reports()
            except Error:
                log.exception("the database did not answer; next sweep in a moment")
                connection.close()
            rest_until = time.monotonic() + settings.SWEEP_EVERY.total_seconds()
            while running and time.monotonic() < rest_until:
                time.sleep(0.1)  # Python resumes a sleep after a signal: a long one would delay the stop
