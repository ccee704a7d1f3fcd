"""Errors as a program reads them (RFC 9457), in French, each with what to do."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from rest_framework import exceptions, status
from rest_framework.response import Response

MEDIA = "application/problem+json"


class Problem(exceptions.APIException):
    """One of ours: the status, and the sentence to read."""

    def __init__(self, status_code: int, detail: str) -> None:
        self.status_code = status_code
        super().__init__(detail)


def as_problem(error: Exception, context: dict[str, Any]) -> Response | None:
    """The answer of every error that a view raises on purpose; anything else stays a 500."""
    if isinstance(error, Http404):
        error = exceptions.NotFound()
    elif isinstance(error, PermissionDenied):
        error = exceptions.PermissionDenied()
    if not isinstance(error, exceptions.APIException):
        return None
    body = {
        "type": "about:blank",
        "title": str(TITLES.get(error.status_code, "")),
        "status": error.status_code,
        "detail": str(error.detail),
    }
    if isinstance(error, exceptions.ValidationError):
        fields = error.detail if isinstance(error.detail, dict) else {"": error.detail}
        body |= {"detail": _("Mend the fields named here, then send it again."), "fields": fields}
    elif isinstance(error, exceptions.NotFound):
        body["detail"] = _("Nothing of this service is at this address. Look at the list of its alerts.")
    return Response(body, status=error.status_code, headers=_headers(error), content_type=MEDIA)


def _headers(error: exceptions.APIException) -> dict[str, str]:
    headers = {}
    if how := getattr(error, "auth_header", ""):
        headers["WWW-Authenticate"] = how
    if wait := getattr(error, "wait", None):
        headers["Retry-After"] = f"{wait:.0f}"
    return headers


TITLES = {
    status.HTTP_400_BAD_REQUEST: gettext_lazy("Not understood"),
    status.HTTP_401_UNAUTHORIZED: gettext_lazy("No access"),
    status.HTTP_403_FORBIDDEN: gettext_lazy("Not allowed"),
    status.HTTP_404_NOT_FOUND: gettext_lazy("Not found"),
    status.HTTP_405_METHOD_NOT_ALLOWED: gettext_lazy("Not possible at this address"),
    status.HTTP_406_NOT_ACCEPTABLE: gettext_lazy("Only JSON is spoken here"),
    status.HTTP_409_CONFLICT: gettext_lazy("Already done"),
    status.HTTP_415_UNSUPPORTED_MEDIA_TYPE: gettext_lazy("Only JSON is spoken here"),
    status.HTTP_422_UNPROCESSABLE_ENTITY: gettext_lazy("Something is missing"),
    status.HTTP_429_TOO_MANY_REQUESTS: gettext_lazy("Too often"),
}
