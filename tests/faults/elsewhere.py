"""Decisions taken by another process, as a web process takes them: its own clock, the same database and broker.

`python -m tests.faults.elsewhere NUMBER`: the cast comes in pickled, the alerts' ids go out, a line each.
"""

import os
import pickle
import subprocess
import sys
from collections.abc import Mapping
from uuid import uuid4

import django

if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "pole.settings")
    django.setup()

from alerts.models import Alert
from cases.factories import case as make_case
from cases.models import Case
from pole.runtime.stack import ROOT, Stack
from pole.tenancy.context import inside
from tests.cast import Cast
from tests.faults.conftest import decide


def decided_elsewhere(stack: Stack, crew: Cast, number: int, environ: Mapping[str, str]) -> list[Alert]:
    """So many alerts, decided by a process with this environment beside the stack's."""
    done = subprocess.run(
        [sys.executable, "-m", "tests.faults.elsewhere", str(number)],
        cwd=ROOT,
        env={**stack.environment(), **environ},
        input=pickle.dumps(crew),
        stdout=subprocess.PIPE,
        check=True,
    )
    with inside(crew.police):
        return list(Alert.objects.filter(pk__in=done.stdout.decode().split()))


def _case(crew: Cast) -> Case:
    """With a reference that no other process counts up to."""
    with inside(crew.police):
        return make_case(
            crew.police,
            team=[crew.carla],
            followed="Nora Lien",
            partner="Paul Lien",
            reference=f"A-{uuid4().hex[:10]}",
        )


if __name__ == "__main__":
    crew = pickle.loads(sys.stdin.buffer.read())
    for _ in range(int(sys.argv[1])):
        sys.stdout.write(f"{decide(crew, _case(crew)).pk}\n")
