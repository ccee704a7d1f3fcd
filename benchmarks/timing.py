"""Measure a thing and its reference in turn, so that a machine's drift touches both."""

import statistics
import sys
import time
from collections.abc import Callable


def compare(
    what: str, measured: Callable[[], object], reference: Callable[[], object], *, rounds: int, times: int = 1
) -> None:
    """Print the median of each and the median ratio, measured A B A B.

    Args:
        times: how often `measured` does the thing; more than once is also said as so many a second.
    """
    ratios, mine, theirs = [], [], []
    for _ in range(rounds):
        a, b = _seconds(measured), _seconds(reference)
        ratios.append(a / b)
        mine.append(a)
        theirs.append(b)
    ms, ref = statistics.median(mine) * 1000, statistics.median(theirs) * 1000
    rate = f"   {times / ms * 1000:,.0f} a second" if times > 1 else ""
    say(f"{what:<58} {ms:9.3f} ms   reference {ref:9.3f} ms   ×{statistics.median(ratios):.2f}{rate}")


def once(what: str, measured: Callable[[], object]) -> None:
    """Print how long one run took."""
    say(f"{what:<58} {_seconds(measured):9.2f} s")


def say(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


def _seconds(act: Callable[[], object]) -> float:
    began = time.perf_counter()
    act()
    return time.perf_counter() - began
