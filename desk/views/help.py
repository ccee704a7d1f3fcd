"""How to work with Pôle, for whoever asks: their own steps, the way of an alert, the words, the keys."""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from pole.tenancy.actor import Actor
from pole.tenancy.gate import ServiceRequest, service_view
from pole.tenancy.models import Membership
from pole.tenancy.permissions import Perm, Role

# Whom one asks in one's own service.
ANSWERING = (Role.REFERENT, Role.DIRECTION)


@require_safe
@service_view(Perm.MEMBER)
def help_page(request: ServiceRequest, actor: Actor) -> HttpResponse:
    """Only steps that the reader's rights allow."""
    colleagues = Membership.objects.filter(service=actor.service, role__in=ANSWERING).current()
    to_ask = colleagues.exclude(user_id=actor.person_id).select_related("user").order_by("user__name")
    return render(request, "desk/help.html", {"to_ask": to_ask})
