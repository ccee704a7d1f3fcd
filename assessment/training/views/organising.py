"""Opening an exercise, closing it, taking its data out."""

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from assessment.models import HandIn, Invitation
from assessment.training import export, services
from assessment.training.access import organised_by
from assessment.training.forms import ExerciseForm
from assessment.training.outcome import LEAST_RATERS
from assessment.training.progress import handed_in_by_service
from pole.audit.models import Tag, record
from pole.refusals import Refused, attempt
from pole.tenancy.actor import Actor
from pole.tenancy.gate import ServiceRequest, service_view
from pole.tenancy.permissions import Perm


@require_http_methods(["GET", "POST"])
@service_view(Perm.TRAINING_ORGANISE)
def new(request: ServiceRequest, actor: Actor) -> HttpResponse:
    form = ExerciseForm(request.POST if request.method == "POST" else None, service=actor.service)
    opened: list[UUID] = []
    if request.method == "POST" and attempt(
        form, lambda: opened.append(services.open_exercise(actor=actor, **form.cleaned_data))
    ):
        messages.success(
            request,
            _(
                "The exercise is open. The services invited find it under “Exercises”; no e-mail leaves, so tell them."
            ),
        )
        return redirect("training:exercise", actor.service_slug, opened[0])
    return render(request, "training/new.html", {"form": form}, status=422 if form.is_bound else 200)


@require_http_methods(["GET", "POST"])
@service_view(Perm.TRAINING_ORGANISE)
def close(request: ServiceRequest, actor: Actor, exercise_id: UUID) -> HttpResponse:
    invitation = organised_by(actor, exercise_id)
    if request.method == "GET":
        handed_in = sum(number for _service, number in handed_in_by_service(actor, exercise_id))
        context = {"invitation": invitation, "handed_in": handed_in, "least": LEAST_RATERS}
        return render(request, "training/close.html", context)
    try:
        services.publish(actor=actor, exercise=exercise_id)
    except Refused as refusal:
        messages.warning(request, str(refusal))
    else:
        messages.success(request, _("The exercise is over. Every service invited sees its results."))
    return redirect("training:results", actor.service_slug, exercise_id)


@require_safe
@service_view(Perm.TRAINING_ORGANISE)
def export_csv(request: ServiceRequest, actor: Actor, exercise_id: UUID) -> HttpResponse:
    invitation, hand_ins = _exported(actor, exercise_id)
    text = export.as_csv(invitation, hand_ins)
    return HttpResponse(text, content_type="text/csv; charset=utf-8", headers=_attached(invitation, "csv"))


@require_safe
@service_view(Perm.TRAINING_ORGANISE)
def export_json(request: ServiceRequest, actor: Actor, exercise_id: UUID) -> HttpResponse:
    invitation, hand_ins = _exported(actor, exercise_id)
    return JsonResponse(export.as_json(invitation, hand_ins), headers=_attached(invitation, "json"))


def _exported(actor: Actor, exercise_id: UUID) -> tuple[Invitation, list[HandIn]]:
    """What is exported, with a line in the journal.

    Raises:
        Http404: not organised here, not over, or so few raters that each could be told.
    """
    invitation = organised_by(actor, exercise_id)
    if not hasattr(invitation, "outcome") or invitation.outcome.result["raters"] < LEAST_RATERS:
        raise Http404
    hand_ins = HandIn.objects.of_exercise(organiser=actor.service_id, exercise=exercise_id)
    record(actor=actor, tag=Tag.EXERCISE_EXPORTED, subject_id=exercise_id)
    return invitation, list(hand_ins.select_related("service"))


def _attached(invitation: Invitation, ending: str) -> dict[str, str]:
    day = timezone.localdate(invitation.opened_at)
    return {"Content-Disposition": f'attachment; filename="exercice-{day}.{ending}"'}
