"""The page that a person can be given about what was told about them."""

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from alerts.informing import account_of
from cases.access import case_for
from cases.listing import name_people
from pole.clock import database_now
from pole.tenancy.actor import Actor
from pole.tenancy.gate import ServiceRequest, service_view
from pole.tenancy.permissions import Perm


@require_safe
@service_view(Perm.CASE_READ)
def account(request: ServiceRequest, actor: Actor, case_id: UUID) -> HttpResponse:
    """To be printed and handed over, once somebody thought of the danger."""
    case = case_for(actor, case_id)
    name_people([case])
    context = {
        "case": case,
        "account": account_of(actor, case),
        "today": timezone.localdate(database_now()),
    }
    return render(request, "alerts/account.html", context)
