"""What other instruments said: which one, recorded, taken back, restored."""

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from cases import services
from cases.access import case_for
from cases.forms import RatingForm, WithdrawRatingForm
from cases.instruments import OTHER, instruments
from cases.models import Case, ExternalRating
from cases.services.ratings import draft_name
from cases.views.forms_of_a_case import back_to, filled, page
from pole.refusals import Refused, attempt
from pole.tenancy.actor import Actor
from pole.tenancy.gate import ServiceRequest, service_view
from pole.tenancy.permissions import Perm


@require_GET
@service_view(Perm.CASE_WRITE)
def instrument(request: ServiceRequest, actor: Actor, case_id: UUID) -> HttpResponse:
    """Which one: each has a form in its own words."""
    context = {"case": case_for(actor, case_id), "instruments": instruments().values(), "other": OTHER}
    return render(request, "cases/instruments.html", context)


@require_http_methods(["GET", "POST"])
@service_view(Perm.CASE_WRITE)
def rating(request: ServiceRequest, actor: Actor, case_id: UUID, instrument: str) -> HttpResponse:
    case = case_for(actor, case_id, shown=request.method == "GET")
    known = instruments().get(instrument)
    if known is None and instrument != OTHER:
        raise Http404
    draft = draft_name(instrument)
    form = filled(request, actor, case, draft, RatingForm, instrument=known)
    if request.method == "POST" and attempt(
        form,
        lambda: services.record_rating(actor=actor, case=case, instrument=instrument, **form.cleaned_data),
    ):
        return back_to(request, actor, case, _("The rating is recorded, beside your readings."))
    return page(request, actor, case, "rating", form, instrument=known, draft=draft)


@require_http_methods(["GET", "POST"])
@service_view(Perm.CASE_WRITE)
def withdraw(request: ServiceRequest, actor: Actor, case_id: UUID, rating_id: UUID) -> HttpResponse:
    case = case_for(actor, case_id, shown=request.method == "GET")
    rating = get_object_or_404(ExternalRating, pk=rating_id, case=case)
    form = WithdrawRatingForm(request.POST if request.method == "POST" else None)
    if form.is_bound and attempt(
        form, lambda: services.withdraw_rating(actor=actor, case=case, rating=rating, **form.cleaned_data)
    ):
        return _to_the_list(
            request, actor, case, _("Taken back. It stays on record with your reason, and can be restored.")
        )
    context = {"case": case, "rating": rating, "form": form}
    return render(request, "cases/withdraw_rating.html", context, status=422 if form.errors else 200)


@require_POST
@service_view(Perm.CASE_WRITE)
def restore(request: ServiceRequest, actor: Actor, case_id: UUID, rating_id: UUID) -> HttpResponse:
    case = case_for(actor, case_id, shown=False)
    rating = get_object_or_404(ExternalRating, pk=rating_id, case=case)
    try:
        services.restore_rating(actor=actor, case=case, rating=rating)
    except Refused as refused:
        messages.error(request, str(refused))
        return redirect("desk:case", actor.service_slug, case.pk)
    return _to_the_list(request, actor, case, _("The rating counts again among what is known."))


def _to_the_list(request: ServiceRequest, actor: Actor, case: Case, done: Promise) -> HttpResponse:
    """To the one page that shows what was taken back beside what stands."""
    messages.success(request, str(done))
    return redirect(reverse("assessment:course", args=[actor.service_slug, case.pk]) + "#ratings-title")
