"""Figures of the cooperation with partners."""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from alerts.measures import measures_of
from alerts.models import Relevance
from pole.clock import database_now
from pole.tenancy.actor import Actor
from pole.tenancy.gate import ServiceRequest, service_view
from pole.tenancy.permissions import Perm
from protocols.disclosure import LEAST


@require_GET
@service_view(Perm.ALERT_READ)
def measures(request: ServiceRequest, actor: Actor) -> HttpResponse:
    """Numbers alone: no alert, no case, nobody."""
    found = measures_of(actor, database_now())
    context = {"measures": found, "marks": Relevance.labels, "smallest": LEAST}
    return render(request, "alerts/measures.html", context)
