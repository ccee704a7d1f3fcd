"""Opening a case, saying what it is about, closing it."""

from uuid import UUID

from django.http import HttpResponse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_POST

from cases import services
from cases.access import case_for
from cases.forms import CloseForm, OpenCaseForm, SummaryForm
from cases.models import Case
from cases.services.opening import OPENING
from cases.views.forms_of_a_case import back_to, filled, page
from pole.refusals import attempt
from pole.tenancy.actor import Actor
from pole.tenancy.gate import ServiceRequest, service_view
from pole.tenancy.permissions import Perm


@require_http_methods(["GET", "POST"])
@service_view(Perm.CASE_WRITE)
def open_case(request: ServiceRequest, actor: Actor) -> HttpResponse:
    form = filled(request, actor, None, OPENING, OpenCaseForm)
    made: list[Case] = []
    if request.method == "POST" and attempt(
        form, lambda: made.append(services.open_case(actor=actor, **form.facts()))
    ):
        return back_to(request, actor, made[0], _("The case is open."))
    return page(request, actor, None, "open", form)


@require_http_methods(["GET", "POST"])
@service_view(Perm.CASE_WRITE)
def summary(request: ServiceRequest, actor: Actor, case_id: UUID) -> HttpResponse:
    case = case_for(actor, case_id, shown=request.method == "GET")
    form = filled(request, actor, case, "summary", SummaryForm, initial={"summary": case.summary})
    if request.method == "POST" and attempt(
        form, lambda: services.change_case(actor=actor, case=case, **form.cleaned_data)
    ):
        return back_to(request, actor, case, _("Saved."))
    return page(request, actor, case, "summary", form)


@require_http_methods(["GET", "POST"])
@service_view(Perm.CASE_WRITE)
def close(request: ServiceRequest, actor: Actor, case_id: UUID) -> HttpResponse:
    case = case_for(actor, case_id, shown=request.method == "GET")
    # What was said the last time is written over only by somebody who sees it.
    form = filled(request, actor, case, "close", CloseForm, initial={"motive": case.closing_motive})
    if request.method == "POST" and attempt(
        form, lambda: services.close_case(actor=actor, case=case, **form.cleaned_data)
    ):
        return back_to(request, actor, case, _("The case is closed."))
    return page(request, actor, case, "close", form)


@require_POST
@service_view(Perm.CASE_WRITE)
def reopen(request: ServiceRequest, actor: Actor, case_id: UUID) -> HttpResponse:
    case = case_for(actor, case_id, shown=False)
    services.reopen_case(actor=actor, case=case)
    return back_to(request, actor, case, _("The case is open again."))
