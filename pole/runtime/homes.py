"""Where a part keeps its data, and the unprivileged user it runs as when we are root."""

import os
import pwd
import stat
import tempfile
from pathlib import Path

from pole.runtime.problems import RuntimeProblem
from pole.runtime.processes import RunAs

LASTING_TEMPORARY = Path("/var/tmp")  # noqa: S108 - folders made in it have random names and are checked when found again
POINTER = "location"


def unprivileged() -> RunAs | None:
    """Who runs a program that refuses to be root; None when we are not root.

    No user is made for it: `postgres` where Debian's package left one, else `nobody`.
    """
    if os.geteuid() != 0:
        return None
    for name in ("postgres", "nobody"):
        try:
            entry = pwd.getpwnam(name)
        except KeyError:
            continue
        return RunAs(entry.pw_uid, entry.pw_gid)
    raise RuntimeProblem(
        "PostgreSQL refuses to run as root and there is no user postgres or nobody: run as another user."
    )


def private_folder(folder: Path) -> Path:
    """The folder, made if needed, for our eyes only."""
    folder.mkdir(parents=True, exist_ok=True)
    folder.chmod(0o700)
    return folder


def home_of(data_dir: Path, run_as: RunAs | None) -> Path:
    """The folder, owned by the user that runs the part, where its files are; the same at each call.

    Our own folder when that user is us. Otherwise a folder beside nobody's home, because the one asked for
    may lie in root's, which others can't enter: `data_dir/location` remembers where.

    Raises:
        RuntimeProblem: the remembered folder is gone, or is not the one we made.
    """
    if run_as is None:
        return private_folder(data_dir)
    pointer = private_folder(data_dir) / POINTER
    if not pointer.exists():
        lasting = LASTING_TEMPORARY if LASTING_TEMPORARY.is_dir() else None
        folder = Path(tempfile.mkdtemp(prefix="pole-", dir=lasting))
        os.chown(folder, run_as.uid, run_as.gid)
        pointer.write_text(str(folder))
        return folder
    folder = Path(pointer.read_text())
    try:
        found = folder.lstat()
    except FileNotFoundError:
        raise RuntimeProblem(
            f"The data in {folder} is gone. To start with empty data, remove {data_dir}."
        ) from None
    if not stat.S_ISDIR(found.st_mode) or found.st_uid != run_as.uid or found.st_mode & 0o077:
        raise RuntimeProblem(
            f"{folder} is not a private folder of the user that runs the database: not touching it."
        )
    return folder


def write_secret(path: Path, text: str, owner: RunAs | None = None) -> None:
    """Write a file that only its owner ever could read, also while it is being written."""
    path.unlink(missing_ok=True)
    with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write(text)
    if owner is not None:
        os.chown(path, owner.uid, owner.gid)
