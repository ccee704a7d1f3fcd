"""One `manage.py up` at a time on the same data."""

import fcntl
import os
from pathlib import Path

from pole.runtime.problems import AlreadyRunning


class Lock:
    """Held by the kernel for this process: a crash lets it go."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._file: int | None = None

    def take(self) -> None:
        """Raises:
        AlreadyRunning: another process holds it.
        """
        file = os.open(self.path, os.O_RDWR | os.O_CREAT, 0o600)
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            holder = os.read(file, 20).decode().strip() or "unknown"
            os.close(file)
            raise AlreadyRunning(
                f"Pôle already runs on {self.path.parent} (process {holder}): stop it, or choose --data."
            ) from None
        os.truncate(file, 0)
        os.write(file, str(os.getpid()).encode())
        self._file = file

    def release(self) -> None:
        if self._file is not None:
            os.close(self._file)
            self._file = None
