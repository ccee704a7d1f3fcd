"""`manage.py grid check FILE…`: whether a reading grid can be used, and what in it cannot happen."""

import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from assessment.grid import Grid
from assessment.grids import GridError
from assessment.grids.findings import Checked, check
from assessment.grids.loading import read_grid
from assessment.grids.reach import Reach, Witness
from pole.yamlfile import load

UNUSABLE, MALFORMED = 1, 2


class Command(BaseCommand):
    help = (
        "Load grid files and look for what can never happen in them, always happens, or changes nothing. "
        "Exit 1 when a grid has faults, 2 when a file is malformed."
    )
    requires_system_checks = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        commands = parser.add_subparsers(dest="command", required=True)
        check = commands.add_parser("check", help="load grids, say what is wrong or odd in them")
        check.add_argument("files", nargs="+", type=Path, metavar="FILE")
        check.add_argument(
            "--witness",
            action="store_true",
            help="print answers that reach each type, marker, rule and level",
        )

    def handle(self, *args: Any, files: list[Path], witness: bool, **options: Any) -> None:
        worst = 0
        for file in files:
            try:
                root = load(file, error=GridError)
                grid = read_grid(root)
            except GridError as problem:
                self.stderr.write(str(problem))
                worst = MALFORMED
                continue
            on = timezone.localdate()
            checked = check(grid, root, on=on)
            self._report(file, grid, checked)
            if witness:
                reach = Reach(grid, on=on)
                for name, found in checked.witnesses.items():
                    self.stdout.write(f"  {name}: {self._witness(found, reach)}")
            if checked.faults:
                worst = max(worst, UNUSABLE)
        if worst:
            sys.exit(worst)

    def _report(self, file: Path, grid: Grid, checked: Checked) -> None:
        self.stdout.write(
            f"{file}: {grid.code} {grid.version}: {len(grid.indicators)} indicators, "
            f"{len(grid.dynamics)} types, {len(grid.markers)} markers, {len(grid.levels)} levels"
        )
        for finding in checked.findings:
            self.stdout.write(f"  {'fault' if finding.is_fault else 'note'}: {finding}")
        notes = len(checked.findings) - len(checked.faults)
        self.stdout.write(
            f"  {len(checked.faults)} faults, {notes} notes, {len(checked.witnesses)} things within reach"
        )

    def _witness(self, witness: Witness, reach: Reach) -> str:
        """The answers in one line, and what the grid says of them."""
        given = [f"previous level {witness.previous}"] if witness.previous is not None else []
        for code, answer in witness.answers.items():
            seen = [f"seen {answer.seen}"] if answer.seen else []
            more = [*seen, *(f"{name}={value}" for name, value in answer.details.items())]
            given.append(f"{code} {answer.value}" + (f" ({', '.join(more)})" if more else ""))
        result = reach.read(witness)
        level = "NE" if result.severity is None else result.severity
        return f"{', '.join(given) or 'no answer'} -> " + " ".join(
            [*([result.dynamics] if result.dynamics else []), *result.markers, f"level {level}"]
        )
