"""`manage.py protocol check FILE…`, `manage.py protocol export FILE --odrl`, `manage.py protocol simulate FILE`.

A door of the layer that knows both protocols and readings, since simulating asks for both.
"""

import json
import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from alerts.management import simulate
from protocols.checking import Examined, Finding, examine
from protocols.documents import ProtocolError, load_protocol
from protocols.odrl import policy

UNFIT, MALFORMED = 1, 2


class Command(BaseCommand):
    help = "Check protocol files before anyone signs them. Exit 1 when one has faults, 2 when one cannot be read."
    requires_system_checks = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        commands = parser.add_subparsers(dest="command", required=True)
        check = commands.add_parser("check", help="say what is wrong or odd in protocols")
        check.add_argument("files", nargs="+", type=Path, metavar="FILE")
        export = commands.add_parser("export", help="write a protocol for another tool to read")
        export.add_argument("file", type=Path, metavar="FILE")
        export.add_argument(
            "--odrl", action="store_true", required=True, help="as an ODRL policy, in JSON-LD"
        )
        simulate.add_arguments(
            commands.add_parser(
                "simulate", help="say who would have been told what, how often; nothing is sent"
            )
        )

    def handle(self, *args: Any, command: str, **options: Any) -> None:
        if command == "check":
            self._check(options["files"])
        elif command == "simulate":
            self._simulate(options)
        else:
            self._export(options["file"])

    def _simulate(self, options: dict[str, Any]) -> None:
        try:
            simulate.run(options, out=self.stdout, progress=self.stderr)
        except ProtocolError as problem:
            self.stderr.write(str(problem))
            sys.exit(MALFORMED)
        except simulate.CannotSimulate as problem:
            raise CommandError(str(problem)) from None

    def _export(self, file: Path) -> None:
        try:
            protocol = load_protocol(file)
        except ProtocolError as problem:
            self.stderr.write(str(problem))
            sys.exit(MALFORMED)
        self.stdout.write(json.dumps(policy(protocol), ensure_ascii=False, indent=2))

    def _check(self, files: list[Path]) -> None:
        worst = 0
        for file in files:
            examined = examine(file)
            self._report(file, examined)
            if examined.protocol is None:
                worst = MALFORMED
            elif examined.faults:
                worst = max(worst, UNFIT)
        if worst:
            sys.exit(worst)

    def _report(self, file: Path, examined: Examined) -> None:
        protocol = examined.protocol
        if protocol is None:
            for finding in examined.findings:
                self.stderr.write(_line(file, finding))
            return
        self.stdout.write(
            f"{file}: {protocol.identifier} {protocol.version}: {len(protocol.articles)} articles, "
            f"{len(protocol.rules)} rules, sha256 {protocol.text_hash()}"
        )
        for finding in examined.findings:
            self.stdout.write(f"  {'fault' if finding.is_fault else 'odd'}: {_line(file, finding)}")
        self.stdout.write(
            f"  {len(examined.faults)} faults, {len(examined.findings) - len(examined.faults)} oddities"
        )


def _line(file: Path, finding: Finding) -> str:
    """file:line: article: path: reason, without what there is none of."""
    article = f"article {finding.article}" if finding.article else ""
    place = f"{file}:{finding.line}" if finding.line else str(file)
    return ": ".join(part for part in (place, article, finding.path, finding.reason) if part)
