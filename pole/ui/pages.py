"""Pages that say nothing."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render


def neutral(request: HttpRequest) -> HttpResponse:
    """A blank, ordinary page: where a mail's link lands before sign-in. Opening it acknowledges nothing."""
    return render(request, "ui/neutral.html")
