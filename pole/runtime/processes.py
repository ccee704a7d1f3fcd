"""A supervised child process: its log, its readiness, its end, and never an orphan."""

import contextlib
import ctypes
import os
import signal
import socket
import subprocess
import sys
import time
import warnings
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from pole.runtime.problems import PartDied

PR_SET_PDEATHSIG = 1
# Loaded before any fork: between fork and exec nothing may be imported.
LIBC = ctypes.CDLL(None, use_errno=True) if sys.platform == "linux" else None


@dataclass(frozen=True)
class RunAs:
    """The user and group, without others, that a child runs as."""

    uid: int
    gid: int


def free_port() -> int:
    """A TCP port of 127.0.0.1 that is free now; nobody reserves it."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def accepts(port: int) -> bool:
    """Does something listen on this port of 127.0.0.1?"""
    with socket.socket() as probe:
        probe.settimeout(0.5)
        return probe.connect_ex(("127.0.0.1", port)) == 0


def die_with_parent(stop_signal: int) -> Callable[[], None]:
    """What a child does before exec, so that it gets `stop_signal` when its parent dies, however that dies.

    Linux only; elsewhere only a clean stop ends the children. The kernel watches the thread that forked:
    start children from a thread that lasts.
    """
    parent = os.getpid()

    def ask_kernel() -> None:
        if LIBC is not None:
            LIBC.prctl(PR_SET_PDEATHSIG, stop_signal)
            if os.getppid() != parent:  # died between fork and prctl
                os._exit(1)

    return ask_kernel


class Process:
    """One child, leading its own process group: Ctrl-C reaches only the supervisor, which stops in order."""

    def __init__(
        self,
        name: str,
        argv: Sequence[str],
        *,
        log: Path,
        ready: Callable[[], bool] | None = None,
        ready_within: float = 30.0,
        env: Mapping[str, str] | None = None,
        run_as: RunAs | None = None,
        cwd: Path | str | None = None,
        stop_signal: signal.Signals = signal.SIGTERM,
        stop_within: float = 15.0,
        stdin: bytes | None = None,
    ) -> None:
        self.name = name
        self.argv = list(argv)
        self.log = log
        self.ready = ready
        self.ready_within = ready_within
        self.env = env
        self.run_as = run_as
        self.cwd = cwd
        self.stop_signal = stop_signal
        self.stop_within = stop_within
        self.stdin = stdin
        self.child: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start and wait until ready; does nothing when already running.

        Raises:
            PartDied: it ended before it was ready, or was not ready in time (it is killed then).
        """
        if not self.running:
            self.launch()
            self.wait_until_ready()

    def launch(self) -> None:
        """Start without waiting, so that several may get ready at once."""
        self.log.parent.mkdir(parents=True, exist_ok=True)
        with self.log.open("ab") as log, warnings.catch_warnings():
            # Python 3.12 warns of fork in a threaded process; ask_kernel takes no lock and imports nothing.
            warnings.simplefilter("ignore", DeprecationWarning)
            self.child = subprocess.Popen(  # noqa: S603 - argv is ours, no shell
                self.argv,
                stdin=subprocess.DEVNULL if self.stdin is None else subprocess.PIPE,
                stdout=log,
                stderr=subprocess.STDOUT,
                env=None if self.env is None else dict(self.env),
                cwd=self.cwd,
                user=self.run_as.uid if self.run_as else None,
                group=self.run_as.gid if self.run_as else None,
                extra_groups=[] if self.run_as else None,
                start_new_session=True,
                preexec_fn=die_with_parent(self.stop_signal),  # noqa: PLW1509 - see ask_kernel
            )
        if self.child.stdin is not None:
            with contextlib.suppress(BrokenPipeError), self.child.stdin as pipe:
                pipe.write(self.stdin or b"")

    def wait_until_ready(self) -> None:
        """Raises:
        PartDied: as `start()`.
        """
        deadline = time.monotonic() + self.ready_within
        while self.ready is not None and not self.ready():
            if not self.running:
                raise PartDied(self.obituary())
            if time.monotonic() > deadline:
                self.kill()
                raise PartDied(
                    f"{self.name} was not ready within {self.ready_within:.0f} s. {self.last_words()}"
                )
            time.sleep(0.05)

    def stop(self) -> None:
        """Ask it to end; kill it when it has not after `stop_within` seconds. Nothing when not running."""
        if self.child is None or not self.running:
            return
        self.child.send_signal(self.stop_signal)
        try:
            self.child.wait(self.stop_within)
        except subprocess.TimeoutExpired:
            self.kill()

    def kill(self) -> None:
        """SIGKILL to the whole group, as a crash or the kernel's memory killer would."""
        if self.child is None:
            return
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.child.pid, signal.SIGKILL)
        self.child.wait()

    @property
    def running(self) -> bool:
        return self.child is not None and self.child.poll() is None

    @property
    def pid(self) -> int | None:
        return self.child.pid if self.child is not None else None

    def obituary(self) -> str:
        """How it ended, and the last thing it said."""
        code = self.child.returncode if self.child is not None else None
        how = (
            f"killed by {signal.Signals(-code).name}"
            if code is not None and code < 0
            else f"exit code {code}"
        )
        return f"{self.name} ended ({how}). {self.last_words()}"

    def last_words(self, lines: int = 12) -> str:
        try:
            with self.log.open("rb") as log:
                log.seek(max(0, self.log.stat().st_size - 8192))
                said = log.read().decode(errors="replace").splitlines()[-lines:]
        except FileNotFoundError:
            said = []
        return f"Last lines of {self.log}:\n" + "\n".join(f"  {line}" for line in said)
