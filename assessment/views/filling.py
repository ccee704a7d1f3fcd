"""Filling a reading in. Preview, finalising and second reading are views of `alerts`."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from assessment import services
from assessment.explaining import explained
from assessment.forms import AnswersForm
from assessment.grid import Grid
from assessment.grids import load_grid
from assessment.lines import axes_of, confirmed, words_of
from assessment.models import Reading
from assessment.steps import progress_of, step_of, to_review
from assessment.stored import Draft, given_of, grid_of
from assessment.versions import grids_in_use
from cases.access import case_for
from cases.models import PersonRole
from pole.audit.models import Tag, record
from pole.refusals import Refused
from pole.tenancy.actor import Actor
from pole.tenancy.gate import ServiceRequest, service_view
from pole.tenancy.permissions import Perm

AUTOSAVE = "autosave"
PER_PAGE = 25


@require_POST
@service_view(Perm.READING_WRITE)
def start(request: ServiceRequest, actor: Actor, case_id: UUID) -> HttpResponse:
    case = case_for(actor, case_id, shown=False)
    try:
        reading = services.start_reading(actor=actor, case=case, grid=request.POST.get("grid", ""))
    except Refused as refusal:
        messages.warning(request, str(refusal))
        return redirect("desk:case", actor.service_slug, case.pk)
    return redirect("assessment:fill", actor.service_slug, reading.pk)


@require_GET
@service_view(Perm.READING_WRITE)
def fill(request: ServiceRequest, actor: Actor, reading_id: UUID) -> HttpResponse:
    reading = _reading_for(actor, reading_id)
    if not reading.is_draft:
        return redirect("alerts:reading", actor.service_slug, reading.pk)
    record(actor=actor, tag=Tag.CASE_READ, subject_id=reading.case_id)
    if reading.author_id != actor.user_id:
        return render(request, "assessment/of_somebody_else.html", {"reading": reading})
    return _page(request, Draft.load(reading))


@require_POST
@service_view(Perm.READING_WRITE)
def save(request: ServiceRequest, actor: Actor, reading_id: UUID) -> HttpResponse:
    """What is good is saved, also beside what is not."""
    reading = _reading_for(actor, reading_id)
    grid, by_script = grid_of(reading), request.headers.get("X-Requested-With") == AUTOSAVE
    data, today = request.POST.dict(), timezone.localdate()
    confirm = data.get("confirm", "")
    if confirm and (before := (Draft.load(reading).before_answers or {}).get(confirm)):
        data |= confirmed(grid, confirm, before, on=today)
    form = AnswersForm(grid, given_of(reading), data, on=today)
    try:
        reading = services.save_answers(actor=actor, reading_id=reading.pk, answers=form.given)
    except Refused as refusal:
        if by_script:
            return JsonResponse({"errors": {"": str(refusal)}}, status=422)
        messages.warning(request, str(refusal))
        return redirect("assessment:fill", actor.service_slug, reading.pk)
    if by_script:
        errors = {name: str(sentence) for name, sentence in form.problems.items()}
        return JsonResponse({"errors": errors}, status=422) if errors else HttpResponse(status=204)
    if form.problems:
        return _page(request, Draft.load(reading), form)
    return redirect(reverse("assessment:fill", args=[actor.service_slug, reading.pk]) + _place(grid, data))


@require_GET
@service_view(Perm.READING_WRITE)
def explanation(request: ServiceRequest, actor: Actor, reading_id: UUID) -> HttpResponse:
    """The running explanation and the progress, asked for after each saving."""
    reading = _reading_for(actor, reading_id)
    if not reading.is_draft or reading.author_id != actor.user_id:
        raise Http404
    context = _running(request, Draft.load(reading)) | {"is_update": True}
    return render(request, "assessment/_running.html", context)


@require_http_methods(["GET", "POST"])
@service_view(Perm.READING_WRITE)
def discard(request: ServiceRequest, actor: Actor, reading_id: UUID) -> HttpResponse:
    reading = _reading_for(actor, reading_id)
    if request.method == "GET":
        if not reading.is_draft or reading.author_id != actor.user_id:
            return redirect("assessment:fill", actor.service_slug, reading.pk)
        answered = reading.answers.count()
        return render(request, "assessment/discard.html", {"reading": reading, "answered": answered})
    try:
        case = services.discard_draft(actor=actor, reading_id=reading.pk)
    except Refused as refusal:
        messages.warning(request, str(refusal))
        return redirect("assessment:fill", actor.service_slug, reading.pk)
    messages.success(request, _("The draft was given up. Nothing of it is kept."))
    return redirect("desk:case", actor.service_slug, case.pk)


def _place(grid: Grid, data: Mapping[str, str]) -> str:
    """Where on its page the person goes on: the line confirmed, the axis saved, the step chosen."""
    axis, step, confirm = (data.get(name, "") for name in ("axis", "step", "confirm"))
    query = f"?axis={step}" if step in grid.axes else ""
    if confirm in grid.indicators:
        return f"{query}#answer-{confirm}"
    return f"{query}#axis-{axis}" if axis in grid.axes else query


def _reading_for(actor: Actor, reading_id: UUID) -> Reading:
    """Raises:
    Http404: no such reading, or not for this actor: the two look the same.
    """
    found = (
        Reading.objects.visible_to(actor)
        .select_related("case", "author", "service")
        .filter(pk=reading_id)
        .first()
    )
    if found is None:
        raise Http404
    return found


def _page(request: ServiceRequest, draft: Draft, refused: AnswersForm | None = None) -> HttpResponse:
    before = draft.before
    form = refused or AnswersForm(draft.grid, draft.given, on=timezone.localdate())
    running = _running(request, draft)
    axes, step = axes_of(form, draft.before_answers or {}), running["step"]
    context = running | {
        "form": form,
        "words": words_of(draft.grid),
        # Once something is answered, the grid stays.
        "grids": [] if draft.given else [load_grid(code) for code in grids_in_use(draft.reading.service)],
        "axes": [axis for axis in axes if axis.code == step.axis] if step else axes,
        "before": before,
        "before_level": grid_of(before).levels[before.in_force] if before else None,
        "followed": draft.reading.case.people.filter(role=PersonRole.FOLLOWED).first(),
    }
    return render(request, "assessment/fill.html", context, status=422 if refused else 200)


def _running(request: ServiceRequest, draft: Draft) -> dict[str, Any]:
    """What changes with each answer."""
    return {
        "reading": draft.reading,
        "step": step_of(draft.grid, request.GET.get("axis", "")),
        "to_review": to_review(draft.grid, draft.answers, draft.before_answers or {}),
        "explanation": explained(draft.result(), draft.reading.case) if draft.answers else None,
        "progress": progress_of(draft.grid, draft.answers),
    }
