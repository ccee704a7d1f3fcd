"""What waits in all the services somebody works for."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from desk import inbox as gathering
from pole.tenancy.actor import Actor
from pole.tenancy.permissions import Perm


@require_safe
def inbox(request: HttpRequest) -> HttpResponse:
    """For who works for several services; to anybody else it would say what their board says."""
    actors = Actor.every(request.user)
    if len(actors) > 1:
        found = gathering.inbox_of(actors)
        return render(request, "desk/inbox.html", {"inbox": found, "me": request.user.pk, "is_inbox": True})
    if actors and actors[0].can(Perm.ALERT_READ):
        return redirect("alerts:received", actors[0].service_slug)
    return redirect("desk:home")


@require_safe
def counter(request: HttpRequest) -> HttpResponse:
    """The number in the top bar, polled; nothing for who works for one service, whose board has its own."""
    actors = Actor.every(request.user)
    count = gathering.waiting_in(actors) if len(actors) > 1 else 0
    return render(request, "alerts/_counter.html", {"count": count})
