"""Who works on a case, and how a colleague's is opened when it must be."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_POST

from cases import services
from cases.access import case_for
from cases.forms import GlassForm, TeamForm
from cases.models import Case, GlassBreak
from cases.services.team import current
from pole.accounts.models import User
from pole.refusals import Refused, attempt
from pole.tenancy.actor import Actor
from pole.tenancy.gate import ServiceRequest, service_view
from pole.tenancy.permissions import Perm


@require_http_methods(["GET", "POST"])
@service_view(Perm.CASE_WRITE)
def team(request: ServiceRequest, actor: Actor, case_id: UUID) -> HttpResponse:
    case = case_for(actor, case_id, shown=request.method == "GET")
    form = TeamForm(request.POST if request.method == "POST" else None, actor=actor)
    if request.method == "POST" and attempt(
        form, lambda: services.assign(actor=actor, case=case, **form.cleaned_data)
    ):
        messages.success(request, _("The team is changed."))
        return redirect("cases:team", actor.service_slug, case.pk)
    context = {"case": case, "form": form, "grants": current(case)}
    return render(request, "cases/team.html", context, status=422 if form.is_bound else 200)


@require_POST
@service_view(Perm.CASE_WRITE)
def leave(request: ServiceRequest, actor: Actor, case_id: UUID, user_id: UUID) -> HttpResponse:
    case = case_for(actor, case_id, shown=False)
    # Of this team: whether somebody has an account elsewhere is not told.
    member = get_object_or_404(User, pk=user_id, pk__in=case.grants.values("user"))
    try:
        services.remove(actor=actor, case=case, user=member)
    except Refused as refused:
        messages.error(request, str(refused))
        return redirect("cases:team", actor.service_slug, case.pk)
    messages.success(request, _("The team is changed."))
    # Whoever left it may no longer see the case.
    if Case.objects.visible_to(actor).filter(pk=case.pk).exists():
        return redirect("cases:team", actor.service_slug, case.pk)
    return redirect("cases:list", actor.service_slug)


@require_POST
@service_view(Perm.CASE_WRITE)
def restrict(request: ServiceRequest, actor: Actor, case_id: UUID) -> HttpResponse:
    case, restricted = case_for(actor, case_id, shown=False), request.POST.get("restricted") == "on"
    try:
        services.restrict(actor=actor, case=case, restricted=restricted)
    except Refused as refused:
        messages.error(request, str(refused))
        return redirect("cases:team", actor.service_slug, case.pk)
    done = (
        _("Case %(case)s is reserved to its team.") if restricted else _("Référents see case %(case)s again.")
    )
    messages.success(request, done % {"case": case.reference})
    # A référent who is not of the team has just shut themselves out.
    if not Case.objects.visible_to(actor).filter(pk=case.pk).exists():
        return redirect("cases:list", actor.service_slug)
    return redirect("cases:team", actor.service_slug, case.pk)


@require_http_methods(["GET", "POST"])
@service_view(Perm.CASE_READ)
def glass(request: ServiceRequest, actor: Actor) -> HttpResponse:
    """A reference and a motive open a case of the service for the day."""
    form = GlassForm(request.POST if request.method == "POST" else None)
    opened: list[Case] = []
    if request.method == "POST" and attempt(
        form, lambda: opened.append(services.break_glass(actor=actor, **form.cleaned_data))
    ):
        return redirect("desk:case", actor.service_slug, opened[0].pk)
    return render(request, "cases/glass.html", {"form": form}, status=422 if form.is_bound else 200)


@require_POST
@service_view(Perm.READING_SECOND)
def glass_seen(request: ServiceRequest, actor: Actor, glass_id: UUID) -> HttpResponse:
    broken = get_object_or_404(GlassBreak, pk=glass_id, case__in=Case.objects.visible_to(actor))
    try:
        services.review_glass(actor=actor, broken=broken)
    except Refused as refused:
        messages.error(request, str(refused))
    else:
        messages.success(request, _("The opening is reviewed."))
    return redirect("desk:dashboard", actor.service_slug)
