"""Where one arrives."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from pole.tenancy.actor import Actor


def home(request: HttpRequest) -> HttpResponse:
    """Straight in when one works for one service; with several, what waits in all of them."""
    actors = Actor.every(request.user)
    if len(actors) > 1:
        return redirect("desk:inbox")
    if actors:
        return redirect("desk:dashboard", actors[0].service_slug)
    return render(request, "desk/home.html")
