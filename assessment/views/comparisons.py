"""All readings of the service under another grid: asked, moved on by the page that shows it, then its tables."""

from uuid import UUID

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_POST

from assessment import comparisons
from assessment.grids import load_grid
from assessment.models import GridComparison
from assessment.moves import moves_of
from assessment.transitions import Transitions
from assessment.versions import known_grids
from assessment.views.grids import CompareForm, grids_page
from pole.refusals import Refused
from pole.tenancy.actor import Actor
from pole.tenancy.gate import ServiceRequest, service_view
from pole.tenancy.permissions import Perm


@require_POST
@service_view(Perm.GRID_MANAGE)
def start(request: ServiceRequest, actor: Actor) -> HttpResponse:
    form = CompareForm(request.POST, known=known_grids(actor.service))
    if form.is_valid():
        try:
            asked = comparisons.start_comparison(actor=actor, **form.cleaned_data)
            return redirect("assessment:comparison", actor.service_slug, asked.pk)
        except Refused as refused:
            form.add_error(refused.field, str(refused))
    return grids_page(request, actor, compare=form)


@require_GET
@service_view(Perm.GRID_MANAGE)
def comparison(request: ServiceRequest, actor: Actor, comparison_id: UUID) -> HttpResponse:
    found = GridComparison.objects.filter(service=actor.service, pk=comparison_id).select_related("asked_by")
    asked = found.first()
    if asked is None:
        raise Http404
    return render(request, "assessment/comparison.html", _shown(asked))


@require_POST
@service_view(Perm.GRID_MANAGE)
def onward(request: ServiceRequest, actor: Actor, comparison_id: UUID) -> HttpResponse:
    """The next cases; the page asks for it again until it is finished."""
    try:
        asked = comparisons.go_on(actor=actor, comparison_id=comparison_id)
    except GridComparison.DoesNotExist:
        raise Http404 from None
    if not request.headers.get("HX-Request"):
        return redirect("assessment:comparison", actor.service_slug, asked.pk)
    return render(request, "assessment/_moves.html", _shown(asked))


def _shown(asked: GridComparison) -> dict[str, object]:
    made_with, grid = load_grid(asked.made_with), load_grid(asked.grid)
    found = Transitions.from_json(asked.counts)
    return {
        "comparison": asked,
        "made_with": made_with,
        "grid": grid,
        "found": found,
        "moves": moves_of(found, made_with, grid) if asked.finished_at else None,
    }
