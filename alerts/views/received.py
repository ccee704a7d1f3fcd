"""The board of a service, and one message received."""

from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from alerts import board as triage
from alerts import handling
from alerts.forms import AnswerForm, LinkForm
from alerts.models import Handling
from alerts.shown import categories_shown, replies_to
from pole.tenancy.actor import Actor
from pole.tenancy.gate import ServiceRequest, service_view
from pole.tenancy.permissions import Perm
from protocols import exchange as door
from protocols.models import Exchange, ExchangeKind
from protocols.registry import protocol_of

PAGE = 25


@require_GET
@service_view(Perm.ALERT_READ)
def board(request: ServiceRequest, actor: Actor) -> HttpResponse:
    """Received, new first."""
    page = Paginator(triage.received(actor), PAGE).get_page(request.GET.get("page"))
    return render(request, "alerts/received.html", {"page": page})


@require_GET
@service_view(Perm.ALERT_READ)
def counter(request: ServiceRequest, actor: Actor) -> HttpResponse:
    """The number in the navigation: one cheap query, polled."""
    return render(request, "alerts/_counter.html", {"count": triage.unacknowledged(actor)})


@require_GET
@service_view(Perm.ALERT_READ)
def exchange(request: ServiceRequest, actor: Actor, exchange_id: UUID) -> HttpResponse:
    """What, how urgent, by when, what not to do; then acknowledge. Opening acknowledges nothing."""
    message = _received(actor, exchange_id)
    return _page(request, actor, message, handling.open_exchange(actor=actor, exchange=message))


@require_POST
@service_view(Perm.ALERT_HANDLE)
def acknowledge(request: ServiceRequest, actor: Actor, exchange_id: UUID) -> HttpResponse:
    message = _received(actor, exchange_id)
    try:
        handling.acknowledge(actor=actor, exchange=message)
        messages.success(request, _("Acknowledged. The sender has been told."))
    except handling.AlreadyDone as done:
        messages.info(request, str(done))
    return redirect("alerts:exchange", actor.service_slug, message.pk)


@require_POST
@service_view(Perm.ALERT_HANDLE)
def answer(request: ServiceRequest, actor: Actor, exchange_id: UUID) -> HttpResponse:
    message = _received(actor, exchange_id)
    form = AnswerForm(request.POST)
    if form.is_valid():
        try:
            handling.answer(actor=actor, exchange=message, **form.cleaned_data)
            messages.success(request, _("Answer sent."))
        except handling.AlreadyDone as done:
            messages.info(request, str(done))
        return redirect("alerts:exchange", actor.service_slug, message.pk)
    return _page(request, actor, message, handling.open_exchange(actor=actor, exchange=message), form)


def _page(
    request: ServiceRequest, actor: Actor, message: Exchange, triage_row: Handling, form: AnswerForm | None = None
) -> HttpResponse:
    protocol = protocol_of(message.protocol)
    context = {
        "exchange": message,
        "handling": triage_row,
        "is_alert": message.kind in (ExchangeKind.ALERT, ExchangeKind.UPDATE),
        "is_proposal": message.kind == ExchangeKind.LINK_PROPOSAL,
        "article": protocol.article(message.article),
        "urgency_label": protocol.urgencies[message.urgency].label if message.urgency else "",
        "categories": categories_shown(protocol, message, door.read(actor, message)["categories"]),
        "replies": replies_to(actor, message),
        "answer_form": form or AnswerForm(),
        "link_form": LinkForm(actor=actor) if actor.can(Perm.SITUATION_LINK) else None,
    }
    return render(request, "alerts/exchange.html", context, status=422 if form and form.errors else 200)


def _received(actor: Actor, exchange_id: UUID) -> Exchange:
    message = door.received(actor, exchange_id)
    if message is None or message.kind not in triage.SHOWN:
        raise Http404
    return message
