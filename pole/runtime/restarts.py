"""A part that ended is started again, later each time it ends again soon."""

import time
from collections.abc import Callable
from dataclasses import dataclass

from pole.runtime.processes import Process

FIRST, LONGEST = 1.0, 60.0
"""Pauses before a part is started again, in seconds. One that ran for longer than the longest begins anew."""


@dataclass
class _Pause:
    seconds: float = FIRST
    until: float | None = None
    ran_from: float = float("-inf")


class Restarts:
    """Starts parts again, one attempt a call, without ever waiting.

    Args:
        tell: told of each end, with its last words, and of each start.
        clock: seconds that only go forward.
    """

    def __init__(self, tell: Callable[[str], None], clock: Callable[[], float] = time.monotonic) -> None:
        self.tell = tell
        self.clock = clock
        self.pauses: dict[str, _Pause] = {}

    def see_to(self, process: Process) -> None:
        """Begin its pause, or start it when the pause is over. To be called as long as it does not run."""
        now, pause = self.clock(), self.pauses.setdefault(process.name, _Pause())
        if pause.until is None:
            is_again = now - pause.ran_from <= LONGEST
            pause.seconds = min(2 * pause.seconds, LONGEST) if is_again else FIRST
            pause.until = now + pause.seconds
            self.tell(f"{process.obituary()}\nIt is started again in {pause.seconds:.0f} s.")
        elif now >= pause.until:
            process.kill()  # whatever of its group outlived it
            process.launch()
            pause.until, pause.ran_from = None, now
            self.tell(f"{process.name:<10} process {process.pid}, started again")
