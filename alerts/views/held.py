"""What waits for the référent: an alert never leaves by itself."""

from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from alerts import releasing
from alerts.forms.sent import DecisionForm
from alerts.models import Alert
from alerts.shown import name_urgencies, why_held
from alerts.views.sent import alert_page, decision_form
from cases.listing import name_people
from pole.audit.models import Tag, record
from pole.clock import database_now
from pole.tenancy.actor import Actor
from pole.tenancy.gate import ServiceRequest, service_view
from pole.tenancy.permissions import Perm
from protocols.exchange import Refused

PAGE = 25


@require_GET
@service_view(Perm.ALERT_READ)
def held(request: ServiceRequest, actor: Actor) -> HttpResponse:
    """Held, the first to be decided on top."""
    alerts = (
        Alert.objects.visible_to(actor)
        .filter(service=actor.service)
        .held()
        .select_related("case", "recipient")
        .order_by("decide_by")
    )
    page = Paginator(alerts, PAGE).get_page(request.GET.get("page"))
    name_urgencies(page.object_list)
    name_people(waiting.case for waiting in page.object_list if waiting.case)
    for waiting in page.object_list:
        waiting.why_held = why_held(waiting.held_because)  # type: ignore[attr-defined] # for the page alone
    return render(request, "alerts/held.html", {"page": page})


@require_POST
@service_view(Perm.ALERT_DECIDE)
def decide(request: ServiceRequest, actor: Actor, alert_id: UUID) -> HttpResponse:
    """Release on another basis with a motive, or let it be."""
    alert = Alert.objects.visible_to(actor).filter(service=actor.service, pk=alert_id).first()
    if alert is None:
        raise Http404
    form = decision_form(alert, request.POST)
    if not form.is_valid():
        return alert_page(request, actor, alert_id, form)
    motive, at = form.cleaned_data["motive"], database_now()
    try:
        if form.cleaned_data["decision"] == DecisionForm.RELEASE:
            basis = form.cleaned_data["basis"]
            releasing.release_held(
                actor=actor,
                alert_id=alert_id,
                basis=basis,
                motive=motive,
                left_out=form.cleaned_data["left_out"],
                at=at,
            )
            messages.success(request, _("Sent. The recipient is being told by e-mail."))
        else:
            releasing.drop_held(actor=actor, alert_id=alert_id, motive=motive, at=at)
            messages.success(request, _("Not sent. Your decision and its motive are on record."))
    except releasing.DecidedAlready:
        messages.info(request, _("Somebody decided on this alert before you."))
    except Refused as refused:
        record(actor=actor, tag=Tag.EXCHANGE_REFUSED, subject_id=alert_id)
        form.add_error(None, f"{refused.reason} {refused.instead}")
        return alert_page(request, actor, alert_id, form)
    return redirect("alerts:alert", actor.service_slug, alert_id)
