"""Sessions end after a quarter of an hour without activity, and after ten hours whatever happens."""

from collections.abc import Callable
from datetime import datetime

from django.conf import settings
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

STARTED, ACTIVE = "session_started_at", "session_active_at"
# Written to the session only when it moved by this much: a write per request would buy nothing.
GRAIN_SECONDS = 30


class SessionLimitsMiddleware:
    """Server side, so that a forgotten tab does not hold a session open: polling is not activity."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.user.is_authenticated:
            self._limit(request, timezone.now())
        return self.get_response(request)

    def _limit(self, request: HttpRequest, now: datetime) -> None:
        session = request.session
        started = datetime.fromisoformat(session.setdefault(STARTED, now.isoformat()))
        active = datetime.fromisoformat(session.setdefault(ACTIVE, now.isoformat()))
        if now - active > settings.SESSION_IDLE_LIMIT or now - started > settings.SESSION_ABSOLUTE_LIMIT:
            logout(request)
        elif "Polling" not in request.headers and (now - active).total_seconds() > GRAIN_SECONDS:
            session[ACTIVE] = now.isoformat()
