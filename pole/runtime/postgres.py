"""A PostgreSQL cluster of our own: made, started, stopped, found again."""

import json
import secrets
import shutil
import signal
import subprocess
import time
from pathlib import Path
from typing import Literal
from urllib.parse import quote

import psycopg
from psycopg import sql

from pole.runtime.homes import home_of, private_folder, unprivileged, write_secret
from pole.runtime.installations import PostgresPrograms, postgres_programs
from pole.runtime.problems import PartDied, RuntimeProblem
from pole.runtime.processes import Process, free_port

Role = Literal["superuser", "pole_owner", "pole_app", "pole_backup"]
LOGINS: dict[Role, str] = {
    "superuser": "postgres",
    "pole_owner": "pole_owner",
    "pole_app": "pole_app",
    "pole_backup": "pole_backup",
}
HERE = Path(__file__).parent
# For tests: nothing of it has to outlive the machine.
THROW_AWAY = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off", "jit": "off"}


class Cluster:
    """One server on a free port of 127.0.0.1, with Pôle's roles and scram passwords nobody had to choose.

    Args:
        data_dir: holds the passwords and the log; the data too, unless we are root (see `homes.home_of`).
        durable: False for a cluster that `stop()` removes, faster and unsafe.
        source: `system` or `wheel`; by default what POLE_POSTGRES says, else the first that is there.
    """

    def __init__(self, data_dir: Path, durable: bool = True, source: str | None = None) -> None:
        self.data_dir = data_dir
        self.durable = durable
        self.source = source
        self.port = 0
        self.programs: PostgresPrograms | None = None
        self.process: Process | None = None
        self._passwords: dict[str, str] = {}

    def start(self) -> None:
        """Make the cluster when there is none, start it, see to the roles.

        Raises:
            MissingPrerequisite: no PostgreSQL to be found.
            RuntimeProblem: the data can't be used, or the server does not start.
        """
        if self.running:
            return
        run_as = unprivileged()
        home = home_of(self.data_dir, run_as)
        data = home / "data"
        version = data / "PG_VERSION"
        made = int(version.read_text()) if version.exists() else None
        self.programs = postgres_programs(self.source, data_major=made)
        binaries = self._reachable(self.programs, home)
        self._load_passwords(new=made is None)
        if made is None:
            self._init(binaries, home, data)
        self.port = self.port or free_port()
        settings = {"listen_addresses": "127.0.0.1", "port": str(self.port), "unix_socket_directories": ""}
        settings |= {"max_connections": "200", "timezone": "UTC"}
        settings |= {} if self.durable else THROW_AWAY
        self.process = Process(
            "database",
            [
                str(binaries / "postgres"),
                "-D",
                str(data),
                *(f"--{name}={value}" for name, value in settings.items()),
            ],
            log=self.data_dir / "postgres.log",
            ready=self._answers,
            ready_within=60,
            run_as=run_as,
            cwd="/",
            env={"LC_ALL": "C.UTF-8", "PATH": "/usr/bin:/bin"},
            stop_signal=signal.SIGINT,  # "fast": open transactions are rolled back, the data is written
            stop_within=30,
        )
        self._start_after_predecessor(self.process)
        self._see_to_roles()

    def _start_after_predecessor(self, process: Process) -> None:
        # After a crash the old server's last children may hold its memory and its lock for a moment more.
        deadline = time.monotonic() + 10
        while True:
            try:
                return process.start()
            except PartDied as died:
                leftover = "postmaster.pid" in str(died) or "shared memory block" in str(died)
                if not leftover or time.monotonic() > deadline:
                    raise
                time.sleep(0.2)

    def stop(self) -> None:
        """Stop cleanly; a cluster that is not durable is removed with all it held."""
        if self.process is not None:
            self.process.stop()
        if not self.durable and (self.data_dir / "passwords.json").exists():
            home = home_of(self.data_dir, unprivileged())
            shutil.rmtree(home, ignore_errors=True)
            shutil.rmtree(self.data_dir, ignore_errors=True)

    def kill(self) -> None:
        """End the server as a crash would; `start()` recovers, on the same port."""
        if self.process is not None:
            self.process.kill()

    @property
    def running(self) -> bool:
        return self.process is not None and self.process.running

    def url(self, role: Role, database: str) -> str:
        password = quote(self._passwords[role], safe="")
        return f"postgresql://{LOGINS[role]}:{password}@127.0.0.1:{self.port}/{quote(database, safe='')}"

    def has_database(self, name: str) -> bool:
        with self._as_superuser() as connection:
            return bool(connection.execute("SELECT FROM pg_database WHERE datname = %s", [name]).rowcount)

    def create_database(self, name: str, template: str | None = None) -> None:
        """Make a database that pole_owner owns; a copy of `template`, which nobody may be connected to."""
        statement = sql.SQL("CREATE DATABASE {} OWNER pole_owner").format(sql.Identifier(name))
        if template is not None:
            statement += sql.SQL(" TEMPLATE {}").format(sql.Identifier(template))
        with self._as_superuser() as connection:
            connection.execute(statement)
        with self._as_superuser(name) as connection:
            connection.execute((HERE / "database.sql").read_bytes())

    def drop_database(self, name: str) -> None:
        """Remove a database, whoever is connected to it; nothing happens when there is none."""
        with self._as_superuser() as connection:
            connection.execute(
                sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name))
            )

    def _as_superuser(self, database: str = "postgres") -> psycopg.Connection:
        return psycopg.connect(self.url("superuser", database), autocommit=True, connect_timeout=5)

    def _answers(self) -> bool:
        try:
            self._as_superuser().close()
        except psycopg.OperationalError as refused:
            if "password authentication failed" in str(refused):
                raise RuntimeProblem(
                    f"The database has other passwords than {self.data_dir}/passwords.json says."
                ) from refused
            return False
        return True

    def _load_passwords(self, *, new: bool) -> None:
        path = self.data_dir / "passwords.json"
        if path.exists():
            self._passwords = json.loads(path.read_text())
        elif new:
            self._passwords = {role: secrets.token_urlsafe(24) for role in LOGINS}
            write_secret(path, json.dumps(self._passwords))
        else:
            raise RuntimeProblem(
                f"{path} is missing: restore it, or remove {self.data_dir} to start with empty data."
            )

    def _init(self, binaries: Path, home: Path, data: Path) -> None:
        run_as = unprivileged()
        password_file = home / "initial-password"
        write_secret(password_file, self._passwords["superuser"], run_as)
        shutil.rmtree(data, ignore_errors=True)  # what an interrupted attempt left: it holds no database
        command = [str(binaries / "initdb"), "--pgdata", str(data), "--username", LOGINS["superuser"]]
        command += [
            "--auth=scram-sha-256",
            f"--pwfile={password_file}",
            "--encoding=UTF8",
            "--locale=C.UTF-8",
        ]
        command += [] if self.durable else ["--no-sync"]
        try:
            done = subprocess.run(  # noqa: S603 - argv is ours, no shell
                command,
                check=False,
                capture_output=True,
                text=True,
                user=run_as.uid if run_as else None,
                group=run_as.gid if run_as else None,
                extra_groups=[] if run_as else None,
                cwd="/",
                env={"PATH": "/usr/bin:/bin"},
            )
        finally:
            password_file.unlink(missing_ok=True)
        if done.returncode != 0:
            raise RuntimeProblem(f"initdb failed in {home}: {done.stderr.strip()}")

    def _see_to_roles(self) -> None:
        with self._as_superuser() as connection:
            connection.execute((HERE / "roles.sql").read_bytes())
            for role, login in LOGINS.items():
                # The verifier, not the password: a statement may end in the server's log.
                verifier = connection.pgconn.encrypt_password(
                    self._passwords[role].encode(), login.encode(), b"scram-sha-256"
                )
                connection.execute(
                    sql.SQL("ALTER ROLE {} PASSWORD {}").format(
                        sql.Identifier(login), sql.Literal(verifier.decode())
                    )
                )

    def _reachable(self, programs: PostgresPrograms, home: Path) -> Path:
        """Their folder, or a copy that the unprivileged user can enter when it lies in root's home."""
        run_as = unprivileged()
        if run_as is None or programs.source == "system":
            return programs.bin
        try:
            subprocess.run(  # noqa: S603 - a program found in a known place
                [programs.bin / "postgres", "--version"],
                user=run_as.uid,
                group=run_as.gid,
                extra_groups=[],
                cwd="/",
                env={},
                check=True,
                capture_output=True,
            )
        except (PermissionError, subprocess.CalledProcessError):
            copy = private_folder(home) / f"programs-{programs.major}"
            if not (copy / "bin" / "postgres").exists():
                shutil.rmtree(copy, ignore_errors=True)
                shutil.copytree(programs.bin.parent, copy, symlinks=True)
                copy.chmod(0o755)
            return copy / "bin"
        return programs.bin
