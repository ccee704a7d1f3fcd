"""A child is never left behind, and never dies in silence."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from pole.runtime.problems import PartDied
from pole.runtime.processes import Process

PYTHON = sys.executable
ROOT = Path(__file__).resolve().parents[2]


def alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
    except FileNotFoundError:
        return False


def gone_soon(pid: int) -> bool:
    deadline = time.monotonic() + 10
    while alive(pid) and time.monotonic() < deadline:
        time.sleep(0.05)
    return not alive(pid)


def test_a_child_dies_with_a_parent_that_was_killed(tmp_path):
    parent = subprocess.Popen(
        [
            PYTHON,
            "-c",
            "import sys, time; from pathlib import Path; from pole.runtime.processes import Process\n"
            "sleep = [sys.executable, '-c', 'import time; time.sleep(600)']\n"
            "child = Process('child', sleep, log=Path(sys.argv[1]))\n"
            "child.start(); print(child.pid, flush=True); time.sleep(600)",
            tmp_path / "log",
        ],
        cwd=ROOT,
        stdout=subprocess.PIPE,
    )
    child = int(parent.stdout.readline())
    assert alive(child)
    os.kill(parent.pid, signal.SIGKILL)
    parent.wait()
    parent.stdout.close()
    assert gone_soon(child)


def test_a_child_that_ends_before_it_is_ready_is_named_with_its_last_words(tmp_path):
    child = Process(
        "mouse",
        [PYTHON, "-c", "print('no cheese'); raise SystemExit(3)"],
        log=tmp_path / "log",
        ready=lambda: False,
    )
    with pytest.raises(PartDied, match=r"(?s)mouse ended \(exit code 3\).*no cheese"):
        child.start()


def test_a_child_that_is_never_ready_is_killed(tmp_path):
    child = Process(
        "mouse",
        [PYTHON, "-c", "import time; time.sleep(600)"],
        log=tmp_path / "log",
        ready=lambda: False,
        ready_within=0.3,
    )
    with pytest.raises(PartDied, match="not ready within"):
        child.start()
    assert not child.running


def test_a_child_deaf_to_the_polite_signal_is_killed(tmp_path):
    deaf = (
        "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN)\n"
        "print('deaf', flush=True); time.sleep(600)"
    )
    log = tmp_path / "log"
    child = Process(
        "deaf",
        [PYTHON, "-c", deaf],
        log=log,
        ready=lambda: "deaf" in log.read_text(),
        stop_within=0.3,
    )
    child.start()
    child.stop()
    assert not child.running


def test_a_kill_takes_the_grandchildren_too(tmp_path):
    log = tmp_path / "log"
    family = (
        "import subprocess, sys, time\n"
        "print(subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(600)']).pid, flush=True)\n"
        "time.sleep(600)"
    )
    child = Process(
        "family", [PYTHON, "-c", family], log=log, ready=lambda: log.read_text().strip().isdigit()
    )
    child.start()
    grandchild = int(log.read_text())
    child.kill()
    assert gone_soon(grandchild)
    assert "killed by SIGKILL" in child.obituary()
