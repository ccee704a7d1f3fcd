"""`manage.py protocol simulate`: a file on invented readings without a database, or on a service's own past."""

import json
import subprocess
import sys
from datetime import timedelta
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from alerts import factories
from alerts.factories import finalised
from assessment.factories import LEVEL_3, LEVEL_4
from protocols.documents.loading import HERE
from tests.cast import Cast
from tests.conftest import ROOT

DEMO = HERE / "demo-2026.yaml"
SYNTHETIC = ["--synthetic", "300", "--seed", "7", "--from", "2026-01-01", "--to", "2026-12-31"]


def simulated(*arguments: str) -> dict[str, Any]:
    out = StringIO()
    call_command("protocol", "simulate", *arguments, "--json", stdout=out, stderr=StringIO())
    return json.loads(out.getvalue())


@pytest.fixture
def closed(tmp_path: Path) -> Path:
    """The demonstration protocol, in which the programme's action plan no longer crosses."""
    file = tmp_path / "closed.yaml"
    file.write_text(
        DEMO.read_text().replace("VIC -> AUT: [C01, C04, C05, C14]", "VIC -> AUT: [C01, C04, C05]")
    )
    return file


def test_invented_readings_need_no_database_and_progress_is_said():
    done = subprocess.run(
        [sys.executable, "manage.py", "protocol", "simulate", str(DEMO), *SYNTHETIC],
        cwd=ROOT,
        env={"PATH": "/usr/bin:/bin", "DATABASE_URL": "postgres://nobody@127.0.0.1:1/nothing"},
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.startswith("300 readings of ")
    assert "300 of 300 readings" in done.stderr
    assert len(done.stderr.splitlines()) == 20


def test_the_same_seed_gives_the_same_and_another_another():
    assert simulated(str(DEMO), *SYNTHETIC) == simulated("demo-2026", *SYNTHETIC)
    other = [*SYNTHETIC[:3], "8", *SYNTHETIC[4:]]
    assert simulated("demo-2026", *other)["protocols"] != simulated("demo-2026", *SYNTHETIC)["protocols"]


def test_against_a_file_it_says_what_differs(closed: Path):
    found = simulated(str(closed), *SYNTHETIC, "--party", "VIC", "--against", str(DEMO))
    assert [each["version"] for each in found["protocols"]] == ["1", "1"]
    assert list(found["otherwise"]) == ["AUT"]
    assert (found["otherwise"]["AUT"], found["moved"]) == (found["differing"], [])
    out = StringIO()
    call_command(
        "protocol", "simulate", str(closed), *SYNTHETIC, "--against", str(DEMO), stdout=out, stderr=out
    )
    assert "with another article, urgency or categories" in out.getvalue()


@pytest.mark.django_db
def test_a_services_own_past_against_the_version_in_force(cast: Cast, closed: Path):
    factories.protocol(
        victims=cast.victims,
        programme=cast.programme,
        police=cast.police,
        coordination=cast.coordination,
        today=timezone.localdate(),
    )
    at = timezone.now() - timedelta(days=3)
    finalised(cast.actor(cast.ana), LEVEL_4, at=at)
    finalised(cast.actor(cast.dora), LEVEL_4, at=at)
    finalised(cast.actor(cast.ana), LEVEL_3, at=at - timedelta(days=400))
    found = simulated(str(closed), "--service", cast.victims.slug, "--against", "in-force")
    assert (found["readings"], found["cases"], found["differing"]) == (1, 1, 0)
    assert sorted(told[1:5] for told in found["protocols"][0]["told"]) == [
        ["AUT", "send", "red", "4 §1"],
        ["POL", "send", "red", "4 §1"],
    ]
    assert cast.elsewhere.slug not in json.dumps(found)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--service", "autre-rive"], "say with --party which party it would be"),
        (["--service", "autre-rive", "--party", "XYZ"], "has no party XYZ (there are: VIC, AUT, POL, COO)"),
        (
            ["--service", "autre-rive", "--party", "VIC", "--against", "in-force"],
            "no protocol in force to compare",
        ),
        (["--service", "nulle-part"], "no service is called 'nulle-part'"),
        (["--synthetic", "5", "--against", "in-force"], "that of a service"),
        (["--synthetic", "0"], "at least 1"),
        (
            ["--synthetic", "5", "--from", "2026-05-02", "--to", "2026-05-01"],
            "ends (2026-05-01) before it begins",
        ),
    ],
)
def test_what_cannot_be_played_is_refused_with_what_to_do(cast: Cast, arguments, said):
    with pytest.raises(CommandError) as refused:
        call_command("protocol", "simulate", str(DEMO), *arguments, stdout=StringIO(), stderr=StringIO())
    assert said in str(refused.value)


def test_a_file_that_cannot_be_read_is_named(tmp_path: Path):
    wrong, err = tmp_path / "wrong.yaml", StringIO()
    wrong.write_text("protocol: x\n")
    with pytest.raises(SystemExit) as ended:
        call_command("protocol", "simulate", str(wrong), "--synthetic", "5", stdout=StringIO(), stderr=err)
    assert ended.value.code == 2
    assert "wrong.yaml" in err.getvalue()
