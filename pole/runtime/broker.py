"""A Redis or Valkey of our own: hints and sweeps travel through it, never personal data."""

import secrets
import signal
from pathlib import Path

import redis
from redis.backoff import NoBackoff
from redis.retry import Retry

from pole.runtime.homes import private_folder, write_secret
from pole.runtime.installations import broker_program
from pole.runtime.processes import Process, free_port


class Broker:
    """One server on a free port of 127.0.0.1, with a generated password.

    Args:
        data_dir: holds the password, the log and, when durable, the append-only file.
        durable: False for a broker that keeps nothing.
        source: `system` or `wheel`; by default what POLE_BROKER says, else the first that is there.
    """

    def __init__(self, data_dir: Path, durable: bool = True, source: str | None = None) -> None:
        self.data_dir = data_dir
        self.durable = durable
        self.source = source
        self.port = 0
        self.process: Process | None = None
        self._password = ""

    def start(self) -> None:
        """Start and wait until it answers; after `stop()` or `kill()`, on the same port.

        Raises:
            MissingPrerequisite: no Redis or Valkey to be found.
            PartDied: the server does not start.
        """
        if self.running:
            return
        program, self.source = broker_program(self.source)
        private_folder(self.data_dir)
        self._load_password()
        self.port = self.port or free_port()
        settings = [
            "bind 127.0.0.1",
            f"port {self.port}",
            f"requirepass {self._password}",
            f'dir "{self.data_dir.resolve()}"',
            f"appendonly {'yes' if self.durable else 'no'}",
            'save ""',
            "daemonize no",
        ]
        self.process = Process(
            "broker",
            [
                str(program),
                "-",
            ],  # settings by standard input: an argument would show the password to every user
            stdin="\n".join(settings).encode(),
            log=self.data_dir / "broker.log",
            ready=self._answers,
            cwd=self.data_dir,
            stop_signal=signal.SIGTERM,
        )
        self.process.start()

    def stop(self) -> None:
        if self.process is not None:
            self.process.stop()

    def kill(self) -> None:
        """End it as a crash would; `start()` brings it back on the same port."""
        if self.process is not None:
            self.process.kill()

    @property
    def running(self) -> bool:
        return self.process is not None and self.process.running

    @property
    def url(self) -> str:
        return f"redis://:{self._password}@127.0.0.1:{self.port}/0"

    def _load_password(self) -> None:
        path = self.data_dir / "password"
        if not path.exists():
            write_secret(path, secrets.token_urlsafe(24))
        self._password = path.read_text()

    def _answers(self) -> bool:
        once = Retry(NoBackoff(), 0)  # whoever waits for us asks again soon enough
        with redis.Redis.from_url(self.url, socket_connect_timeout=1, socket_timeout=2, retry=once) as client:
            try:
                return bool(client.ping())
            except redis.RedisError:
                return False
