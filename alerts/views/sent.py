"""What this service sent, and what came back."""

from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from alerts import thread
from alerts.contesting import of_alert
from alerts.emergencies import of_alerts
from alerts.forms.sent import DecisionForm, RecallForm
from alerts.forms.thread import MessageForm
from alerts.models import Alert, AlertState
from alerts.outlook import closed_of
from alerts.recall import recall
from alerts.relevance import last_mark
from alerts.shown import categories_shown, name_urgencies, replies_to, why_held
from alerts.transitions import transitions_of
from cases.listing import name_people
from pole.audit.models import Tag, record
from pole.clock import database_now
from pole.refusals import attempt
from pole.tenancy.actor import Actor
from pole.tenancy.gate import ServiceRequest, service_view
from pole.tenancy.permissions import Perm
from protocols import exchange as door
from protocols.models import ExchangeKind
from protocols.registry import protocol_of, warning_about

PAGE = 25


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
    late = list(alerts.overdue().order_by("acknowledge_by"))
    page = Paginator(alerts, PAGE).get_page(request.GET.get("page"))
    name_urgencies([*page.object_list, *late])
    name_people(each.case for each in page.object_list if each.case)
    return render(request, "alerts/sent.html", {"page": page, "late": late})


@require_GET
@service_view(Perm.ALERT_READ)
def alert(request: ServiceRequest, actor: Actor, alert_id: UUID) -> HttpResponse:
    """One alert of ours: why, to whom, what left, what came back; or what is to be decided."""
    return alert_page(request, actor, alert_id)


@require_http_methods(["GET", "POST"])
@service_view(Perm.READING_WRITE)
def take_back(request: ServiceRequest, actor: Actor, alert_id: UUID) -> HttpResponse:
    """Asked once more before: it can't be unsent, and the recipient is told."""
    found = get_object_or_404(
        Alert.objects.visible_to(actor)
        .filter(service=actor.service)
        .sent()
        .select_related("recipient", "protocol"),
        pk=alert_id,
    )
    form = RecallForm(request.POST if request.method == "POST" else None)
    if form.is_bound and attempt(
        form, lambda: recall(actor=actor, alert_id=found.pk, at=database_now(), **form.cleaned_data)
    ):
        messages.success(request, _("Taken back. The recipient is being told."))
        return redirect("alerts:alert", actor.service_slug, found.pk)
    name_urgencies([found])
    context = {
        "alert": found,
        "form": form,
        "closed": closed_of(actor.service, [(found.protocol, found.recipient_id)], database_now()),
    }
    return render(request, "alerts/recall.html", context, status=422 if form.errors else 200)


@require_POST
@service_view(Perm.ALERT_HANDLE)
def write(request: ServiceRequest, actor: Actor, alert_id: UUID) -> HttpResponse:
    """An answer to what the recipient asked, or a question to them."""
    found = get_object_or_404(
        Alert.objects.visible_to(actor)
        .filter(service=actor.service)
        .sent()
        .select_related("exchange__recipient", "exchange__sender", "exchange__protocol"),
        pk=alert_id,
    )
    form, exchange = MessageForm(request.POST), found.exchange
    if exchange and attempt(
        form, lambda: thread.write(actor=actor, alert=exchange, at=database_now(), **form.cleaned_data)
    ):
        messages.success(request, _("Sent. The recipient is being told by e-mail."))
        return redirect("alerts:alert", actor.service_slug, found.pk)
    return alert_page(request, actor, alert_id, message_form=form)


def alert_page(
    request: ServiceRequest,
    actor: Actor,
    alert_id: UUID,
    form: DecisionForm | None = None,
    *,
    message_form: MessageForm | None = None,
) -> HttpResponse:
    """The page of an alert, with the decision's form as it was sent when it had errors."""
    found = _with_surroundings(actor, alert_id)
    record(actor=actor, tag=Tag.ALERT_READ, subject_id=found.pk)
    name_people([found.case] if found.case else [])
    protocol = protocol_of(found.protocol)
    held = found.state == AlertState.HELD
    if held and form is None and actor.can(Perm.ALERT_DECIDE):
        form = decision_form(found)
    replies = replies_to(actor, found.exchange) if found.exchange else []
    recalled = next((reply for reply in replies if reply.exchange.kind == ExchangeKind.RECALL), None)
    warning = warning_about(found.protocol, found.recipient_id)
    context = {
        "alert": found,
        "urgency_label": protocol.urgencies[found.urgency].label,
        "held": held,
        "articles": [protocol.article(number) for number in (found.article, *found.also)],
        "purposes": [protocol.purposes[code] for code in found.purposes],
        "basis": protocol.bases[found.basis].label if found.basis else "",
        "why_held": why_held(found.held_because),
        "planned": [{"label": protocol.categories[code]} for code in sorted(found.categories)],
        "left_out": [words for code, words in protocol.categories.items() if code not in found.categories],
        "categories": (
            categories_shown(protocol, found.exchange, door.read(actor, found.exchange))
            if found.exchange
            else []
        ),
        "judged": found.judgement.message() if hasattr(found, "judgement") else None,
        "transitions": transitions_of(found, replies),
        "warnings": [warning] if warning else [],
        "emergencies": of_alerts(actor, [found]),
        "recalled": recalled,
        "relevance": last_mark(replies),
        "disagreement": of_alert(actor, found.exchange) if found.exchange else None,
        "may_recall": found.exchange is not None and not recalled and actor.can(Perm.READING_WRITE),
        "replies": replies,
        "closed": closed_of(actor.service, [(found.protocol, found.recipient_id)], database_now()),
        "form": form if held else None,
        "message_form": message_form or MessageForm(),
    }
    refused = any(each and each.errors for each in (form, message_form))
    return render(request, "alerts/alert.html", context, status=422 if refused else 200)


def _with_surroundings(actor: Actor, alert_id: UUID) -> Alert:
    """Raises:
    Http404: no alert of this id that the actor sees.
    """
    alerts = Alert.objects.visible_to(actor).filter(service=actor.service).with_replies().marked_overdue()
    around = ("case", "recipient", "protocol", "exchange__protocol", "decided_by", "reading", "judgement")
    return get_object_or_404(alerts.select_related(*around), pk=alert_id)


def decision_form(alert: Alert, data: object = None) -> DecisionForm:
    """Every basis of the protocol but the agreement that is missing; what may be taken out."""
    protocol = protocol_of(alert.protocol)
    bases = door.bases_without_agreement(protocol)
    return DecisionForm(data, protocol=protocol, bases=bases, categories=alert.categories)
