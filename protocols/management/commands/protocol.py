"""`manage.py protocol check FILE…`: whether a protocol can be used, and what looks odd in it."""

import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand

from protocols.document import ProtocolError, load_protocol
from protocols.oddities import oddities


class Command(BaseCommand):
    help = "Load and check protocol files. Exit 2 when one cannot be used."
    requires_system_checks = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        commands = parser.add_subparsers(dest="command", required=True)
        check = commands.add_parser("check", help="load a protocol, say what is wrong or odd")
        check.add_argument("files", nargs="+", type=Path, metavar="FILE")

    def handle(self, *args: Any, files: list[Path], **options: Any) -> None:
        failed = False
        for file in files:
            try:
                protocol = load_protocol(file)
            except ProtocolError as problem:
                self.stderr.write(str(problem))
                failed = True
                continue
            self.stdout.write(
                f"{file}: {protocol.identifier} {protocol.version}: {len(protocol.articles)} articles, "
                f"{len(protocol.rules)} rules, sha256 {protocol.text_hash()}"
            )
            for oddity in oddities(protocol):
                self.stdout.write(f"  odd: {oddity}")
        if failed:
            sys.exit(2)
