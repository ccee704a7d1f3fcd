import time
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from pole.runtime.interruption import Interrupted, interruptible
from pole.runtime.problems import RuntimeProblem
from pole.runtime.stack import Stack


class Command(BaseCommand):
    help = "Start everything Pôle needs on this machine, and serve until interrupted."
    requires_system_checks = ()
    requires_migrations_checks = False

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--port", type=int, help="of the web on 127.0.0.1 (8000, or a free one)")
        parser.add_argument("--data", type=Path, default=settings.DATA_DIR, help="where everything is kept")
        parser.add_argument("--demo", action="store_true", help="with a mail catcher and a page of codes")

    def handle(self, *args: Any, **options: Any) -> None:
        stack = Stack(options["data"], port=options["port"], demo=options["demo"], tell=self.stdout.write)
        try:
            with interruptible(), stack:
                self.stdout.write(self.style.SUCCESS(f"Pôle: {stack.url}"))
                if stack.demo:
                    self.stdout.write(f"Messages: {stack.mail_url}   Codes: {stack.mail_url}/codes")
                self.stdout.write("Ctrl-C stops everything.")
                while True:
                    stack.watch()
                    time.sleep(0.5)
        except Interrupted:
            self.stdout.write("Stopped.")
        except RuntimeProblem as problem:
            raise CommandError(str(problem)) from problem
