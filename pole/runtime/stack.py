"""The whole of Pôle on one machine: parts in order, each ready before the next; stopped in reverse."""

import importlib.util
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from socket import gethostname
from types import TracebackType
from typing import Self

from pole.runtime.broker import Broker
from pole.runtime.commands import commands
from pole.runtime.given import GivenBroker, GivenDatabase
from pole.runtime.homes import private_folder
from pole.runtime.lock import Lock
from pole.runtime.postgres import Cluster
from pole.runtime.problems import MissingPrerequisite, PartDied, RuntimeProblem
from pole.runtime.processes import Process, accepts, free_port
from pole.runtime.readiness import web_answers, worker_answers, written
from pole.runtime.restarts import Restarts

ROOT = Path(__file__).resolve().parent.parent.parent
PARTS = ("database", "broker", "mail", "worker", "background", "sweeper", "beat", "web")
# Others do their work while they are away, and nobody sees it: they are started again. What pages and data need ends
# the run instead, for whoever watches over it to see.
STARTED_AGAIN = {"worker", "background", "sweeper", "beat"}
USUAL_PORT = 8000
SECRETS = ("POLE_SECRET_KEY", "POLE_MASTER_KEY")


class Stack:
    """Starts the parts asked for, and stops what it started.

    A part that is left out is one that the environment names (DATABASE_URL, REDIS_URL, EMAIL_URL), or does
    without. After `start()`, each part is an attribute with `start()`, `stop()`, `kill()`, `running`.

    Args:
        data_dir: everything that outlives a run: data, passwords, logs, caught mail, the lock.
        port: of the web; by default 8000, or a free one when that is taken.
        demo: with the mail catcher and its page of codes.
        environ: what the processes inherit, the secrets included.
        database_name: made and migrated when it is not there.
        durable: False for parts whose data may be lost with the machine, and is removed at the end.
    """

    def __init__(
        self,
        data_dir: Path,
        *,
        port: int | None = None,
        demo: bool = False,
        parts: Iterable[str] = PARTS,
        environ: Mapping[str, str] | None = None,
        database_name: str = "pole",
        durable: bool = True,
        tell: Callable[[str], None] = lambda line: None,
    ) -> None:
        self.data_dir = data_dir
        self.demo = demo
        self.parts = [part for part in PARTS if part in set(parts) and (part != "mail" or demo)]
        self.environ = dict(os.environ if environ is None else environ)
        self.database_name = database_name
        self.tell = tell
        self.lock = Lock(data_dir / "lock")
        self.database = self._database(durable)
        self.broker = self._broker(durable)
        self._port = port
        self.port = 0
        self.smtp_port = 0
        self.mail_port = 0
        self.processes: dict[str, Process] = {}
        self.restarts = Restarts(tell)

    # ---- starting and stopping -------------------------------------------------------------------------

    def start(self) -> None:
        """Start what was asked for: database, broker, then the processes, who need not wait in turn.

        Raises:
            MissingPrerequisite, AlreadyRunning, PartDied, RuntimeProblem: in a sentence; nothing is left.
        """
        self._see_to_prerequisites()
        private_folder(self.data_dir)
        self.lock.take()
        try:
            began = time.monotonic()
            for part in ("database", "broker"):
                if part in self.parts:
                    self._start_ground(part)
                    self._say_ready(part, began)
            self._choose_ports()
            for part in self.parts:
                if part not in {"database", "broker"}:
                    self.processes[part] = self._process(part)
                    self.processes[part].launch()
            for part, process in self.processes.items():
                process.wait_until_ready()
                self._say_ready(part, began)
        except BaseException:
            self.stop()
            raise

    def stop(self) -> None:
        """Stop what runs, users of a part before the part."""
        for part in reversed(self.parts):
            if part == "database":
                self.database.stop()
            elif part == "broker":
                self.broker.stop()
            elif part in self.processes:
                self.processes[part].stop()
        self.lock.release()

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def watch(self) -> None:
        """Look once whether everything still runs; start again what may be.

        Raises:
            PartDied: names one that may not, and its last words.
        """
        for process in self._children():
            if not process.running:
                if process.name not in STARTED_AGAIN:
                    raise PartDied(process.obituary())
                self.restarts.see_to(process)

    # ---- what others need to know ----------------------------------------------------------------------

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def mail_url(self) -> str:
        """The mail catcher's pages; `/codes` has the second-factor codes, `/messages.json` is for tests."""
        return f"http://127.0.0.1:{self.mail_port}"

    @property
    def accounts_file(self) -> Path:
        """Where the demonstration writes its accounts for the page of codes."""
        return self.data_dir / "demo-accounts.json"

    @property
    def worker(self) -> Process:
        return self.processes["worker"]

    @property
    def sweeper(self) -> Process:
        return self.processes["sweeper"]

    @property
    def beat(self) -> Process:
        return self.processes["beat"]

    @property
    def web(self) -> Process:
        return self.processes["web"]

    @property
    def mail(self) -> Process:
        return self.processes["mail"]

    def environment(self, role: str = "pole_app") -> dict[str, str]:
        """What a process of Pôle runs with. Only migrations get the owner's role."""
        env = {name: value for name, value in self.environ.items() if name != "DATABASE_OWNER_URL"}
        env["POLE_DATA_DIR"] = str(self.data_dir.resolve())
        env["PYTHONUNBUFFERED"] = "1"
        if "database" in self.parts:
            env["DATABASE_URL"] = self.database.url(
                "pole_owner" if role == "pole_owner" else "pole_app", self.database_name
            )
        if "broker" in self.parts:
            env["REDIS_URL"] = self.broker.url
        if "mail" in self.parts:
            env["EMAIL_URL"] = f"smtp://127.0.0.1:{self.smtp_port}"
        if self.demo:
            env["POLE_DEMO"] = "1"
        if self.demo or not env.get("POLE_BASE_URL"):
            env["POLE_BASE_URL"] = self.url
        env["GUNICORN_CMD_ARGS"] = f"--bind=127.0.0.1:{self.port}"
        return env

    def manage(self, *arguments: str, role: str = "pole_app") -> str:
        """Run `manage.py` with these arguments beside the stack; returns what it printed.

        Raises:
            RuntimeProblem: it failed; with its last lines.
        """
        done = subprocess.run(  # noqa: S603 - argv is ours, no shell
            [sys.executable, "manage.py", *arguments],
            cwd=ROOT,
            env=self.environment(role),
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode != 0:
            said = "\n".join((done.stdout + done.stderr).strip().splitlines()[-12:])
            raise RuntimeProblem(
                f"`manage.py {' '.join(arguments)}` failed (exit code {done.returncode}):\n{said}"
            )
        return done.stdout

    # ---- the parts -------------------------------------------------------------------------------------

    def _database(self, durable: bool) -> Cluster | GivenDatabase:
        wanted = self.environ.get("POLE_POSTGRES", "")
        if wanted == "url" or (not wanted and self.environ.get("DATABASE_URL")):
            return GivenDatabase(
                self.environ.get("DATABASE_URL", ""), self.environ.get("DATABASE_OWNER_URL", "")
            )
        return Cluster(self.data_dir / "postgres", durable, wanted or None)

    def _broker(self, durable: bool) -> Broker | GivenBroker:
        wanted = self.environ.get("POLE_BROKER", "")
        if wanted == "url" or (not wanted and self.environ.get("REDIS_URL")):
            return GivenBroker(self.environ.get("REDIS_URL", ""))
        return Broker(self.data_dir / "broker", durable, wanted or None)

    def _see_to_prerequisites(self) -> None:
        for secret in SECRETS:
            if not self.environ.get(secret):
                raise MissingPrerequisite(
                    f"{secret} is missing: run `make install`, which writes a .env file with it."
                )
        if self._port is not None and accepts(self._port):
            raise RuntimeProblem(f"Port {self._port} is taken: choose another with --port.")
        if "mail" in self.parts and importlib.util.find_spec("aiosmtpd") is None:
            raise MissingPrerequisite("The demonstration's mail catcher needs aiosmtpd: run `make install`.")

    def _choose_ports(self) -> None:
        """As late as can be: nobody keeps a port free for us."""
        self.port = self._port or (free_port() if accepts(USUAL_PORT) else USUAL_PORT)
        self.smtp_port, self.mail_port = free_port(), free_port()

    def _start_ground(self, part: str) -> None:
        if part == "database":
            self.database.start()
            if isinstance(self.database, Cluster) and not self.database.has_database(self.database_name):
                self.database.create_database(self.database_name)
            self.manage(*commands(self.data_dir)["migrate"][2:], role="pole_owner")
        else:
            self.broker.start()

    def _say_ready(self, part: str, began: float) -> None:
        self.tell(f"{part:<10} {self._where(part)}  (after {time.monotonic() - began:.1f} s)")

    def _process(self, part: str) -> Process:
        env = self.environment()
        argv: Sequence[str]
        if part == "mail":
            env["TZ"] = "Europe/Brussels"
            argv = ["python", "-m", "pole.runtime.mailcatcher"]
            argv += ["--smtp-port", str(self.smtp_port), "--http-port", str(self.mail_port)]
            argv += ["--folder", str(self.data_dir / "mail"), "--accounts", str(self.accounts_file)]
        else:
            argv = commands(self.data_dir.resolve())[part]
        schedule = self.data_dir / "beat-schedule"
        # Beat opens it when it begins. Compared with itself: a clock set back meanwhile must not hide that.
        before = written(schedule)
        ready: dict[str, Callable[[], bool]] = {
            "mail": lambda: accepts(self.smtp_port) and accepts(self.mail_port),
            "worker": lambda: worker_answers(env["REDIS_URL"], f"celery@{gethostname()}"),
            "background": lambda: worker_answers(env["REDIS_URL"], f"background@{gethostname()}"),
            "beat": lambda: written(schedule) != before,
            "web": lambda: web_answers(self.port),
        }
        return Process(
            part,
            [sys.executable, *argv[1:]],
            log=self.data_dir / "logs" / f"{part}.log",
            ready=ready.get(part),
            ready_within=120,  # two cores, cold caches, others at work
            env=env,
            cwd=ROOT,
        )

    def _children(self) -> list[Process]:
        own = [part.process for part in (self.database, self.broker) if isinstance(part, Cluster | Broker)]
        return [*(process for process in own if process is not None), *self.processes.values()]

    def _where(self, part: str) -> str:
        if part == "database" and isinstance(self.database, Cluster) and self.database.programs:
            return f"PostgreSQL {self.database.programs.major} ({self.database.programs.source}), migrated"
        if part == "broker" and isinstance(self.broker, Broker):
            return f"127.0.0.1:{self.broker.port} ({self.broker.source})"
        if part in {"database", "broker"}:
            return "given by the environment"
        if part == "web":
            return self.url
        if part == "mail":
            return self.mail_url
        return f"process {self.processes[part].pid}"
