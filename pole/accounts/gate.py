"""Signed in with a second factor by default; the exceptions are listed, with their reason."""

from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

from allauth.mfa.utils import is_mfa_enabled
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

PUBLIC: dict[str, str] = {
    "account_login": "where one signs in",
    "account_logout": "where one signs out",
    "account_reset_password": "a forgotten password",
    "account_reset_password_done": "a forgotten password",
    "account_reset_password_from_key": "a forgotten password",
    "account_reset_password_from_key_done": "a forgotten password",
    "account_inactive": "says that an account was closed",
    "mfa_authenticate": "second step of signing in",
    "desk:health": "asked by monitoring; says that it serves",
    "desk:alerts_health": "asked by monitoring; counts and ages only",
    "api:alerts": "asked by a service's own system, with a token instead of a session",
    "api:alert": "asked by a service's own system, with a token instead of a session",
    "api:acknowledge": "asked by a service's own system, with a token instead of a session",
    "api:answer": "asked by a service's own system, with a token instead of a session",
    "api:schema": "the description of the interface; holds no data",
    "api:nowhere": "an address of the interface that does not exist",
    "neutral": "where quick exit and mail links land before sign-in",
}
# Open to somebody signed in whose second factor is still to be set.
SETTING_UP = {"mfa_activate_totp", "mfa_index", "account_reauthenticate", "mfa_reauthenticate"}
SECOND_FACTOR = "second_factor_set"


class SignedInMiddleware:
    """No page without a session, none without a second factor."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Callable[..., HttpResponse], args: Any, kwargs: Any
    ) -> HttpResponse | None:
        name = request.resolver_match.view_name if request.resolver_match else ""
        if name in PUBLIC:
            return None
        if not request.user.is_authenticated:
            if request.headers.get("HX-Request") or request.headers.get("Idempotency-Key"):
                # The open page keeps what was typed and says so; a redirect would replace it.
                return HttpResponse(status=401)
            return redirect(f"{reverse('account_login')}?{urlencode({'next': request.get_full_path()})}")
        if name in SETTING_UP or request.session.get(SECOND_FACTOR):
            return None
        if is_mfa_enabled(request.user):
            request.session[SECOND_FACTOR] = True
            return None
        return redirect("mfa_activate_totp")
