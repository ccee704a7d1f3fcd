from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from pole.runtime.mailcatcher.mailbox import Mailbox
from pole.runtime.mailcatcher.smtp import Temper, smtp_server
from pole.runtime.processes import free_port
from tests.wall.fixtures import Settled
from tests.wall.work import probe_work


@pytest.fixture
def mailbox(tmp_path: Path, settings: Any) -> Iterator[Mailbox]:
    """A real mail server, to which the settings point."""
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", free_port()
    caught = Mailbox(tmp_path / "mail")
    server = smtp_server(caught, Temper(), settings.EMAIL_PORT)
    server.start()
    yield caught
    server.stop()


def test_no_job_of_a_service_touches_another(settled: Settled, mailbox: Mailbox):
    assert probe_work(settled.world, mailbox) == []
    assert mailbox.all(), "nothing was sent, so nothing was proved"
