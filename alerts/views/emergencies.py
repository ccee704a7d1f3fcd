"""What left without agreement: the list to review, the four lines, the référent's word."""

from collections.abc import Iterable
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from alerts import emergencies
from alerts.forms.emergencies import EmergencyForm, EmergencyReviewForm, LinesForm
from alerts.models import Alert, Emergency
from alerts.shown import name_urgencies
from cases.listing import name_people
from pole.audit.models import Tag, record
from pole.clock import database_now
from pole.refusals import Refused, attempt
from pole.tenancy.actor import Actor
from pole.tenancy.gate import ServiceRequest, service_view
from pole.tenancy.permissions import Perm

PAGE = 25


@require_safe
@service_view(Perm.ALERT_READ)
def listing(request: ServiceRequest, actor: Actor) -> HttpResponse:
    """To be reviewed, the one due first on top."""
    waiting = Emergency.objects.visible_to(actor).filter(service=actor.service).to_review()
    page = Paginator(waiting.select_related("case", "acted_by"), PAGE).get_page(request.GET.get("page"))
    name_people(each.case for each in page.object_list)
    return render(request, "alerts/emergencies.html", {"page": page})


@require_http_methods(["GET", "POST"])
@service_view(Perm.CASE_READ)
def emergency(request: ServiceRequest, actor: Actor, emergency_id: UUID) -> HttpResponse:
    """One: what left, and the four lines."""
    found = _found(actor, emergency_id)
    if request.method != "POST":
        return _page(request, actor, found)
    form = EmergencyForm(request.POST)
    if attempt(
        form,
        lambda: emergencies.write_lines(
            actor=actor, emergency_id=found.pk, lines=form.cleaned_data, at=database_now()
        ),
    ):
        messages.success(request, _("Written. The référent reviews it within two working days."))
        return redirect("alerts:emergency", actor.service_slug, found.pk)
    return _page(request, actor, found, form=form)


@require_POST
@service_view(Perm.ALERT_DECIDE)
def review(request: ServiceRequest, actor: Actor, emergency_id: UUID) -> HttpResponse:
    """The référent's word."""
    found = _found(actor, emergency_id)
    form = EmergencyReviewForm(request.POST)
    try:
        if form.is_valid():
            emergencies.review(
                actor=actor,
                emergency_id=found.pk,
                founded=form.cleaned_data["founded"] == EmergencyReviewForm.YES,
                words=form.cleaned_data["review"],
                at=database_now(),
            )
            messages.success(request, _("Your review is recorded."))
            return redirect("alerts:emergency", actor.service_slug, found.pk)
    except Refused as refused:
        messages.info(request, str(refused))
        return redirect("alerts:emergency", actor.service_slug, found.pk)
    return _page(request, actor, found, review_form=form)


def keep_lines_typed(request: ServiceRequest, actor: Actor, alerts: Iterable[Alert]) -> None:
    """Keep the four lines typed beside the button that sent these alerts; say so where they have no place."""
    lines = LinesForm(request.POST).typed()
    if not emergencies.keep_lines(actor=actor, alerts=alerts, lines=lines, at=database_now()):
        messages.info(
            request, _("Nothing left without agreement: the four lines were not needed, and are not kept.")
        )


def _found(actor: Actor, emergency_id: UUID) -> Emergency:
    seen = Emergency.objects.visible_to(actor).filter(service=actor.service)
    return get_object_or_404(
        seen.select_related("case", "acted_by", "written_by", "reviewed_by"), pk=emergency_id
    )


def _page(
    request: ServiceRequest,
    actor: Actor,
    found: Emergency,
    *,
    form: EmergencyForm | None = None,
    review_form: EmergencyReviewForm | None = None,
) -> HttpResponse:
    record(actor=actor, tag=Tag.CASE_READ, subject_id=found.case_id, emergency=str(found.pk))
    alerts = emergencies.alerts_of(found)
    name_urgencies(alerts)
    name_people([found.case])
    is_open = found.reviewed_at is None
    may_review = is_open and actor.can(Perm.ALERT_DECIDE) and found.acted_by_id != actor.user_id
    own_lines = may_review and emergencies.wrote(actor, found)
    reviews = may_review and not own_lines
    lines = {name: getattr(found, name) for name in emergencies.LINES}
    labels = EmergencyForm.base_fields
    context = {
        "emergency": found,
        "alerts": alerts,
        "lines": [(labels[name].label, text) for name, text in lines.items() if text],
        "form": (form or EmergencyForm(initial=lines)) if is_open and actor.can(Perm.CASE_WRITE) else None,
        "own_lines": emergencies.OwnLines.message if own_lines else "",
        "review_form": (review_form or EmergencyReviewForm()) if reviews else None,
    }
    refused = any(each and each.errors for each in (form, review_form))
    return render(request, "alerts/emergency.html", context, status=422 if refused else 200)
