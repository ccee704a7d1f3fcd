"""Two realities of one situation, and the disagreements about them."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from alerts import concluding, disagreements
from alerts.both_sides import both_sides, named_in
from alerts.forms.disagreements import ConcludeForm, DeclareForm
from alerts.models import Alert, Disagreement, Situation
from alerts.models.disagreement import page_of
from alerts.outlook import closed_of
from alerts.shown import name_urgencies
from assessment.grids import load_grid
from cases.listing import name_people
from pole.audit.models import Tag, record
from pole.clock import database_now
from pole.refusals import attempt
from pole.tenancy.actor import Actor
from pole.tenancy.gate import ServiceRequest, service_view
from pole.tenancy.permissions import Perm

PAGE = 25


@dataclass(frozen=True, slots=True)
class ShownDisagreement:
    """For `alerts/_disagreement.html`: a disagreement, what each conclusion names in words, the form to conclude in."""

    row: Disagreement
    own_names: str = ""
    partner_names: str = ""
    form: ConcludeForm | None = None


@require_GET
@service_view(Perm.CASE_READ)
def listing(request: ServiceRequest, actor: Actor) -> HttpResponse:
    """Open ones first, with how much time is left; then how the others ended."""
    rows = (
        Disagreement.objects.visible_to(actor)
        .filter(service=actor.service)
        .in_turn()
        .select_related("situation__partner", "situation__case", "contested__sender", "contested__recipient")
    )
    page = Paginator(rows, PAGE).get_page(request.GET.get("page"))
    name_people(row.situation.case for row in page.object_list if row.situation)
    return render(request, "alerts/disagreements.html", {"page": page})


@require_GET
@service_view(Perm.CASE_READ)
def disagreement(request: ServiceRequest, actor: Actor, disagreement_id: UUID) -> HttpResponse:
    """One about an alert; one about a situation stands on the situation's page."""
    row = _row(actor, disagreement_id)
    if row.situation_id:
        return redirect("alerts:situation", actor.service_slug, row.situation_id)
    return _about_an_alert(request, actor, row)


@require_GET
@service_view(Perm.CASE_READ)
def situation(request: ServiceRequest, actor: Actor, situation_id: UUID) -> HttpResponse:
    return _situation(request, actor, _found(actor, situation_id))


@require_POST
@service_view(Perm.CASE_WRITE)
def declare(request: ServiceRequest, actor: Actor, situation_id: UUID) -> HttpResponse:
    found, form = _found(actor, situation_id), DeclareForm(request.POST)
    if not attempt(
        form,
        lambda: disagreements.declare(
            actor=actor, situation_id=found.pk, at=database_now(), **form.cleaned_data
        ),
    ):
        return _situation(request, actor, found, declare=form)
    messages.success(
        request, _("The disagreement is open. The référents of both services have two working days.")
    )
    return redirect("alerts:situation", actor.service_slug, found.pk)


@require_POST
@service_view(Perm.ALERT_DECIDE)
def conclude(request: ServiceRequest, actor: Actor, disagreement_id: UUID) -> HttpResponse:
    row = _row(actor, disagreement_id)
    form = ConcludeForm(request.POST)
    if not attempt(
        form,
        lambda: concluding.conclude(
            actor=actor, disagreement_id=row.pk, at=database_now(), **form.cleaned_data
        ),
    ):
        row.refresh_from_db()  # the partner's conclusion may have closed it meanwhile
        if row.situation_id is None:
            return _about_an_alert(request, actor, row, form)
        return _situation(request, actor, _found(actor, row.situation_id), refused={row.pk: form})
    row.refresh_from_db()
    if row.is_open:
        messages.success(
            request, _("Sent to the partner. It ends when both of you give the same conclusion.")
        )
    else:
        messages.success(request, _("Both of you conclude the same: the disagreement is closed."))
    page, page_id = page_of(row)
    return redirect(page, actor.service_slug, page_id)


def _row(actor: Actor, disagreement_id: UUID) -> Disagreement:
    """Raises:
    Http404: none of this id for this actor.
    """
    rows = Disagreement.objects.visible_to(actor).select_related(
        "situation", "opened_by", "own_by", "contested__sender", "contested__recipient", "contested__protocol"
    )
    return get_object_or_404(rows, service=actor.service, pk=disagreement_id)


def _found(actor: Actor, situation_id: UUID) -> Situation:
    """Raises:
    Http404: no linked situation of this id for this actor.
    """
    found = (
        Situation.objects.visible_to(actor)
        .linked()
        .filter(pk=situation_id)
        .select_related("case", "partner")
        .first()
    )
    if found is None:
        raise Http404
    return found


def _about_an_alert(
    request: ServiceRequest, actor: Actor, row: Disagreement, conclude: ConcludeForm | None = None
) -> HttpResponse:
    """Its own page; with the conclusion that was refused, where one was."""
    alert = row.contested
    ours = Alert.objects.visible_to(actor).filter(exchange=alert, service=actor.service).first()
    record(actor=actor, tag=Tag.ALERT_READ, subject_id=ours.pk if ours else row.contested_id)
    form = conclude or _conclude_form(actor, row)
    if form:
        form.leave_out_the_level()
    if alert:
        name_urgencies([alert])
    closed = closed_of(
        actor.service, [(alert.protocol, row.partner.pk)] if alert and form else [], database_now()
    )
    context = {"shown": ShownDisagreement(row, form=form), "alert": alert, "ours": ours, "closed": closed}
    status = 422 if conclude and conclude.errors else 200
    return render(request, "alerts/disagreement.html", context, status=status)


def _situation(
    request: ServiceRequest,
    actor: Actor,
    found: Situation,
    *,
    declare: DeclareForm | None = None,
    refused: Mapping[UUID, ConcludeForm] = MappingProxyType({}),
) -> HttpResponse:
    """With the conclusion that was refused beside its disagreement."""
    record(actor=actor, tag=Tag.CASE_READ, subject_id=found.case_id, situation=str(found.pk))
    rows = list(found.disagreements.in_turn().select_related("opened_by", "own_by"))
    is_open = bool(rows) and rows[0].is_open
    name_people([found.case])
    grid = load_grid(settings.READING_GRID)
    shown = [
        ShownDisagreement(
            row,
            own_names=named_in(grid, row.own_level, row.own_dynamics),
            partner_names=named_in(grid, row.partner_level, row.partner_dynamics),
            form=refused.get(row.pk) or _conclude_form(actor, row),
        )
        for row in rows
    ]
    context: dict[str, Any] = {
        "situation": found,
        "both": both_sides(actor, found, database_now()),
        "disagreements": shown,
        "may_conclude": is_open and actor.can(Perm.ALERT_DECIDE),
        "declare_form": (declare or DeclareForm()) if not is_open and actor.can(Perm.CASE_WRITE) else None,
    }
    is_refused = refused or (declare and declare.errors)
    return render(request, "alerts/situation.html", context, status=422 if is_refused else 200)


def _conclude_form(actor: Actor, row: Disagreement) -> ConcludeForm | None:
    return ConcludeForm() if row.is_open and actor.can(Perm.ALERT_DECIDE) else None
