"""The real account pages, and a page that uses every script of the frame."""

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import include, path

from pole import errors
from pole.ui.pages import neutral

CHOICES = [("no", "non"), ("yes", "oui"), ("unknown", "ne sait pas")]
received: list[dict[str, str]] = []


def page(request: HttpRequest, **address: str) -> HttpResponse:
    if request.method == "POST":
        received.append({"kind": "sent", **request.POST.dict()})
    return render(request, "trial.html", {"thanks": request.method == "POST", "choices": CHOICES})


def save(request: HttpRequest) -> HttpResponse:
    if request.POST.get("free") == "refuse":
        return JsonResponse({"errors": {"free": "Trop vague."}}, status=422)
    received.append({"kind": "saved", "key": request.headers["Idempotency-Key"], **request.POST.dict()})
    return HttpResponse(status=204)


def seen(request: HttpRequest) -> HttpResponse:
    return JsonResponse(received, safe=False)


desk = [
    path("", page, name="home"),
    path("s/<slug:service_slug>/", page, name="dashboard"),
    path("save/", save, name="save"),
    path("seen/", seen, name="seen"),
]
urlpatterns = [
    path("", include((desk, "desk"))),
    path("compte/", include("pole.accounts.urls")),
    path("p/", neutral, name="neutral"),
]
handler404 = errors.not_found
