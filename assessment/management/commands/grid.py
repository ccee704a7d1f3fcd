"""`manage.py grid check FILE…`: whether a reading grid can be used, and what looks odd in it."""

import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand

from assessment.grids import GridError, load_grid
from assessment.grids.oddities import oddities


class Command(BaseCommand):
    help = "Load and check grid files. Exit 2 when one cannot be used."
    requires_system_checks = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        commands = parser.add_subparsers(dest="command", required=True)
        check = commands.add_parser("check", help="load a grid, say what is wrong or odd")
        check.add_argument("files", nargs="+", type=Path, metavar="FILE")

    def handle(self, *args: Any, files: list[Path], **options: Any) -> None:
        failed = False
        for file in files:
            try:
                grid = load_grid(file)
            except GridError as problem:
                self.stderr.write(str(problem))
                failed = True
                continue
            self.stdout.write(
                f"{file}: {grid.code} {grid.version}: {len(grid.indicators)} indicators, "
                f"{len(grid.dynamics)} types, {len(grid.markers)} markers, {len(grid.levels)} levels"
            )
            for oddity in oddities(grid):
                self.stdout.write(f"  odd: {oddity}")
        if failed:
            sys.exit(2)
