"""What an exercise came to: measures over all vignettes, and what was said of each."""

from uuid import UUID

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from assessment.grids import load_grid
from assessment.models import Invitation, VignetteReading
from assessment.training.access import exercise_for, organises
from assessment.training.outcome import LEAST_RATERS
from assessment.training.picture import picture_of
from assessment.training.sheets import Sheet
from assessment.training.shown import proposed_reading, shown_outcome, spreads_of
from assessment.vignettes import load_vignette
from pole.tenancy.actor import Actor
from pole.tenancy.gate import ServiceRequest, service_view
from pole.tenancy.permissions import Perm


@require_safe
@service_view(Perm.TRAINING)
def results(request: ServiceRequest, actor: Actor, exercise_id: UUID) -> HttpResponse:
    invitation = _published(actor, exercise_id)
    grid = load_grid(invitation.grid)
    outcome = shown_outcome(invitation.outcome.result, grid)
    context = {
        "invitation": invitation,
        "grid": grid,
        "outcome": outcome,
        "least": LEAST_RATERS,
        "picture": picture_of(outcome.pictured),
        "vignettes": [load_vignette(code) for code in invitation.vignettes],
        "may_export": organises(actor, invitation) and outcome.raters >= LEAST_RATERS,
    }
    return render(request, "training/results.html", context)


@require_safe
@service_view(Perm.TRAINING)
def vignette_results(request: ServiceRequest, actor: Actor, exercise_id: UUID, vignette: str) -> HttpResponse:
    """Counts of what was said, one's own answers, and the reading proposed with the vignette."""
    invitation = _published(actor, exercise_id)
    if vignette not in invitation.vignettes:
        raise Http404
    row = VignetteReading.objects.of(actor).read().filter(invitation=invitation, vignette=vignette).first()
    sheet, result = Sheet.load(invitation, vignette, row), invitation.outcome.result
    context = {
        "invitation": invitation,
        "vignette": sheet.vignette,
        "raters": result["raters"],
        "least": LEAST_RATERS,
        "mine": row,
        "proposed": sheet.vignette.readings.get(invitation.grid),
        "spreads": spreads_of(
            sheet.grid,
            result["distributions"].get(vignette, {}),
            mine=sheet.handed_in() if row else None,
            proposed=proposed_reading(sheet),
        ),
    }
    return render(request, "training/vignette.html", context)


def _published(actor: Actor, exercise_id: UUID) -> Invitation:
    """Raises:
    Http404: not of this service, or its results are not sent: before that nobody sees anything.
    """
    invitation = exercise_for(actor, exercise_id)
    if not hasattr(invitation, "outcome"):
        raise Http404
    return invitation
