"""A part that keeps ending is started again, later each time; one that had run for long, at once again."""

import sys

import pytest

from pole.runtime.processes import Process
from pole.runtime.restarts import LONGEST, Restarts


class Hands:
    """A clock that a test moves."""

    at = 100.0

    def __call__(self) -> float:
        return self.at


@pytest.fixture
def part(tmp_path):
    process = Process("worker", [sys.executable, "-c", "print('over')"], log=tmp_path / "worker.log")
    process.launch()
    process.child.wait(30)
    yield process
    process.kill()


def ended(process):
    process.child.wait(30)


def test_pauses_grow_to_a_minute_and_begin_anew_after_a_long_run(part):
    said, clock, pauses = [], Hands(), []
    restarts = Restarts(said.append, clock)
    for _ in range(9):
        restarts.see_to(part)
        first, until = part.pid, restarts.pauses["worker"].until
        pauses.append(until - clock.at)
        clock.at = until - 0.1
        restarts.see_to(part)
        assert part.pid == first, "not before its pause is over"
        clock.at = until
        restarts.see_to(part)
        assert part.pid != first
        ended(part)
    assert pauses == [1, 2, 4, 8, 16, 32, 60, 60, 60]
    clock.at += LONGEST + 1
    restarts.see_to(part)
    assert said[-1].startswith("worker ended (exit code 0). Last lines of")
    assert said[-1].endswith("over\nIt is started again in 1 s.")
