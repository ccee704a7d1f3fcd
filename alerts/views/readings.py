"""The last steps of a reading: see what it would do, finalise, see what it did, read it a second time."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from alerts import services
from alerts.forms import LevelForm, SecondForm
from alerts.models import Alert
from alerts.outlook import outlooks
from alerts.preview import envelopes_of
from assessment.deciding import Decision, decide
from assessment.models import Reading
from assessment.result import Result
from assessment.stored import grid_of, result_of
from cases.refusals import Refused
from pole.clock import database_now
from pole.tenancy.actor import Actor
from pole.tenancy.gate import ServiceRequest, service_view
from pole.tenancy.permissions import Perm


@require_GET
@service_view(Perm.READING_WRITE)
def preview(request: ServiceRequest, actor: Actor, reading_id: UUID) -> HttpResponse:
    """What finalising would do: level, reasons, recipients, categories. Nothing is written."""
    reading = _draft(actor, reading_id)
    if not reading.is_draft:
        return redirect("alerts:reading", actor.service_slug, reading.pk)
    return _preview(request, actor, reading, LevelForm(grid=grid_of(reading)))


@require_GET
@service_view(Perm.READING_WRITE)
def effect(request: ServiceRequest, actor: Actor, reading_id: UUID) -> HttpResponse:
    """The same for another level, as it is being chosen."""
    reading = _draft(actor, reading_id)
    form = LevelForm(request.GET, grid=grid_of(reading))
    form.is_valid()
    return render(request, "alerts/_effect.html", _effect(actor, reading, result_of(reading), form))


@require_POST
@service_view(Perm.READING_WRITE)
def finalise(request: ServiceRequest, actor: Actor, reading_id: UUID) -> HttpResponse:
    """Freeze it, and let leave what the protocols order."""
    reading = _draft(actor, reading_id)
    form = LevelForm(request.POST, grid=grid_of(reading))
    if not form.is_valid():
        return _preview(request, actor, reading, form)
    try:
        alerts = services.finalise_reading(
            actor=actor, reading_id=reading_id, at=database_now(), **form.cleaned_data
        )
    except Refused as refused:
        if not reading.is_draft:
            messages.info(request, str(refused))
            return redirect("alerts:reading", actor.service_slug, reading.pk)
        form.add_error(getattr(refused, "field", None) or None, str(refused))
        return _preview(request, actor, reading, form)
    sent = sum(alert.exchange_id is not None for alert in alerts)
    messages.success(
        request,
        _("Reading finalised: %(sent)s sent, %(held)s held.") % {"sent": sent, "held": len(alerts) - sent},
    )
    return redirect("alerts:reading", actor.service_slug, reading_id)


@require_GET
@service_view(Perm.CASE_READ)
def result(request: ServiceRequest, actor: Actor, reading_id: UUID) -> HttpResponse:
    """A finalised reading: what it says, why, what it did."""
    return _result(request, actor, _reading(actor, reading_id))


@require_POST
@service_view(Perm.READING_SECOND)
def second(request: ServiceRequest, actor: Actor, reading_id: UUID) -> HttpResponse:
    """The second reader's word."""
    reading = _reading(actor, reading_id)
    form = SecondForm(request.POST)
    if form.is_valid():
        try:
            services.second_reading(
                actor=actor, reading_id=reading_id, at=database_now(), **form.cleaned_data
            )
            messages.success(request, _("Your second reading is recorded."))
            return redirect("alerts:reading", actor.service_slug, reading_id)
        except Refused as refused:
            form.add_error(None, str(refused))
    return _result(request, actor, reading, form)


def _result(
    request: ServiceRequest, actor: Actor, reading: Reading, form: SecondForm | None = None
) -> HttpResponse:
    if reading.is_draft:
        return redirect("assessment:fill", actor.service_slug, reading.pk)
    seconds = reading.awaits_second and actor.can(Perm.READING_SECOND) and reading.author_id != actor.user_id
    context = {
        "reading": reading,
        "result": result_of(reading),
        "alerts": Alert.objects.visible_to(actor)
        .filter(reading=reading, service=actor.service)
        .with_replies()
        .select_related("recipient")
        .order_by("created_at"),
        "form": (form or SecondForm()) if seconds else None,
    }
    return render(request, "alerts/reading.html", context, status=422 if form and form.errors else 200)


def _preview(request: ServiceRequest, actor: Actor, reading: Reading, form: LevelForm) -> HttpResponse:
    context = {"reading": reading, "form": form, **_effect(actor, reading, result_of(reading), form)}
    return render(request, "alerts/preview.html", context, status=422 if form.errors else 200)


def _effect(actor: Actor, reading: Reading, result: Result, form: LevelForm) -> dict[str, Any]:
    cleaned = getattr(form, "cleaned_data", {})
    decision: Decision = decide(
        result, chosen=cleaned.get("chosen"), chosen_dynamics=cleaned.get("chosen_dynamics", "")
    )
    at = database_now()
    asked = outlooks(service=actor.service, case=reading.case, result=result, decision=decision, at=at)
    return {
        "actor": actor,
        "reading": reading,
        "result": result,
        "decision": decision,
        "in_force": result.grid.levels[decision.in_force],
        "outlooks": asked,
        "envelopes": envelopes_of(asked),
        "duties": [duty for outlook in asked for duty in outlook.duties],
    }


def _draft(actor: Actor, reading_id: UUID) -> Reading:
    """The actor's own draft, or one that was finalised meanwhile."""
    reading = _reading(actor, reading_id)
    if reading.author_id != actor.user_id:
        raise Http404
    return reading


def _reading(actor: Actor, reading_id: UUID) -> Reading:
    reading = (
        Reading.objects.visible_to(actor)
        .filter(service=actor.service, pk=reading_id)
        .select_related("case", "author", "second_by", "previous")
        .first()
    )
    if reading is None:
        raise Http404
    return reading
