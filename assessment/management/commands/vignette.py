"""`manage.py vignette check FILE…`: whether fictional situations can be read in an exercise."""

import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand

from assessment.vignettes import VignetteError, load_vignette
from assessment.vignettes.loading import NOT_ASSESSABLE
from pole.mistakes import told

MALFORMED = 2


class Command(BaseCommand):
    help = (
        "Read vignette files again with the grids they name. Exit 2 when one is malformed. Needs no database."
    )
    requires_system_checks = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        commands = parser.add_subparsers(dest="command", required=True)
        check = commands.add_parser("check", help="say what is wrong in vignette files")
        check.add_argument("files", nargs="+", type=Path, metavar="FILE")

    def handle(self, *args: Any, files: list[Path], **options: Any) -> None:
        malformed = False
        for file in files:
            try:
                vignette = load_vignette(file)
            except VignetteError as problem:
                self.stderr.write(told(problem))
                malformed = True
                continue
            read = [
                f"{grid} {reading.dynamics or '-'} {reading.level or NOT_ASSESSABLE}"
                for grid, reading in vignette.readings.items()
            ]
            self.stdout.write(f"{file}: {vignette.title}: {', '.join(read) or 'no proposed reading'}")
        if malformed:
            sys.exit(MALFORMED)
