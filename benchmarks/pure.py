"""The pure core: readings and protocols, against a JSON round trip of the same facts."""

import json
import subprocess
import sys
import tempfile
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

from alerts.facts import facts_under
from assessment.grids import load_grid
from assessment.reading import Answer, Previous, read
from benchmarks.timing import compare, once
from protocols.documents import load_protocol
from protocols.engine import evaluate, orders_of

ROOT = Path(__file__).parent.parent
MANY = 500
DAY, AT = date(2026, 9, 15), datetime(2026, 9, 15, 8, tzinfo=UTC)
VALUES = {
    "A1": "recent", "A2": "recent", "A4": "current", "A6": "recent", "A8": "absent", "B6": "recent",
    "B7": "current", "D3": "absent", "E1": "recent", "E5": "absent",
}  # fmt: skip


def run() -> None:
    grid, protocol = load_grid("pdc-1"), load_protocol("demo-2026")
    answers = {code: Answer(value) for code, value in VALUES.items()}
    before = Previous(2, {code: replace(answer, value="absent") for code, answer in answers.items()}, DAY)
    plain = json.dumps(VALUES)

    def round_trip() -> None:
        for _ in range(MANY):
            json.dumps(json.loads(plain))

    def readings() -> None:
        for _ in range(MANY):
            read(grid, answers, on=DAY, previous=before)

    result = read(grid, answers, on=DAY, previous=before)
    facts = facts_under(protocol, result, party="VIC", level=result.severity, agreements=())

    def evaluations() -> None:
        for _ in range(MANY):
            orders_of(evaluate(protocol, facts, at=AT, holidays=frozenset()))

    compare(
        f"{MANY} readings, to a JSON round trip of their answers", readings, round_trip, rounds=7, times=MANY
    )
    compare(f"{MANY} evaluations of demo-2026, to the same", evaluations, round_trip, rounds=7, times=MANY)
    once("`scenario` over 300 files", _scenarios)


def _scenarios() -> None:
    texts = [path.read_text() for path in sorted((ROOT / "tests" / "scenarios").glob("*.yaml"))]
    with tempfile.TemporaryDirectory() as folder:
        files = [Path(folder) / f"s{number:03}.yaml" for number in range(300)]
        for number, file in enumerate(files):
            file.write_text(texts[number % len(texts)])
        subprocess.run(
            [sys.executable, "manage.py", "scenario", *map(str, files)],
            cwd=ROOT,
            check=True,
            stdout=subprocess.DEVNULL,
        )
