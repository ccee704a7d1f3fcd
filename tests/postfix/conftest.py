"""One postfix for these tests. Where none is installed they are left out; `make test-mail` then says what to do."""

import os
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.postfix.instance import MASTER, Postfix

BOXES = {"permanence@maison-claire.example": "claire", "retours@pole.example": "retours"}


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    missing = not MASTER.exists() or os.geteuid() != 0
    for item in items:
        if "postfix" in item.keywords and missing:
            item.add_marker(pytest.mark.skip(reason="needs postfix (apt-get install postfix) and root"))


@pytest.fixture(scope="module")
def postfix() -> Iterator[Postfix]:
    with tempfile.TemporaryDirectory(prefix="pole-postfix-", dir="/var/tmp") as home:
        postfix = Postfix(Path(home), BOXES)
        try:
            postfix.start()
            yield postfix
        finally:
            postfix.stop()


@pytest.fixture
def over_tls(postfix: Postfix, settings: Any) -> Postfix:
    """Django hands over to it, TLS required, its authority known."""
    settings.EMAIL_HOST, settings.EMAIL_PORT = "localhost", postfix.port
    settings.EMAIL_USE_TLS, settings.EMAIL_CA, settings.EMAIL_TIMEOUT = True, str(postfix.authority), 10
    return postfix
