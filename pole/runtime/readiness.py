"""Does a part do its work yet? Asked the way its users ask."""

import http.client
from pathlib import Path

from celery import Celery
from kombu.exceptions import OperationalError
from redis.exceptions import RedisError

from pole.runtime.problems import RuntimeProblem


def web_answers(port: int) -> bool:
    """The health page comes: also when it reports trouble (503), which is then no fault of the web's.

    Raises:
        RuntimeProblem: something else comes, which no waiting will mend.
    """
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    try:
        connection.request("GET", "/health/")
        status = connection.getresponse().status
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()
    if status not in {200, 503}:
        raise RuntimeProblem(f"The web answers {status} to /health/: its log says why.")
    return True


def worker_answers(broker_url: str, *names: str) -> bool:
    """A worker, or one of these, replies to a ping through the broker."""
    with Celery("readiness", broker=broker_url, set_as_current=False) as probe:
        try:
            return bool(probe.control.ping(destination=names or None, timeout=0.5, limit=1))
        except (OperationalError, RedisError, OSError):
            return False


def written(path: Path) -> dict[str, int]:
    """The files of a shelf at `path`, whatever the platform's dbm calls them, and when each was last written."""
    return {found.name: found.stat().st_mtime_ns for found in path.parent.glob(f"{path.name}*")}
