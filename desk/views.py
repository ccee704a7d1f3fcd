"""Pages that look across the rooms."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from pole.tenancy.actor import Actor
from pole.tenancy.gate import ServiceRequest, service_view
from pole.tenancy.models import Membership
from pole.tenancy.permissions import Perm


def home(request: HttpRequest) -> HttpResponse:
    """The services one works for; straight in when there is one."""
    memberships = list(
        Membership.objects.current().filter(user=request.user).select_related("service").order_by("service__name")
    )
    if len(memberships) == 1:
        return redirect("desk:dashboard", memberships[0].service.slug)
    return render(request, "desk/home.html", {"memberships": memberships})


@service_view(Perm.MEMBER)
def dashboard(request: ServiceRequest, actor: Actor) -> HttpResponse:
    return render(request, "desk/dashboard.html")
