"""Browser windows that remember everything the browser complained of."""

import re
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from django.test import Client
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, Request, expect

from desk.demonstration.services import PASSWORD, Account
from pole.accounts.models import User
from pole.runtime.mailcatcher.codes import STEP, totp
from tests.cast import signed_in

PATIENCE = 30_000  # milliseconds: a busy machine is not a broken page
NARROW, WIDE = {"width": 390, "height": 844}, {"width": 1280, "height": 900}
GIVEN_UP = "net::ERR_ABORTED"  # the page was left before the answer came
expect.set_options(timeout=PATIENCE)


@dataclass
class Windows:
    """Opens windows of people of the demonstration, and keeps what went wrong in any of them."""

    browser: Browser
    address: str
    accounts: Mapping[str, Account]
    cookies: dict[str, str]
    served: dict[str, int]
    complaints: list[str] = field(default_factory=list)
    foreseen: list[str] = field(default_factory=list)
    opened: list[BrowserContext] = field(default_factory=list)

    def anybody(self, **looks: Any) -> Page:
        """A window of nobody in particular."""
        looks = {"viewport": WIDE, "locale": "fr-BE", "timezone_id": "Europe/Brussels", **looks}
        looks.setdefault("reduced_motion", "reduce")  # a colour on its way to another is no colour to judge
        context = self.browser.new_context(**looks)
        context.set_default_timeout(PATIENCE)
        context.on("console", self._said)
        context.on("weberror", lambda error: self.complaints.append(f"script: {error.error}"))
        context.on("requestfailed", self._failed)
        self.opened.append(context)
        return context.new_page()

    def of(self, email: str, **looks: Any) -> Page:
        """A window of somebody signed in already."""
        page = self.anybody(**looks)
        if email not in self.cookies:
            self.cookies[email] = session_of(email)
        cookie = {"name": "sessionid", "value": self.cookies[email], "url": self.address}
        page.context.add_cookies([cookie])
        return page

    def signing_in(self, page: Page, email: str) -> None:
        """From the page of signing in, through password and second factor, as a person does."""
        page.get_by_label("Adresse e-mail").fill(email)
        page.get_by_label("Mot de passe").fill(PASSWORD)
        page.get_by_role("button", name="Se connecter").click()
        code = page.get_by_label("Code")
        expect(code).to_be_visible()
        self._wait_for_fresh_code(email)
        code.fill(totp(self.accounts[email].secret, time.time()))
        page.get_by_role("button", name="Se connecter").click()
        expect(code).to_be_hidden()

    def giving_both_factors(self, page: Page, email: str) -> None:
        """In a form that engages a service: password and a code that did not serve yet; sending it is the caller's."""
        page.get_by_label("Votre mot de passe").fill(PASSWORD)
        self._wait_for_fresh_code(email)
        page.get_by_label("Code de votre application").fill(totp(self.accounts[email].secret, time.time()))

    def go(self, page: Page, path: str) -> None:
        page.goto(self.address + path)

    @contextmanager
    def foreseeing(self, *words: str) -> Iterator[None]:
        """Complaints with these words are what the test is about."""
        self.foreseen.extend(words)
        yield

    def close(self) -> None:
        """Close every window; what was complained of and not foreseen remains.

        Raises:
            AssertionError: the browser complained.
        """
        for context in self.opened:
            context.close()
        unforeseen = [said for said in self.complaints if not any(words in said for words in self.foreseen)]
        if unforeseen:
            raise AssertionError("the browser complained: " + "; ".join(unforeseen))

    def _wait_for_fresh_code(self, email: str) -> None:
        """One that did not serve yet, and will not run out while it is being typed."""
        while int(time.time()) // STEP == self.served.get(email) or time.time() % STEP > STEP - 10:
            time.sleep(0.5)
        self.served[email] = int(time.time()) // STEP

    def _said(self, message: ConsoleMessage) -> None:
        if message.type in {"error", "warning"}:
            self.complaints.append(f"{message.type}: {message.text} at {message.location.get('url', '')}")

    def _failed(self, request: Request) -> None:
        if request.failure != GIVEN_UP:
            self.complaints.append(f"no answer: {request.url} {request.failure}")


def session_of(email: str) -> str:
    """The cookie of a fresh session past the second factor; signing in itself has its own tests."""
    return signed_in(Client(), User.objects.get(email=email)).cookies["sessionid"].value


def id_in(url: str) -> str:
    """The identity in an address: the last one there is."""
    return re.findall(r"[0-9a-f]{8}-[0-9a-f-]{27}", url)[-1]
