"""The HTTP side, on 127.0.0.1: pages for people, JSON for tests, and the mood to choose.

GET  /                    the messages            GET  /messages.json   all messages, with counters
GET  /state.json          the counters and the mood alone: thousands of messages take seconds to read
GET  /messages/<n>        one message             GET  /messages/<n>/html, /messages/<n>.eml
GET  /codes, /codes.json  second-factor codes of the demonstration's accounts
POST /mood                {"mood": "451", "times": 2}: `times` left out means until the next order
POST /clear               {}: forget every message and counter
"""

import json
import re
import time
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from pole.runtime.mailcatcher.codes import demo_accounts, totp
from pole.runtime.mailcatcher.mailbox import Mailbox
from pole.runtime.mailcatcher.pages import codes_page, list_page, message_page, page
from pole.runtime.mailcatcher.smtp import Mood, Temper

OWN_PAGES = (
    "default-src 'none'; style-src 'unsafe-inline'; frame-src 'self'; base-uri 'none'; form-action 'none'"
)
CAUGHT_HTML = (
    "sandbox allow-popups allow-popups-to-escape-sandbox; default-src 'none'; "
    "style-src 'unsafe-inline'; img-src data:; form-action 'none'"
)
OWN_NAMES = {"127.0.0.1", "localhost"}


class LetterBox(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self, port: int, mailbox: Mailbox, temper: Temper, accounts: Path | None) -> None:
        super().__init__(("127.0.0.1", port), Handler)
        self.mailbox = mailbox
        self.temper = temper
        self.accounts = accounts


class Handler(BaseHTTPRequestHandler):
    server: LetterBox

    def do_GET(self) -> None:
        if not self._asked_by_own_name():
            return
        path = self.path.split("?", 1)[0]
        mailbox = self.server.mailbox
        if path == "/":
            self._html(list_page(mailbox.all()))
        elif path == "/messages.json":
            self._json({**self._state(), "messages": [caught.as_json() for caught in mailbox.all()]})
        elif path == "/state.json":
            self._json(self._state())
        elif path == "/codes":
            self._html(codes_page(demo_accounts(self.server.accounts), time.time()))
        elif path == "/codes.json":
            self._json({a.email: totp(a.secret, time.time()) for a in demo_accounts(self.server.accounts)})
        elif (match := re.fullmatch(r"/messages/(\d{1,9})(/html|\.eml)?", path)) and (
            message := mailbox.get(int(match[1]))
        ):
            if match[2] == "/html":
                self._html('<base target="_blank">' + message.body("html"), policy=CAUGHT_HTML)
            elif match[2] == ".eml":
                self._reply(message.raw, "text/plain; charset=utf-8")
            else:
                self._html(message_page(message))
        else:
            self._html(page("Introuvable", "<p>Cette page n’existe pas.</p>"), status=HTTPStatus.NOT_FOUND)

    def do_POST(self) -> None:
        if not self._asked_by_own_name():
            return
        # A form of another site can't send this type without the browser asking first.
        if self.headers.get_content_type() != "application/json":
            self._json({"error": "application/json only"}, status=HTTPStatus.UNSUPPORTED_MEDIA_TYPE)
            return
        try:
            order = json.loads(self.rfile.read(int(self.headers.get("Content-Length", 0))) or b"{}")
            if self.path == "/mood":
                self.server.temper.set(Mood(order["mood"]), order.get("times"))
            elif self.path == "/clear":
                self.server.mailbox.clear()
            else:
                self._json({"error": "unknown"}, status=HTTPStatus.NOT_FOUND)
                return
        except (ValueError, KeyError, TypeError, AttributeError) as wrong:
            moods = ", ".join(Mood)
            self._json({"error": f"{wrong!r}; moods: {moods}"}, status=HTTPStatus.BAD_REQUEST)
            return
        self._json(self._state())

    def _state(self) -> dict[str, Any]:
        mailbox, temper = self.server.mailbox, self.server.temper
        return {
            "mood": temper.mood,
            "offered": dict(mailbox.offered),
            "taken": dict(mailbox.taken),
        }

    def _asked_by_own_name(self) -> bool:
        """A name of another site that resolves to us must not read codes and messages through a browser."""
        if self.headers.get("Host", "").rsplit(":", 1)[0] in OWN_NAMES:
            return True
        self.send_error(HTTPStatus.MISDIRECTED_REQUEST)
        return False

    def _html(self, text: str, *, status: HTTPStatus = HTTPStatus.OK, policy: str = OWN_PAGES) -> None:
        self._reply(text.encode(), "text/html; charset=utf-8", status=status, policy=policy)

    def _json(self, content: dict[str, Any], *, status: HTTPStatus = HTTPStatus.OK) -> None:
        self._reply(json.dumps(content, ensure_ascii=False).encode(), "application/json", status=status)

    def _reply(
        self, body: bytes, kind: str, *, status: HTTPStatus = HTTPStatus.OK, policy: str = OWN_PAGES
    ) -> None:
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.send_header("Content-Security-Policy", policy)
        self.send_header("X-Content-Type-Options", "nosniff")
        self.send_header("Referrer-Policy", "no-referrer")
        self.send_header("Cache-Control", "no-store")
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: Any) -> None:
        """Quiet: the pages renew themselves every few seconds."""
