"""Adding somebody to a case, and completing what is known."""

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from cases import services
from cases.access import case_for
from cases.forms import PersonForm
from cases.models import Person, PersonRole
from cases.services.people import draft_name
from cases.views.forms_of_a_case import back_to, filled, page
from pole.refusals import attempt
from pole.tenancy.actor import Actor
from pole.tenancy.gate import ServiceRequest, service_view
from pole.tenancy.permissions import Perm


@require_http_methods(["GET", "POST"])
@service_view(Perm.CASE_WRITE)
def add_person(request: ServiceRequest, actor: Actor, case_id: UUID) -> HttpResponse:
    case = case_for(actor, case_id, shown=request.method == "GET")
    form = filled(request, actor, case, "person", PersonForm, initial={"role": PersonRole.PARTNER})
    if request.method == "POST" and attempt(
        form,
        lambda: services.add_person(actor=actor, case=case, role=form.cleaned_data["role"], **form.person()),
    ):
        return back_to(request, actor, case, _("The person is added."))
    return page(request, actor, case, "person", form, person=None)


@require_http_methods(["GET", "POST"])
@service_view(Perm.CASE_WRITE)
def change_person(request: ServiceRequest, actor: Actor, case_id: UUID, person_id: UUID) -> HttpResponse:
    case = case_for(actor, case_id, shown=request.method == "GET")
    person = get_object_or_404(Person, pk=person_id, case=case)
    draft = draft_name(person)
    form = filled(request, actor, case, draft, PersonForm, initial=PersonForm.of(person))
    if request.method == "POST" and attempt(
        form,
        lambda: services.change_person(
            actor=actor, case=case, person=person, role=form.cleaned_data["role"], **form.person()
        ),
    ):
        return back_to(request, actor, case, _("Saved."))
    return page(request, actor, case, "person", form, person=person, draft=draft)
