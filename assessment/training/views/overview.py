"""The exercises of a service, and one of them: where one is with it."""

from uuid import UUID

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from assessment.grids import load_grid
from assessment.models import VignetteReading
from assessment.training.access import exercise_for, exercises_of, organises
from assessment.training.progress import Progress, handed_in_by_service, progress_of
from assessment.vignettes import load_vignette
from pole.tenancy.actor import Actor
from pole.tenancy.gate import ServiceRequest, service_view
from pole.tenancy.permissions import Perm

PER_PAGE = 20


@require_safe
@service_view(Perm.TRAINING)
def exercises(request: ServiceRequest, actor: Actor) -> HttpResponse:
    found = exercises_of(actor).defer("outcome__result")
    page, now = Paginator(found, PER_PAGE).get_page(request.GET.get("page")), timezone.now()
    invitations = list(page.object_list)
    progress = progress_of(actor, invitations)
    rows = [
        {
            "invitation": invitation,
            "progress": progress.get(invitation.pk, Progress()),
            "is_invited": invitation.invited_id == actor.service_id,
            "is_over": invitation.is_over(now),
        }
        for invitation in invitations
    ]
    return render(request, "training/list.html", {"page": page, "rows": rows})


@require_safe
@service_view(Perm.TRAINING)
def exercise(request: ServiceRequest, actor: Actor, exercise_id: UUID) -> HttpResponse:
    """The vignettes and what of them is read; for the organiser also how many have handed in."""
    invitation = exercise_for(actor, exercise_id)
    mine = VignetteReading.objects.of(actor).read().filter(invitation=invitation)
    rows = {row.vignette: row for row in mine.defer("answers")}
    context = {
        "invitation": invitation,
        "grid": load_grid(invitation.grid),
        "vignettes": [(load_vignette(code), rows.get(code)) for code in invitation.vignettes],
        "read": len(rows),
        "is_invited": invitation.invited_id == actor.service_id,
        "is_handed_in": any(row.handed_in_at for row in rows.values()),
        "is_over": invitation.is_over(timezone.now()),
        "is_published": hasattr(invitation, "outcome"),
        "handed_in": handed_in_by_service(actor, exercise_id) if organises(actor, invitation) else None,
    }
    return render(request, "training/exercise.html", context)
