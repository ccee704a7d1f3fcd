"""Agreements: recorded, confirmed in writing, withdrawn."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_POST

from cases import services
from cases.access import case_for
from cases.forms import AgreementForm
from cases.models import Agreement
from cases.views.forms_of_a_case import back_to, filled, page
from pole.refusals import Refused, attempt
from pole.tenancy.actor import Actor
from pole.tenancy.gate import ServiceRequest, service_view
from pole.tenancy.permissions import Perm


@require_http_methods(["GET", "POST"])
@service_view(Perm.CASE_WRITE)
def agreement(request: ServiceRequest, actor: Actor, case_id: UUID) -> HttpResponse:
    case = case_for(actor, case_id, shown=request.method == "GET")
    form = filled(
        request,
        actor,
        case,
        "agreement",
        AgreementForm,
        initial=AgreementForm.usual(),
        actor=actor,
        case=case,
    )
    if request.method == "POST" and attempt(
        form, lambda: services.record_agreement(actor=actor, case=case, **form.cleaned_data)
    ):
        return back_to(request, actor, case, _("The agreement is recorded."))
    return page(request, actor, case, "agreement", form)


@require_POST
@service_view(Perm.CASE_WRITE)
def confirm(request: ServiceRequest, actor: Actor, case_id: UUID, agreement_id: UUID) -> HttpResponse:
    case = case_for(actor, case_id, shown=False)
    agreement = get_object_or_404(Agreement, pk=agreement_id, case=case)
    try:
        services.confirm_agreement(actor=actor, case=case, agreement=agreement)
    except Refused as refused:
        messages.error(request, str(refused))
        return redirect("desk:case", actor.service_slug, case.pk)
    return back_to(request, actor, case, _("The agreement is confirmed in writing."))


@require_http_methods(["GET", "POST"])
@service_view(Perm.CASE_WRITE)
def withdraw(request: ServiceRequest, actor: Actor, case_id: UUID, agreement_id: UUID) -> HttpResponse:
    """Asked once more before, since it can't be undone."""
    case = case_for(actor, case_id, shown=request.method == "GET")
    agreement = get_object_or_404(
        Agreement.objects.select_related("recipient", "person"), pk=agreement_id, case=case
    )
    if request.method == "GET":
        return render(request, "cases/withdraw.html", {"case": case, "agreement": agreement})
    try:
        services.withdraw_agreement(actor=actor, case=case, agreement=agreement)
    except Refused as refused:
        messages.error(request, str(refused))
        return redirect("desk:case", actor.service_slug, case.pk)
    return back_to(request, actor, case, _("The agreement is withdrawn. Nothing more leaves under it."))
