"""`manage.py grid …`: check and load grids, say which a service reads with, compare what two make of its readings."""

import sys
from argparse import ArgumentParser
from collections.abc import Callable
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from assessment import versions
from assessment.grid import Grid
from assessment.grids import GridError, load_grid
from assessment.grids.findings import Checked, check
from assessment.grids.loading import read_grid
from assessment.grids.reach import Reach, Witness
from assessment.transitions import Transitions, readings_with, rereadings
from pole.marking import N_
from pole.mistakes import told
from pole.refusals import Refused
from pole.tenancy.actor import Actor
from pole.tenancy.context import inside
from pole.tenancy.models import Service
from pole.yamlfile import load

UNUSABLE, MALFORMED = 1, 2
SHOWN_EVERY = 1000


def load_text(file: Path) -> str:
    """Raises:
    GridError: the file can't be read.
    """
    try:
        return file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as problem:
        raise GridError(
            N_("cannot be read: %(problem)s"), file=str(file), params={"problem": problem}
        ) from None


def _service(slug: str) -> Service:
    """Raises:
    CommandError: there is none.
    """
    service = Service.objects.filter(slug=slug).first()
    if service is None:
        raise CommandError(f"no service is called '{slug}'")
    return service


def _level(level: int | None) -> str:
    return "NE" if level is None else str(level)


class Command(BaseCommand):
    help = (
        "Reading grids. Exit 1 when a grid has faults or an order is refused, 2 when a file is malformed. "
        "`check` needs no database."
    )
    requires_system_checks = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        commands = parser.add_subparsers(dest="command", required=True)
        check = commands.add_parser("check", help="read grid files, say what is wrong or odd in them")
        check.add_argument("files", nargs="+", type=Path, metavar="FILE")
        check.add_argument(
            "--witness",
            action="store_true",
            help="print answers that reach each type, marker, rule and level",
        )
        loading = commands.add_parser("load", help="keep a checked grid under its code, for good")
        loading.add_argument("file", type=Path, metavar="FILE")
        listing = commands.add_parser("list", help="the grids there are, and what a service does with them")
        listing.add_argument("--service", metavar="SLUG")
        for name, words in (("use", "take a grid in use"), ("retire", "no new reading with it from now on")):
            deciding = commands.add_parser(name, help=f"{words}, for one service")
            deciding.add_argument("code", metavar="CODE")
            deciding.add_argument("--service", metavar="SLUG", required=True)
        comparing = commands.add_parser(
            "compare", help="read a service's readings again with another grid; nothing is written"
        )
        comparing.add_argument("made_with", metavar="OLD")
        comparing.add_argument("grid", metavar="NEW")
        comparing.add_argument("--service", metavar="SLUG", required=True)

    def handle(self, *args: Any, command: str, **options: Any) -> None:
        commands: dict[str, Callable[..., None]] = {
            "check": self._check,
            "load": self._load,
            "list": self._list,
            "use": self._use,
            "retire": self._retire,
            "compare": self._compare,
        }
        try:
            commands[command](**options)
        except (GridError, Refused) as refused:
            self.stderr.write(told(refused) if isinstance(refused, GridError) else str(refused))
            sys.exit(MALFORMED if isinstance(refused, GridError) else UNUSABLE)

    def _load(self, *, file: Path, **options: Any) -> None:
        text = load_text(file)
        version = versions.load_version(text, name=str(file))
        self.stdout.write(f"{version.code}: loaded, sha256 {version.sha256}")

    def _list(self, *, service: str | None, **options: Any) -> None:
        if service is None:
            for code in versions.known_codes():
                self.stdout.write(f"{code}  {load_grid(code).title}")
            return
        with inside(_service(service)) as entered:
            for known in versions.known_grids(entered):
                used = "in use" if known.in_use else "not in use"
                self.stdout.write(
                    f"{known.grid.code}  {used}  {known.readings} reading(s)  {known.grid.title}"
                )

    def _use(self, *, code: str, service: str, **options: Any) -> None:
        with inside(_service(service)) as entered:
            versions.use_grid(actor=Actor.clockwork(entered), code=code)
        self.stdout.write(f"{code}: in use at {service}")

    def _retire(self, *, code: str, service: str, **options: Any) -> None:
        with inside(_service(service)) as entered:
            versions.retire_grid(actor=Actor.clockwork(entered), code=code)
        self.stdout.write(f"{code}: retired at {service}; readings and drafts made with it keep it")

    def _compare(self, *, made_with: str, grid: str, service: str, **options: Any) -> None:
        with inside(_service(service)) as entered:
            old, new = load_grid(made_with), load_grid(grid)
            total, found = readings_with(entered, made_with), Transitions()
            for found in rereadings(entered, old, new):
                if found.readings % SHOWN_EVERY == 0:
                    self.stderr.write(f"\r{found.readings} of {total}", ending="")
            if total >= SHOWN_EVERY:
                self.stderr.write(f"\r{found.readings} of {total}")
        self._transitions(old, new, found)

    def _transitions(self, old: Grid, new: Grid, found: Transitions) -> None:
        self.stdout.write(
            f"{found.readings} reading(s) made with {old.code}, read again with {new.code}: {found.moved} at another "
            f"level, {found.retyped} of another type, {found.incomplete} incomplete (were {found.incomplete_then}), "
            f"{found.left_out} with answers left out, {found.not_comparable} not comparable"
        )
        then, now = ([*sorted(filter(None, grid.levels)), None] for grid in (old, new))
        self.stdout.write("  then \\ now" + "".join(f"{_level(level):>8}" for level in now))
        for level in then:
            row = "".join(f"{found.levels[level, each]:>8}" for each in now)
            self.stdout.write(f"  {_level(level):>10}{row}")
        for (before, after), count in sorted(found.types.items()):
            if before != after:
                self.stdout.write(f"  {before or '-'} -> {after or '-'}  {count}")
        for sign, markers in (("+", found.markers_new), ("-", found.markers_gone)):
            for code, count in sorted(markers.items()):
                self.stdout.write(f"  {sign}{code}  {count}")

    def _check(self, *, files: list[Path], witness: bool, **options: Any) -> None:
        worst = 0
        for file in files:
            try:
                root = load(file, error=GridError)
                grid = read_grid(root)
            except GridError as problem:
                self.stderr.write(told(problem))
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
            place = f"line {finding.line}: {finding.path}"
            self.stdout.write(f"  {'fault' if finding.is_fault else 'note'}: {place}: {finding.reason}")
        self.stdout.write(
            f"  {len(checked.faults)} faults, {len(checked.notes)} notes, {len(checked.witnesses)} things within reach"
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
