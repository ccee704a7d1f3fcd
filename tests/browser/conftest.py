"""Every part as a process and Chromium before them. A page that complains fails the test that looked at it."""

import json
from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest
from django.db import connection
from playwright.sync_api import Browser, sync_playwright

from desk.demonstration.services import Account
from pole.accounts.models import User
from pole.runtime.postgres import Cluster
from pole.runtime.stack import PARTS, Stack
from pole.tenancy.factories import service
from pole.tenancy.models import Membership, ServiceKind
from pole.tenancy.permissions import Role
from tests.browser.windows import Windows
from tests.databases import copied
from tests.running import running

CHROMIUM = "/usr/bin/chromium"
ARGUMENTS = ["--headless", "--no-sandbox", "--disable-gpu", "--disable-background-networking", "--lang=fr-BE"]
CASES = "30"
STRANGER = "eva@autre-rive.example"


MARKS = [pytest.mark.browser, pytest.mark.stack]


@pytest.fixture(scope="package")
def stack(
    tmp_path_factory: pytest.TempPathFactory,
    cluster: Cluster,
    migrated: str,
    django_db_setup: None,
    django_db_blocker: Any,
) -> Iterator[Stack]:
    """The demonstration with a few cases, and a service that has nothing to do with it."""
    with (
        pytest.MonkeyPatch.context() as patch,
        django_db_blocker.unblock(),
        running(
            tmp_path_factory.mktemp("stack"), parts=PARTS, POLE_DEMO="1", **copied(cluster, migrated)
        ) as stack,
    ):
        # Playwright keeps an event loop in this thread; Django would take our queries for asynchronous ones.
        patch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
        stack.manage("demo_data", "--accounts", str(stack.accounts_file), "--cases", CASES)
        elsewhere = service("autre-rive", ServiceKind.VICTIM_SUPPORT)
        eva = User.objects.create_user(email=STRANGER, name="Eva")
        Membership.objects.create(
            user=eva, service=elsewhere, role=Role.PRACTITIONER, starts_on=date(2026, 1, 1)
        )
        yield stack


@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield chromium
        chromium.close()


@pytest.fixture(scope="package")
def cookies() -> dict[str, str]:
    """Sessions made so far: one a person, for the whole suite."""
    return {}


@pytest.fixture(scope="package")
def served() -> dict[str, int]:
    """The step of the last second-factor code of each person: none serves twice."""
    return {}


@pytest.fixture
def windows(
    stack: Stack, browser: Browser, cookies: dict[str, str], served: dict[str, int]
) -> Iterator[Windows]:
    accounts = [Account(**entry) for entry in json.loads(stack.accounts_file.read_text())]
    windows = Windows(browser, stack.url, {each.email: each for each in accounts}, cookies, served)
    yield windows
    # Beside Playwright's event loop Django keeps another connection than `running` closes; left open, it would
    # outlive this database, and the next stack of this process would be asked through it.
    connection.close()
    windows.close()
