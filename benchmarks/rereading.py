"""All readings of a service read again with a grid: how long and how much memory, against fetching the rows alone."""

import os
import subprocess
import sys
from uuid import uuid4

import psycopg

from benchmarks.database import NAME, ROOT, migrated
from benchmarks.timing import say
from pole.runtime.postgres import Cluster

READINGS, CASES = 100_000, 20_000
ANSWERS = [
    ("A1", "absent"), ("A2", "recent"), ("A3", "absent"), ("A4", "current"), ("A5", "absent"), ("A6", "recent"),
    ("A7", "recent"), ("A8", "absent"), ("A9", "absent"), ("B7", "absent"), ("B11", "current"), ("D3", "absent"),
    ("E1", "recent"), ("E5", "absent"),
]  # fmt: skip
CASE_ROWS = """
INSERT INTO cases_case (id, service_id, reference, summary, closing_motive, is_restricted, opened_on, active_at,
                        has_reading)
SELECT gen_random_uuid(), %(service)s, 'b-' || n, '', '', false, '2026-01-01', now(), true
  FROM generate_series(1, %(cases)s) AS n
"""
READING_ROWS = """
INSERT INTO assessment_reading (id, service_id, case_id, grid, author_id, started_at, saved_at, finalised_at, dynamics,
                                suggested, markers, incomplete, result, chosen, chosen_dynamics, motive, in_force,
                                second, second_motive)
SELECT gen_random_uuid(), %(service)s, c.id, 'pdc-1', %(author)s, now(), now(), now() - n * interval '20 days', 'TI', 2,
       '{}', false, '{}', 2, '', '', 2, 'not_needed', ''
  FROM cases_case c, generate_series(1, %(each)s) AS n
"""
ANSWER_ROWS = """
INSERT INTO assessment_answer (id, service_id, reading_id, indicator, value, source, details, words, note, saved_at)
SELECT gen_random_uuid(), %(service)s, r.id, a.code, a.value, '', '{}', '', '', now()
  FROM assessment_reading r, unnest(%(codes)s::text[], %(values)s::text[]) AS a (code, value)
"""
COUNT = """
import resource, sys, time
import django
django.setup()
from assessment.grids import load_grid
from assessment.transitions import _rows, rereadings
from pole.tenancy.context import inside
from pole.tenancy.models import Service
service, grid = Service.objects.get(slug="bench"), load_grid("pdc-1")
with inside(service):
    began = time.perf_counter()
    for number, _row in enumerate(_rows(service, "pdc-1"), start=1):
        pass
    alone = time.perf_counter() - began
    began = time.perf_counter()
    for found in rereadings(service, grid, grid):
        if found.readings == number // 10:
            early = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    seconds = time.perf_counter() - began
grown = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - early
print(f"{number} readings of 14 answers read again: {seconds:.1f} s, x{seconds / alone:.2f} the rows alone; "
      f"{grown / 1024:.1f} MiB more at the end than after a tenth")
"""


def run() -> None:
    with migrated() as cluster:
        _measure(cluster)


def _measure(cluster: Cluster) -> None:
    with psycopg.connect(cluster.url("pole_owner", NAME)) as connection:
        _fill(connection)
    counted = subprocess.run(
        [sys.executable, "-c", COUNT],
        cwd=ROOT,
        env=os.environ
        | {"DATABASE_URL": cluster.url("pole_app", NAME), "DJANGO_SETTINGS_MODULE": "pole.settings"},
        check=True,
        stdout=subprocess.PIPE,
        text=True,
    )
    say(counted.stdout.strip())


def _fill(connection: psycopg.Connection) -> None:
    values = {
        "service": uuid4(),
        "author": uuid4(),
        "cases": CASES,
        "each": READINGS // CASES,
        "codes": [code for code, _value in ANSWERS],
        "values": [value for _code, value in ANSWERS],
    }
    connection.execute(
        "INSERT INTO tenancy_service (id, slug, name, kind, colour, duty_email, urgent_phone, round_the_clock,"
        " is_active) VALUES (%(service)s, 'bench', 'x', 'police', '#000000', 'x@x.example', '0', false, true)",
        values,
    )
    connection.execute(
        "INSERT INTO accounts_user (id, email, name, password, is_active, joined_at)"
        " VALUES (%(author)s, 'author@bench.example', 'Author', '!', true, now())",
        values,
    )
    for rows in (CASE_ROWS, READING_ROWS, ANSWER_ROWS):
        connection.execute(rows, values)
    connection.execute("ANALYZE")
