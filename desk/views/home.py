"""The services one works for."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from pole.tenancy.models import Membership


def home(request: HttpRequest) -> HttpResponse:
    """Straight in when there is one."""
    memberships = list(
        Membership.objects.current()
        .filter(user=request.user.pk)
        .select_related("service")
        .order_by("service__name")
    )
    if len(memberships) == 1:
        return redirect("desk:dashboard", memberships[0].service.slug)
    return render(request, "desk/home.html", {"memberships": memberships})
