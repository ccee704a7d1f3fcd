"""Hosts whose clock is an hour off, while the database's is right: libfaketime under every process of ours."""

from collections.abc import Callable, Mapping
from pathlib import Path

from alerts.models import Alert
from pole.runtime.stack import Stack
from tests.cast import Cast
from tests.faults.elsewhere import decided_elsewhere

PLACES = ("/usr/lib/*/faketime/libfaketimeMT.so.1", "/usr/lib/faketime/libfaketimeMT.so.1")


def library() -> Path | None:
    """Debian's package faketime, where it is installed."""
    return next((found for place in PLACES for found in Path("/").glob(place[1:])), None)


def missing() -> str:
    return "" if library() else "needs Debian's package faketime"


def off_by(offset: str) -> Callable[[Stack], None]:
    """Restart worker, sweeper and beat with clocks that far off ("+1h")."""
    return lambda stack: _restart(stack, _shifted(offset))


def right(stack: Stack) -> None:
    _restart(stack, {"LD_PRELOAD": "", "FAKETIME": ""})


def decided_off_by(offset: str) -> Callable[[Stack, Cast, int], list[Alert]]:
    """Decisions of a web process whose clock is that far off."""
    return lambda stack, crew, number: decided_elsewhere(stack, crew, number, _shifted(offset))


def _shifted(offset: str) -> Mapping[str, str]:
    # Time-outs go by the monotonic clock, which no wrong date moves.
    return {"LD_PRELOAD": str(library()), "FAKETIME": offset, "FAKETIME_DONT_FAKE_MONOTONIC": "1"}


def _restart(stack: Stack, environ: Mapping[str, str]) -> None:
    for part in (stack.worker, stack.sweeper, stack.beat):
        part.stop()
        part.env = {**(part.env or {}), **environ}
        part.start()
