"""A year of invented readings under two protocols: how long and how much memory, against inventing them alone."""

import os
import subprocess
import sys

from benchmarks.database import ROOT
from benchmarks.timing import say

READINGS = 100_000
PLAY = f"""
import resource, time
from datetime import date
import django
django.setup()
from alerts.synthetic import synthetic
from pole.holidays import holidays_around
from protocols.counts import Found
from protocols.documents import load_protocol
from protocols.simulation import simulate
protocols, number = [load_protocol("demo-2026")] * 2, {READINGS}

def made():
    return synthetic(protocols, number=number, seed=1, first=date(2026, 1, 1), last=date(2026, 12, 31))

began = time.process_time()
for _moment in made():
    pass
alone = time.process_time() - began
found = Found()
began, worked = time.perf_counter(), time.process_time()
for _played in simulate(protocols, made(), holidays=holidays_around, found=found):
    if found.asked == number // 10:
        early = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
seconds, worked = time.perf_counter() - began, time.process_time() - worked
grown = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - early
print(f"a year of {{found.asked}} invented readings under two protocols: {{seconds:.1f}} s "
      f"({{worked:.1f}} s of processor, x{{worked / alone:.2f}} inventing them); "
      f"{{grown / 1024:.1f}} MiB more at the end than after a tenth")
"""


def run() -> None:
    played = subprocess.run(
        [sys.executable, "-c", PLAY],
        cwd=ROOT,
        env=os.environ | {"DJANGO_SETTINGS_MODULE": "pole.settings"},
        check=True,
        stdout=subprocess.PIPE,
        text=True,
    )
    say(played.stdout.strip())
