"""What this service sent, and what came back."""

from uuid import UUID

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_GET

from alerts.forms import DecisionForm
from alerts.models import Alert, AlertState
from alerts.shown import categories_shown, replies_to
from pole.tenancy.actor import Actor
from pole.tenancy.gate import ServiceRequest, service_view
from pole.tenancy.permissions import Perm
from protocols import exchange as door
from protocols.exchange import AGREEMENT
from protocols.registry import protocol_of, warning_about
from protocols.terms import Protocol

PAGE = 25
WITHOUT_IDENTITY = "no_identity"


@require_GET
@service_view(Perm.ALERT_READ)
def sent(request: ServiceRequest, actor: Actor) -> HttpResponse:
    """Sent, the latest first, with what came back."""
    alerts = (
        Alert.objects.visible_to(actor)
        .filter(service=actor.service)
        .sent()
        .with_replies()
        .select_related("case", "recipient")
        .order_by("-created_at")
    )
    page = Paginator(alerts, PAGE).get_page(request.GET.get("page"))
    return render(request, "alerts/sent.html", {"page": page})


@require_GET
@service_view(Perm.ALERT_READ)
def alert(request: ServiceRequest, actor: Actor, alert_id: UUID) -> HttpResponse:
    """One alert of ours: why, to whom, what left, what came back; or what is to be decided."""
    return alert_page(request, actor, alert_id)


def alert_page(
    request: ServiceRequest, actor: Actor, alert_id: UUID, form: DecisionForm | None = None
) -> HttpResponse:
    """The page of an alert, with the decision's form as it was sent when it had errors."""
    found = get_object_or_404(
        Alert.objects.visible_to(actor)
        .filter(service=actor.service)
        .with_replies()
        .select_related("case", "recipient", "protocol", "exchange", "exchange__protocol", "decided_by", "reading"),
        pk=alert_id,
    )
    protocol = protocol_of(found.protocol)
    held = found.state == AlertState.HELD
    if held and form is None and actor.can(Perm.ALERT_DECIDE):
        form = decision_form(protocol)
    context = {
        "alert": found,
        "held": held,
        "article": protocol.article(found.article),
        "urgency_label": protocol.urgencies[found.urgency].label,
        "planned": [(code, protocol.categories[code]) for code in sorted(found.categories)],
        "categories": (
            categories_shown(protocol, found.exchange, door.read(actor, found.exchange)["categories"])
            if found.exchange
            else []
        ),
        "warning": warning_about(found.protocol, found.recipient_id),
        "replies": replies_to(actor, found.exchange) if found.exchange else [],
        "form": form if held else None,
    }
    return render(request, "alerts/alert.html", context, status=422 if form and form.errors else 200)


def decision_form(protocol: Protocol, data: object = None) -> DecisionForm:
    """Every basis of the protocol but the agreement that is missing."""
    bases = [code for code in protocol.bases if code not in (AGREEMENT, WITHOUT_IDENTITY)]
    return DecisionForm(data, protocol=protocol, bases=bases)
