"""What other instruments said."""

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from cases import services
from cases.access import case_for
from cases.forms import RatingForm, WithdrawRatingForm
from cases.models import ExternalRating
from cases.refusals import attempt
from cases.views.forms_of_a_case import back_to, filled, page
from pole.tenancy.actor import Actor
from pole.tenancy.gate import ServiceRequest, service_view
from pole.tenancy.permissions import Perm


@require_http_methods(["GET", "POST"])
@service_view(Perm.CASE_WRITE)
def rating(request: ServiceRequest, actor: Actor, case_id: UUID) -> HttpResponse:
    case = case_for(actor, case_id, shown=request.method == "GET")
    form = filled(request, actor, case, "rating", RatingForm)
    if request.method == "POST" and attempt(
        form, lambda: services.record_rating(actor=actor, case=case, **form.cleaned_data)
    ):
        return back_to(request, actor, case, _("The rating is recorded, beside your readings."))
    return page(request, actor, case, "rating", form)


@require_http_methods(["GET", "POST"])
@service_view(Perm.CASE_WRITE)
def withdraw(request: ServiceRequest, actor: Actor, case_id: UUID, rating_id: UUID) -> HttpResponse:
    case = case_for(actor, case_id, shown=request.method == "GET")
    rating = get_object_or_404(ExternalRating, pk=rating_id, case=case)
    form = WithdrawRatingForm(request.POST if request.method == "POST" else None)
    if form.is_bound and attempt(
        form, lambda: services.withdraw_rating(actor=actor, case=case, rating=rating, **form.cleaned_data)
    ):
        return back_to(request, actor, case, _("Taken back. It stays on record with your reason."))
    context = {"case": case, "rating": rating, "form": form}
    return render(request, "cases/withdraw_rating.html", context, status=422 if form.errors else 200)
