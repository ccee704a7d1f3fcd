"""A draft simulated: begun, watched, stopped, read, its counts shown to the other parties."""

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from alerts.models import Simulation
from alerts.simulating import beginning, publishing
from alerts.simulating.forms import SimulateForm
from alerts.simulating.others import published_on, rows_of
from alerts.simulating.shown import cases_concerned, names_of, shown
from alerts.simulating.turns import protocol_played
from pole.refusals import Refused, attempt
from pole.tenancy.actor import Actor
from pole.tenancy.gate import ServiceRequest, service_view
from pole.tenancy.permissions import Perm
from protocols.checking import Kind
from protocols.models import ProtocolDraft
from protocols.partial import partial_of


def visible(actor: Actor, draft_id: UUID) -> ProtocolDraft:
    """A draft that the service writes, or is asked to sign.

    Raises:
        Http404: any other.
    """
    seen = ProtocolDraft.objects.visible_to(actor.service_id).select_related("service", "amends")
    if (found := seen.filter(pk=draft_id).first()) is None:
        raise Http404
    return found


def own(actor: Actor, draft_id: UUID, simulation_id: UUID) -> Simulation:
    """A simulation of the service's, of a draft that it may see.

    Raises:
        Http404: any other.
    """
    draft = visible(actor, draft_id)
    rows = Simulation.objects.filter(service=actor.service, draft=draft, pk=simulation_id)
    if (found := rows.select_related("service", "against", "begun_by").first()) is None:
        raise Http404
    found.draft = draft
    return found


@require_http_methods(["GET", "POST"])
@service_view(Perm.PROTOCOL_WRITE)
def simulate(request: ServiceRequest, actor: Actor, draft_id: UUID) -> HttpResponse:
    """What to play, what was played, and what the other parties let be known."""
    draft = visible(actor, draft_id)
    form = SimulateForm(request.POST if request.method == "POST" else None)
    begun: list[Simulation] = []
    if form.is_bound and attempt(form, lambda: begun.append(_begin(actor, draft, form))):
        return redirect("simulation:simulation", actor.service_slug, draft.pk, begun[0].pk)
    read = partial_of(draft)
    context = {
        "draft": draft,
        "read": read,
        "stops": [found for found in read.findings if found.kind == Kind.UNUSABLE],
        "is_own": draft.service_id == actor.service_id,
        "form": form,
        "busy": beginning.under_way(actor.service),
        "recent": beginning.recent(actor.service, draft),
        "published": published_on(actor.service, draft, read.protocol) if read.protocol else [],
    }
    return render(request, "alerts/simulation/begin.html", context, status=422 if form.is_bound else 200)


def _begin(actor: Actor, draft: ProtocolDraft, form: SimulateForm) -> Simulation:
    said = form.cleaned_data
    return beginning.begin(
        actor=actor,
        draft=draft,
        kind=said["kind"],
        first=said["first"],
        last=said["last"],
        number=said["number"] or 0,
    )


@require_safe
@service_view(Perm.PROTOCOL_WRITE)
def simulation(request: ServiceRequest, actor: Actor, draft_id: UUID, simulation_id: UUID) -> HttpResponse:
    """How far it is, then what was found."""
    found = own(actor, draft_id, simulation_id)
    return render(request, "alerts/simulation/simulation.html", _context(actor, found))


@require_safe
@service_view(Perm.PROTOCOL_WRITE)
def progress(request: ServiceRequest, actor: Actor, draft_id: UUID, simulation_id: UUID) -> HttpResponse:
    """How far it is, which the page asks for until the end; then the whole page comes anew."""
    found = own(actor, draft_id, simulation_id)
    answer = render(request, "alerts/simulation/_progress.html", {"simulation": found})
    if found.ended_at:
        answer["HX-Refresh"] = "true"
    return answer


@require_POST
@service_view(Perm.PROTOCOL_WRITE)
def stop(request: ServiceRequest, actor: Actor, draft_id: UUID, simulation_id: UUID) -> HttpResponse:
    found = own(actor, draft_id, simulation_id)
    beginning.stop(actor=actor, simulation_id=found.pk)
    messages.success(request, _("The simulation is ended."))
    return redirect("simulation:simulation", actor.service_slug, draft_id, found.pk)


@require_http_methods(["GET", "POST"])
@service_view(Perm.PROTOCOL_WRITE)
def publish(request: ServiceRequest, actor: Actor, draft_id: UUID, simulation_id: UUID) -> HttpResponse:
    """What would be seen, and by whom; then the showing."""
    found = own(actor, draft_id, simulation_id)
    try:
        cells = publishing.publishable(found)
        if request.method == "POST":
            publishing.publish(actor=actor, simulation=found)
            messages.success(request, _("Shown: the other parties see these counts beside the draft."))
            return redirect("simulation:begin", actor.service_slug, draft_id)
    except Refused as refused:
        messages.warning(request, str(refused))
        return redirect("simulation:simulation", actor.service_slug, draft_id, found.pk)
    context = {
        "draft": found.draft,
        "simulation": found,
        "readers": publishing.readers(found),
        "rows": rows_of(cells, protocol_played(found), found.party, names_of(found)),
    }
    return render(request, "alerts/simulation/publish.html", context)


def _context(actor: Actor, found: Simulation) -> dict[str, object]:
    names, is_over = names_of(found), found.ended_at is not None
    return {
        "draft": found.draft,
        "simulation": found,
        "shown": shown(found, names) if is_over else None,
        "cases": cases_concerned(actor, found, names) if is_over else [],
        "may_publish": is_over and publishing.may_publish(found),
        "is_text_changed": found.document != found.draft.text,
        "protocol": protocol_played(found),
    }
