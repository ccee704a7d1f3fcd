"""Reading the vignettes of an exercise, blind, and handing in."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from assessment.explaining import explained
from assessment.forms import AnswersForm
from assessment.lines import axes_of, words_of
from assessment.models import Invitation, VignetteReading
from assessment.steps import progress_of
from assessment.training import services
from assessment.training.access import invitation_for
from assessment.training.sheets import Sheet
from assessment.views.filling import AUTOSAVE
from pole.refusals import Refused
from pole.tenancy.actor import Actor
from pole.tenancy.gate import ServiceRequest, service_view
from pole.tenancy.permissions import Perm

ONWARD = "onward"
"""The button that saves and leads to the next vignette."""


@require_GET
@service_view(Perm.TRAINING)
def fill(request: ServiceRequest, actor: Actor, exercise_id: UUID, vignette: str) -> HttpResponse:
    invitation = _invitation_for(actor, exercise_id, vignette)
    row = _own(actor, invitation, vignette)
    if (row and row.handed_in_at) or invitation.is_over(timezone.now()):
        return redirect("training:exercise", actor.service_slug, exercise_id)
    return _page(request, invitation, Sheet.load(invitation, vignette, row))


@require_POST
@service_view(Perm.TRAINING)
def save(request: ServiceRequest, actor: Actor, exercise_id: UUID, vignette: str) -> HttpResponse:
    """What is good is saved, also beside what is not."""
    invitation = _invitation_for(actor, exercise_id, vignette)
    sheet = Sheet.load(invitation, vignette, _own(actor, invitation, vignette))
    by_script, data = request.headers.get("X-Requested-With") == AUTOSAVE, request.POST.dict()
    goes_on = data.pop(ONWARD, None) is not None
    form = AnswersForm(sheet.grid, sheet.given, data, on=sheet.vignette.on)
    try:
        row = services.save_vignette(
            actor=actor, invitation=invitation, vignette=vignette, answers=form.given
        )
    except Refused as refusal:
        if by_script:
            return JsonResponse({"errors": {"": str(refusal)}}, status=422)
        messages.warning(request, str(refusal))
        return redirect("training:exercise", actor.service_slug, exercise_id)
    if by_script:
        errors = {name: str(sentence) for name, sentence in form.problems.items()}
        return JsonResponse({"errors": errors}, status=422) if errors else HttpResponse(status=204)
    if form.problems:
        return _page(request, invitation, Sheet.load(invitation, vignette, row), form)
    if goes_on:
        return redirect(_onward(actor, invitation, vignette))
    axis = data.get("axis", "")
    anchor = f"#axis-{axis}" if axis in sheet.grid.axes else ""
    return redirect(reverse("training:fill", args=[actor.service_slug, exercise_id, vignette]) + anchor)


@require_GET
@service_view(Perm.TRAINING)
def explanation(request: ServiceRequest, actor: Actor, exercise_id: UUID, vignette: str) -> HttpResponse:
    """The running explanation and the progress, asked for after each saving."""
    invitation = _invitation_for(actor, exercise_id, vignette)
    sheet = Sheet.load(invitation, vignette, _own(actor, invitation, vignette))
    return render(request, "assessment/_running.html", _running(sheet) | {"is_update": True})


@require_POST
@service_view(Perm.TRAINING)
def hand_in(request: ServiceRequest, actor: Actor, exercise_id: UUID) -> HttpResponse:
    invitation = invitation_for(actor, exercise_id)
    try:
        services.hand_in(actor=actor, invitation=invitation, at=timezone.now())
    except Refused as refusal:
        messages.warning(request, str(refusal))
    else:
        messages.success(
            request, _("Handed in, without your name. The results come when the exercise is over.")
        )
    return redirect("training:exercise", actor.service_slug, exercise_id)


def _invitation_for(actor: Actor, exercise_id: UUID, vignette: str) -> Invitation:
    """Raises:
    Http404: not invited, or no vignette of this exercise.
    """
    invitation = invitation_for(actor, exercise_id)
    if vignette not in invitation.vignettes:
        raise Http404
    return invitation


def _own(actor: Actor, invitation: Invitation, vignette: str) -> VignetteReading | None:
    return VignetteReading.objects.of(actor).filter(invitation=invitation, vignette=vignette).first()


def _onward(actor: Actor, invitation: Invitation, vignette: str) -> str:
    """The next vignette without an answer; the exercise's page after the last."""
    rows = VignetteReading.objects.of(actor).read().filter(invitation=invitation)
    read = set(rows.values_list("vignette", flat=True))
    here, at = invitation.vignettes.index(vignette), [actor.service_slug, invitation.exercise]
    for code in (*invitation.vignettes[here + 1 :], *invitation.vignettes[:here]):
        if code not in read:
            return reverse("training:fill", args=[*at, code])
    return reverse("training:exercise", args=at)


def _page(
    request: ServiceRequest, invitation: Invitation, sheet: Sheet, refused: AnswersForm | None = None
) -> HttpResponse:
    form = refused or AnswersForm(sheet.grid, sheet.given, on=sheet.vignette.on)
    context = _running(sheet) | {
        "invitation": invitation,
        "vignette": sheet.vignette,
        "number": invitation.vignettes.index(sheet.vignette.code) + 1,
        "form": form,
        "words": words_of(sheet.grid),
        "axes": axes_of(form, {}),
    }
    return render(request, "training/fill.html", context, status=422 if refused else 200)


def _running(sheet: Sheet) -> dict[str, Any]:
    """What changes with each answer. A vignette has no previous reading, and shows the whole grid."""
    return {
        "explanation": explained(sheet.result()) if sheet.answers else None,
        "progress": progress_of(sheet.grid, sheet.answers),
        "step": None,
        "to_review": None,
    }
