"""Serve the trial page for a few people, as a process of its own; print the address."""

import os
import sys
from http.server import HTTPServer
from socketserver import ThreadingMixIn
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer

import django

os.environ["DJANGO_SETTINGS_MODULE"] = "tests.ui.trial.settings"
django.setup()

from django.core.handlers.wsgi import WSGIHandler  # noqa: E402 - after the settings

from pole.accounts.models import User  # noqa: E402


class Server(ThreadingMixIn, WSGIServer):
    daemon_threads = True

    def server_bind(self) -> None:
        # The name of the machine is not asked for: it may take seconds to answer.
        HTTPServer.server_bind(self)
        self.setup_environ()


class Quiet(WSGIRequestHandler):
    def log_message(self, format: str, *args: object) -> None: ...


NEWCOMERS = [f"{scheme}{width}" for scheme in ("light", "dark") for width in (390, 1280)]
for name in ("ana", "bruno", *NEWCOMERS):
    User.objects.create_user(
        email=f"{name}@trial.example", name=name.title(), password="une phrase assez longue"
    )
server = Server(("127.0.0.1", 0), Quiet)
server.set_app(WSGIHandler())
sys.stdout.write(f"http://127.0.0.1:{server.server_port}\n")
sys.stdout.flush()
server.serve_forever()
