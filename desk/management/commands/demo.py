"""The demonstration: real parts, a synthetic Pôle, one story; then serve."""

import json
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from desk.demonstration.services import PASSWORD, Account
from desk.demonstration.story import Story
from desk.demonstration.visitor import StoryBroken
from pole.runtime.interruption import Interrupted, interruptible
from pole.runtime.problems import RuntimeProblem
from pole.runtime.stack import ROOT, Stack


class Command(BaseCommand):
    help = "Start everything with synthetic data, play one story through the real pipeline, then serve."
    requires_system_checks = ()
    requires_migrations_checks = False

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--once", action="store_true", help="stop after the story; exit 0 only if all of it happened"
        )
        parser.add_argument("--port", type=int, help="of the web on 127.0.0.1 (8000, or a free one)")
        parser.add_argument(
            "--data", type=Path, default=settings.DATA_DIR / "demo", help="where everything is kept"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        stack = Stack(options["data"], port=options["port"], demo=True, tell=self.stdout.write)
        try:
            with interruptible(), stack:
                self._load(stack)
                accounts = [Account(**entry) for entry in json.loads(stack.accounts_file.read_text())]
                Story(web=stack.url, mail=stack.mail_url, accounts=accounts, tell=self.stdout.write).play()
                if options["once"]:
                    return
                self._say_how_to_sign_in(stack, accounts)
                while True:
                    stack.watch()
                    time.sleep(0.5)
        except Interrupted:
            self.stdout.write("Stopped.")
        except StoryBroken as broken:
            raise CommandError(f"The story broke: {broken}") from broken
        except RuntimeProblem as problem:
            raise CommandError(str(problem)) from problem

    def _load(self, stack: Stack) -> None:
        """In a process of its own, connected as the application is; its progress is ours."""
        argv = [sys.executable, "manage.py", "demo_data", "--accounts", str(stack.accounts_file)]
        if subprocess.run(argv, cwd=ROOT, env=stack.environment(), check=False).returncode:  # noqa: S603 - argv is ours
            raise RuntimeProblem("The demonstration's data could not be loaded.")

    def _say_how_to_sign_in(self, stack: Stack, accounts: list[Account]) -> None:
        self.stdout.write(self.style.SUCCESS(f"\nPôle          {stack.url}"))
        self.stdout.write(f"Messages      {stack.mail_url}")
        self.stdout.write(f"Codes         {stack.mail_url}/codes  (the second factor)")
        self.stdout.write(f"Password      {PASSWORD}  (the same for all)\n")
        for account in accounts:
            self.stdout.write(f"  {account.email:<36} {account.role:<24} {account.service}")
        self.stdout.write("\nEverything here is invented. Ctrl-C stops everything.")
