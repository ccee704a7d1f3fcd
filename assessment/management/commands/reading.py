"""`manage.py reading recompute FILE…`: whether exported readings come out as they say."""

import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand

from assessment.recomputing import recompute
from pole.jsonfile import load
from pole.yamlfile import FileError

DIFFERENT, MALFORMED = 1, 2


class Command(BaseCommand):
    help = (
        "Read exported readings again with the grid they bring. Exit 1 when one comes out differently, 2 when a "
        "file is no such document. Needs neither database nor secret."
    )
    requires_system_checks = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        commands = parser.add_subparsers(dest="command", required=True)
        again = commands.add_parser("recompute", help="read exported readings again, say what differs")
        again.add_argument("files", nargs="+", type=Path, metavar="FILE")

    def handle(self, *args: Any, files: list[Path], **options: Any) -> None:
        worst = 0
        for file in files:
            try:
                read = recompute(load(file))
            except FileError as problem:
                self.stderr.write(str(problem))
                worst = MALFORMED
                continue
            result = read.result
            level = "NE" if result.severity is None else result.severity
            verdict = "differs" if read.different else "the same"
            self.stdout.write(f"{file}: {result.grid.code} on {result.on}: level {level}, {verdict}")
            for line in read.different:
                self.stdout.write(f"  {line}")
            if not read.grid_ships:
                self.stdout.write(
                    f"  ({result.grid.code} does not ship here: read with the text in the file)"
                )
            if read.different:
                worst = max(worst, DIFFERENT)
        if worst:
            sys.exit(worst)
