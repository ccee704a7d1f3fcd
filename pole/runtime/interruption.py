"""Ctrl-C, a polite kill and a closed terminal all ask for the same: a clean stop."""

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class Interrupted(BaseException):
    """Raised wherever the program is, once; not an Exception, so that nothing takes it for a failure."""


@contextmanager
def interruptible() -> Iterator[None]:
    """Within the block, the first of these signals raises Interrupted; others leave the stop alone."""

    def interrupt(number: int, frame: FrameType | None) -> None:
        for each in SIGNALS:
            signal.signal(each, signal.SIG_IGN)
        raise Interrupted(signal.Signals(number).name)

    before = {each: signal.signal(each, interrupt) for each in SIGNALS}
    try:
        yield
    finally:
        for each, handler in before.items():
            signal.signal(each, handler)
