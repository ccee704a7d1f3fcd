"""Load the synthetic Pôle into an empty database."""

import time
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from desk.demonstration.cases import CASES, make_cases
from desk.demonstration.services import lay_ground, write_accounts
from pole.tenancy.models import Service


class Command(BaseCommand):
    help = "Load invented services, people and cases. Only where POLE_DEMO is set and nothing is there yet."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--accounts", type=Path, required=True, help="where to write how to sign in")
        parser.add_argument("--cases", type=int, default=sum(CASES.values()), help="about how many")

    def handle(self, *args: Any, accounts: Path, cases: int, **options: Any) -> None:
        if not settings.DEMO:
            raise CommandError("POLE_DEMO is not set: demonstration data belongs in a demonstration only.")
        if Service.objects.exists():
            self.stdout.write("Already loaded.")
            return
        began, now = time.monotonic(), timezone.now()
        write_accounts(lay_ground(timezone.localdate(now)), accounts)
        written = 0
        for written in make_cases(now, cases):
            self.stdout.write(f"{written} cases", ending="\r")
        self.stdout.write(f"{written} synthetic cases in {time.monotonic() - began:.1f} s")
