"""Incidents and measures."""

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from cases import services
from cases.access import case_for
from cases.forms import ChangeMeasureForm, IncidentForm, MeasureForm
from cases.models import Measure
from cases.services.facts import draft_name
from cases.views.forms_of_a_case import back_to, filled, page
from pole.refusals import attempt
from pole.tenancy.actor import Actor
from pole.tenancy.gate import ServiceRequest, service_view
from pole.tenancy.permissions import Perm


@require_http_methods(["GET", "POST"])
@service_view(Perm.CASE_WRITE)
def incident(request: ServiceRequest, actor: Actor, case_id: UUID) -> HttpResponse:
    case = case_for(actor, case_id, shown=request.method == "GET")
    form = filled(request, actor, case, "incident", IncidentForm)
    if request.method == "POST" and attempt(
        form, lambda: services.record_incident(actor=actor, case=case, **form.cleaned_data)
    ):
        return back_to(request, actor, case, _("The fact is recorded."))
    return page(request, actor, case, "incident", form)


@require_http_methods(["GET", "POST"])
@service_view(Perm.CASE_WRITE)
def measure(request: ServiceRequest, actor: Actor, case_id: UUID) -> HttpResponse:
    case = case_for(actor, case_id, shown=request.method == "GET")
    form = filled(request, actor, case, "measure", MeasureForm)
    if request.method == "POST" and attempt(
        form, lambda: services.record_measure(actor=actor, case=case, **form.cleaned_data)
    ):
        return back_to(request, actor, case, _("The measure is recorded."))
    return page(request, actor, case, "measure", form, measure=None)


@require_http_methods(["GET", "POST"])
@service_view(Perm.CASE_WRITE)
def change_measure(request: ServiceRequest, actor: Actor, case_id: UUID, measure_id: UUID) -> HttpResponse:
    case = case_for(actor, case_id, shown=request.method == "GET")
    measure = get_object_or_404(Measure, pk=measure_id, case=case)
    draft = draft_name(measure)
    form = filled(request, actor, case, draft, ChangeMeasureForm, initial=ChangeMeasureForm.of(measure))
    if request.method == "POST" and attempt(
        form,
        lambda: services.change_measure(actor=actor, case=case, measure=measure, **form.cleaned_data),
    ):
        return back_to(request, actor, case, _("Saved."))
    return page(request, actor, case, "measure", form, measure=measure, draft=draft)
