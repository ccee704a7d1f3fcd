"""`manage.py scenario FILE…`: play scenarios, print one JSON document a line."""

import json
import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand

from desk.scenarios import ScenarioError, play

DIFFERS, MALFORMED = 1, 2


class Command(BaseCommand):
    help = (
        "Play scenarios without a database: readings in, dynamics, severity and alerts out. "
        "Exit 1 when something differs from what a file expects, 2 when a file is malformed."
    )
    requires_system_checks = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("files", nargs="+", type=Path, metavar="FILE")

    def handle(self, *args: Any, files: list[Path], **options: Any) -> None:
        code = 0
        for file in files:
            try:
                document = play(file)
            except ScenarioError as problem:
                self.stderr.write(str(problem))
                code = MALFORMED
                continue
            self.stdout.write(json.dumps(document, ensure_ascii=False))
            if document["differences"]:
                code = max(code, DIFFERS)
        if code:
            sys.exit(code)
