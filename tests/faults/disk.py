"""A disk that fills up under PostgreSQL, and has room again later: a tmpfs that a ballast takes up whole."""

import os
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from django.db import Error, connection

from alerts.models import Alert
from pole.runtime.homes import POINTER, private_folder, unprivileged
from pole.runtime.stack import Stack
from tests.cast import Cast
from tests.faults.conftest import decide

SIZE = "400m"
CHUNK = bytes(64 * 1024)
LEFT = 2 * 1024 * 1024


def missing() -> str:
    if os.geteuid() != 0:
        return "needs root, to mount a small disk"
    with tempfile.TemporaryDirectory(dir="/var/tmp") as folder:
        if _mount(folder, "1m").returncode != 0:
            return "may not mount a small disk here"
        subprocess.run(["umount", folder], check=True)
    return ""


@contextmanager
def small_disk(data_dir: Path) -> Iterator[Path]:
    """A disk of its own for the database of a stack that will be started in `data_dir`."""
    with tempfile.TemporaryDirectory(dir="/var/tmp") as mounted:
        _mount(mounted, SIZE).check_returncode()
        try:
            home, owner = Path(mounted) / "postgres", unprivileged()
            assert owner is not None  # we are root
            private_folder(home)
            Path(mounted).chmod(0o755)
            os.chown(home, owner.uid, owner.gid)
            # Where the cluster looks for its data, as if it had put them there.
            (private_folder(data_dir / "postgres") / POINTER).write_text(str(home))
            yield Path(mounted)
        finally:
            subprocess.run(["umount", "--lazy", mounted], check=True)


def nearly_fill(disk: Path) -> None:
    """What is decided and delivered next takes the last block, in the midst of the work."""
    (disk / "ballast").touch()
    room = os.statvfs(disk)
    left = room.f_bavail * room.f_frsize - LEFT
    with (disk / "ballast").open("ab", buffering=0) as ballast:
        while left > 0:
            left -= ballast.write(CHUNK)


def make_room(disk: Path, stack: Stack) -> None:
    """And start the database again if it had to give up, as its supervisor does."""
    (disk / "ballast").unlink()
    stack.database.start()


def decide_while_it_lasts(stack: Stack, crew: Cast, number: int) -> list[Alert]:
    """Those that were decided; who could not was told so by an error, and nothing was decided."""
    decided = []
    for _ in range(number):
        try:
            decided.append(decide(crew))
        except Error:
            with suppress(Error):
                connection.close()
    assert len(decided) < number, "the disk never filled up"
    return decided


def _mount(folder: str, size: str) -> "subprocess.CompletedProcess[bytes]":
    return subprocess.run(
        ["mount", "-t", "tmpfs", "-o", f"size={size}", "tmpfs", folder], check=False, capture_output=True
    )
