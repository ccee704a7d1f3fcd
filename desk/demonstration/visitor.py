"""Somebody at a browser without script: pages, links and forms over HTTP, with their own cookies."""

import time
from dataclasses import dataclass, field
from html.parser import HTMLParser
from http.cookiejar import CookieJar
from typing import Self
from urllib.error import HTTPError
from urllib.parse import urlencode, urljoin
from urllib.request import HTTPCookieProcessor, ProxyHandler, Request, build_opener

from pole.runtime.mailcatcher.codes import STEP, totp


class StoryBroken(Exception):
    """A page was not what the story needs."""


@dataclass
class Form:
    """A form of a page, with what it would send."""

    action: str
    fields: dict[str, str] = field(default_factory=dict)


class _Forms(HTMLParser):
    """Collects forms and links, and the words of a page."""

    def __init__(self) -> None:
        super().__init__()
        self.forms: list[Form] = []
        self.links: list[str] = []
        self.words: list[str] = []
        self._open: Form | None = None
        self._select = ""
        self._area = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "a":
            self.links.append(given.get("href", ""))
        elif tag == "form":
            self._open = Form(given.get("action", ""))
            self.forms.append(self._open)
        elif self._open is not None:
            self._field(tag, given, self._open)

    def _field(self, tag: str, given: dict[str, str], form: Form) -> None:
        name, kind = given.get("name", ""), given.get("type", "text")
        if tag == "input" and name and (kind not in ("radio", "checkbox", "submit") or "checked" in given):
            form.fields[name] = given.get("value", "")
        elif tag == "select":
            self._select = name
        elif tag == "option" and self._select and "selected" in given:
            form.fields[self._select] = given.get("value", "")
        elif tag == "textarea" and name:
            self._area = name
            form.fields[name] = ""

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._open = None
        elif tag == "select":
            self._select = ""
        elif tag == "textarea":
            self._area = ""

    def handle_data(self, data: str) -> None:
        if self._area and self._open:
            self._open.fields[self._area] += data
        self.words.append(data)


class Visitor:
    """One person's browser."""

    def __init__(self, base: str) -> None:
        self.base = base
        self.address = base
        self.opener = build_opener(ProxyHandler({}), HTTPCookieProcessor(CookieJar()))
        self.page = _Forms()

    def go(self, address: str, data: dict[str, str] | None = None) -> Self:
        """Open an address, or post to it; follows redirections.

        Raises:
            StoryBroken: an answer other than a page, with what it said.
        """
        body = urlencode(data).encode() if data is not None else None
        target = urljoin(self.address, address)
        # The check of the sender of a form wants to know the page it stood on.
        headers = {"Origin": self.base, "Referer": self.address}
        request = Request(target, data=body, headers=headers)  # noqa: S310 - our own address, http only
        try:
            with self.opener.open(request, timeout=30) as answer:
                self.address, html = answer.url, answer.read().decode()
        except HTTPError as error:
            words = " ".join(_parsed(error.read().decode(errors="replace")).words)
            raise StoryBroken(f"{error.code} at {target}: {' '.join(words.split())[:600]}") from error
        self.page = _parsed(html)
        return self

    def send(self, action: str, **fields: str) -> Self:
        """Fill the form whose action ends so (or the page's own, for "") and send it.

        Raises:
            StoryBroken: no such form on the page.
        """
        form = next(
            (
                form
                for form in self.page.forms
                if form.action.endswith(action) and (action or not form.action)
            ),
            None,
        )
        if form is None:
            raise StoryBroken(
                f"no form for {action!r} at {self.address}: {[form.action for form in self.page.forms]}"
            )
        return self.go(form.action or self.address, {**form.fields, **fields})

    def says(self, words: str) -> bool:
        """Whether the page has these words."""
        return words in " ".join(" ".join(self.page.words).split())

    def sign_in(self, email: str, password: str, secret: str) -> Self:
        """Address and password, then the second factor; waits for a fresh code near the end of one."""
        if "/compte/connexion/" not in self.address:
            self.go("/compte/connexion/")
        self.send("", login=email, password=password)
        if time.time() % STEP > STEP - 3:
            time.sleep(STEP - time.time() % STEP)
        return self.send("", code=totp(secret, time.time()))


def _parsed(html: str) -> _Forms:
    page = _Forms()
    page.feed(html)
    return page
