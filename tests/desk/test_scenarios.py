"""The scenarios are the project's acceptance cases; the command that plays them says what differs."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from desk.scenarios import ScenarioError, play

ROOT = Path(__file__).parent.parent.parent
SCENARIOS = sorted((ROOT / "tests" / "scenarios").glob("*.yaml"))
V18 = (ROOT / "tests" / "scenarios" / "v18.yaml").read_text(encoding="utf-8")
V11 = (ROOT / "tests" / "scenarios" / "v11.yaml").read_text(encoding="utf-8")


def run(*files: Path) -> subprocess.CompletedProcess[str]:
    """The command as a person runs it, with an empty environment: no database, no secret."""
    return subprocess.run(
        [sys.executable, "manage.py", "scenario", *map(str, files)],
        cwd=ROOT,
        env={"PATH": os.environ["PATH"]},
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.parametrize("path", SCENARIOS, ids=lambda path: path.stem)
def test_a_scenario_comes_out_as_expected(path):
    assert play(path)["differences"] == []


def test_the_command_prints_a_document_a_line_without_database_or_secret():
    done = run(*SCENARIOS)
    assert done.returncode == 0, done.stderr
    documents = [json.loads(line) for line in done.stdout.splitlines()]
    assert [document["scenario"] for document in documents] == [path.stem for path in SCENARIOS]
    assert set(documents[0]) == {"scenario", "readings", "alerts", "held", "situation", "differences"}


@pytest.mark.parametrize(
    ("before", "after", "differs"),
    [
        ("severity: 3", "severity: 2", "readings.VIC.severity"),
        ("severity: 3", "severity: NE", "readings.VIC.severity"),
        ("dynamics: TI", "dynamics: T1", "readings.VIC.dynamics"),
        ("markers: [M10]", "markers: []", "readings.VIC.markers"),
        ("incomplete: false", "incomplete: true", "readings.VIC.incomplete"),
        ("to: AUT", "to: POL", "alerts[0]"),
        ("urgency: orange", "urgency: red", "alerts[0].urgency"),
        ("[C01, C04, C05, C14]", "[C01, C04, C05]", "alerts[0].categories"),
        ("2026-09-21T12:30:00+02:00", "2026-09-21T12:31:00+02:00", "alerts[0].send_by"),
        ("2026-09-21T10:30:00+02:00", "2026-09-21T10:30:00Z", "alerts[0].acknowledge_by"),
        ("    VIC: {dynamics", "    AUT: {dynamics", "readings.AUT"),
        ("  held: []", "  held: [{by: VIC, to: POL}]", "held[0]"),
        ("agreements: [AUT]", "agreements: [AUT, POL]", "alerts"),
    ],
)
def test_a_difference_is_named_by_its_place(before, after, differs):
    assert V18.count(before) == 1
    assert differs in [found["path"] for found in play(V18.replace(before, after))["differences"]]


@pytest.mark.parametrize(
    ("before", "after"),
    [
        pytest.param("2026-09-21T12:30:00+02:00", "2026-09-21T10:30:00Z", id="times compare as instants"),
        pytest.param("[C01, C04, C05, C14]", "[C14, C05, C04, C01]", id="categories in any order"),
        pytest.param(", article: \"5 §1\"", "", id="what is left out is not checked"),
        pytest.param("  held: []\n", "", id="not even a whole list"),
    ],
)  # fmt: skip
def test_what_says_the_same_is_no_difference(before, after):
    text = V18 if V18.endswith("\n") else V18 + "\n"
    assert text.count(before) == 1
    assert play(text.replace(before, after))["differences"] == []


def test_the_level_of_a_situation_and_who_is_asked():
    document = play(V11)
    assert document["situation"] == {"applied": 3, "disagreement": True}
    assert {(alert["by"], alert["to"]) for alert in document["alerts"]} == {("VIC", "AUT"), ("Pôle", "COO")}
    agreed = play(V11.replace("{applied: 3, disagreement: true}", "{applied: 2, disagreement: true}"))
    assert [found["path"] for found in agreed["differences"]] == ["situation.applied"]


MALFORMED: list[tuple[str, str, str, str]] = [
    ("scenario: v18\n", "", "", "'scenario' is missing"),
    ("protocol: demo-2026", "protocol: demo-2066", "protocol", "no protocol is called"),
    ("at: '2026-09-18T16:30:00+02:00'", "at: '2026-09-18T16:30:00'", "at", "with its offset|instant"),
    ("at: '2026-09-18T16:30:00+02:00'", "at: Friday", "at", "instant"),
    ("service: VIC", "service: XYZ", "readings[0].service", "expected one of"),
    ("agreements: [AUT]", "agreements: [XYZ]", "readings[0].agreements[0]", "expected one of"),
    ("agreements: [AUT]", "agreement: [AUT]", "readings[0].agreement", "not a key"),
    ("A1: absent", "A99: absent", "readings[0].answers.A99", "no such indicator"),
    ("A1: absent", "A1: often", "readings[0].answers.A1", "not one of"),
    ("A1: absent", "A1: null", "readings[0].answers.A1", "say the value"),
    ("A1: absent", "A1: {seen: 2026-01-01}", "readings[0].answers.A1", "'value' is missing"),
    ("A1: absent", "A1: {value: recent, seen: 2027-01-01}", "readings[0].answers.A1", "after the day"),
    ("A1: absent", "A1: {value: recent, seen: soon}", "readings[0].answers.A1.seen", "expected a date"),
    ("A1: absent", "A1: {value: recent, meens: true}", "readings[0].answers.A1", "not a detail"),
    ("A1: absent", "A1: absent, A1: recent", "readings[0].answers.A1", "twice"),
    ("expect:\n", "expect:\n  surprises: []\n", "expect.surprises", "not a key"),
    ("severity: 3", "gravity: 3", "expect.readings.VIC.gravity", "not a key"),
    ("to: AUT", "towards: AUT", "expect.alerts[0].towards", "not a key"),
    ("readings:\n  - service", "readings:\n  service", "", "not valid YAML|expected a list"),
]


@pytest.mark.parametrize(("before", "after", "path", "reason"), MALFORMED)
def test_a_malformed_scenario_is_refused_with_path_line_and_reason(before, after, path, reason):
    assert V18.count(before) == 1
    with pytest.raises(ScenarioError, match=reason) as caught:
        play(V18.replace(before, after))
    if path:
        assert caught.value.path == path
        assert caught.value.line > 0


def test_exit_codes(tmp_path):
    differs, malformed = tmp_path / "differs.yaml", tmp_path / "malformed.yaml"
    differs.write_text(V18.replace("severity: 3", "severity: 2"), encoding="utf-8")
    malformed.write_text(V18.replace("A1: absent", "A1: often"), encoding="utf-8")
    assert run(differs).returncode == 1
    done = run(malformed, differs)
    assert done.returncode == 2
    assert "malformed.yaml:" in done.stderr
    assert "readings[0].answers.A1" in done.stderr
    assert json.loads(done.stdout)["differences"], "the others are played all the same"
    assert run(tmp_path / "missing.yaml").returncode == 2


def reading(**item: Any) -> dict[str, Any]:
    """One scenario of a level 2 reading by the victim service, as text with some keys changed."""
    body = {"service": "VIC", "agreements": ["AUT"], "answers": {"A7": "recent", "A1": "recent"}} | item
    text = json.dumps(
        {"scenario": "x", "at": "2026-09-18T16:30:00+02:00", "protocol": "demo-2026", "readings": [body]}
    )
    return play(text)


def test_a_previous_level_alone_leaves_everything_new():
    assert reading()["alerts"] == [], "a first reading holds nothing new"
    assert [alert["article"] for alert in reading(previous_level=2)["alerts"]] == ["6"]
    known = {"severity": 2, "answers": {"A7": "recent", "A1": "current"}}
    assert reading(previous=known)["alerts"] == []
    assert reading(previous_level="NE")["readings"]["VIC"]["severity"] == 2


def test_days_without_contact_are_a_number_however_written():
    for days in (9, {"days": 9}, {"value": 9}, "9"):
        assert reading(previous_level=3, answers={"C6": days})["readings"]["VIC"]["markers"] == ["M13"]
    assert reading(previous_level=3, answers={"C6": "unknown"})["readings"]["VIC"]["markers"] == []
