"""One message received."""

from collections.abc import Collection
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from alerts import contesting, handling, relevance, thread, unheard
from alerts.board import SHOWN
from alerts.forms.received import AnswerForm, RelevanceForm
from alerts.forms.situations import LinkForm
from alerts.forms.thread import MessageForm
from alerts.models import Alert, Handling
from alerts.outlook import closed_of
from alerts.shown import (
    ShownReply,
    categories_shown,
    judged_words,
    ladder_of,
    replies_to,
)
from pole.clock import database_now
from pole.refusals import attempt
from pole.tenancy.actor import Actor
from pole.tenancy.duty import on_duty
from pole.tenancy.gate import ServiceRequest, service_view
from pole.tenancy.permissions import Perm
from protocols import exchange as door
from protocols.models import Exchange, ExchangeKind
from protocols.registry import protocol_of

ANSWERED = (ExchangeKind.ALERT, ExchangeKind.UPDATE)


@require_GET
@service_view(Perm.ALERT_READ)
def exchange(request: ServiceRequest, actor: Actor, exchange_id: UUID) -> HttpResponse:
    """What, how urgent, by when, what not to do; then acknowledge. Opening acknowledges nothing."""
    message = _received(actor, exchange_id)
    if message.kind == ExchangeKind.ADVICE:
        return redirect("alerts:advice", actor.service_slug, message.pk)
    if message.kind == ExchangeKind.UNHEARD:
        return _unheard(request, actor, message)
    return _page(request, actor, message, handling.open_exchange(actor=actor, exchange=message))


@require_POST
@service_view(Perm.ALERT_HANDLE)
def acknowledge(request: ServiceRequest, actor: Actor, exchange_id: UUID) -> HttpResponse:
    message = _received(actor, exchange_id, (*ANSWERED, ExchangeKind.UNHEARD))
    try:
        handling.acknowledge(actor=actor, exchange=message)
        messages.success(request, _("Acknowledged. The sender has been told."))
    except handling.AlreadyDone as done:
        messages.info(request, str(done))
    return redirect("alerts:exchange", actor.service_slug, message.pk)


@require_POST
@service_view(Perm.ALERT_HANDLE)
def answer(request: ServiceRequest, actor: Actor, exchange_id: UUID) -> HttpResponse:
    message = _received(actor, exchange_id, ANSWERED)
    form = AnswerForm(request.POST)
    try:
        sent = attempt(form, lambda: handling.answer(actor=actor, exchange=message, **form.cleaned_data))
        if sent:
            messages.success(request, _("Answer sent."))
    except handling.AlreadyDone as done:
        sent = True
        messages.info(request, str(done))
    if sent:
        return redirect("alerts:exchange", actor.service_slug, message.pk)
    return _page(request, actor, message, handling.open_exchange(actor=actor, exchange=message), form)


@require_POST
@service_view(Perm.ALERT_HANDLE)
def write(request: ServiceRequest, actor: Actor, exchange_id: UUID) -> HttpResponse:
    """A question to the sender, or an answer to theirs."""
    message, form = _received(actor, exchange_id, ANSWERED), MessageForm(request.POST)
    if attempt(
        form, lambda: thread.write(actor=actor, alert=message, at=database_now(), **form.cleaned_data)
    ):
        messages.success(request, _("Sent. The sender is being told by e-mail."))
        return redirect("alerts:exchange", actor.service_slug, message.pk)
    row = handling.open_exchange(actor=actor, exchange=message)
    return _page(request, actor, message, row, message_form=form)


@require_POST
@service_view(Perm.ALERT_HANDLE)
def mark(request: ServiceRequest, actor: Actor, exchange_id: UUID) -> HttpResponse:
    """How relevant it was, for its sender."""
    message, form = _received(actor, exchange_id, ANSWERED), RelevanceForm(request.POST)
    if attempt(
        form, lambda: relevance.mark(actor=actor, exchange=message, at=database_now(), **form.cleaned_data)
    ):
        messages.success(request, _("Said to the sender."))
        return redirect("alerts:exchange", actor.service_slug, message.pk)
    row = handling.open_exchange(actor=actor, exchange=message)
    return _page(request, actor, message, row, relevance_form=form)


def _page(
    request: ServiceRequest,
    actor: Actor,
    message: Exchange,
    triage_row: Handling,
    form: AnswerForm | None = None,
    *,
    message_form: MessageForm | None = None,
    relevance_form: RelevanceForm | None = None,
) -> HttpResponse:
    protocol = protocol_of(message.protocol)
    replies, read, now = replies_to(actor, message), door.read(actor, message), database_now()
    marked = relevance.last_mark(replies)
    if relevance_form is None and relevance.may_mark(message, triage_row, replies):
        relevance_form = RelevanceForm(initial={"mark": marked.mark, "line": marked.text} if marked else None)
    answer_form = form or AnswerForm()
    ladder = ladder_of(actor, message, triage_row)
    contested = contesting.of_alert(actor, message)
    for each in (answer_form, relevance_form):
        if each and (contested or not contesting.is_contestable(actor, message)):
            del each.fields["contests"]
    context = {
        "disagreement": contested,
        "relevance": marked,
        "relevance_form": relevance_form,
        "recalled": next((reply for reply in replies if reply.exchange.kind == ExchangeKind.RECALL), None),
        "exchange": message,
        "handling": triage_row,
        "outcome": triage_row.get_outcome_display(),
        "is_alert": message.kind in ANSWERED,
        "is_proposal": message.kind == ExchangeKind.LINK_PROPOSAL,
        "proposal_open": not any(reply.exchange.sender_id == actor.service_id for reply in replies),
        "about": _alert_about(actor, message),
        "comparison": protocol.situation,
        "articles": [protocol.article(number) for number in (message.article, *message.also)],
        "urgency_label": protocol.urgencies[message.urgency].label if message.urgency else "",
        "purposes": [protocol.purposes[code] for code in message.purposes],
        "categories": categories_shown(protocol, message, read),
        "judged": judged_words(read["message"]),
        "replies": replies,
        "on_duty": on_duty(actor.service, now) if triage_row.acknowledged_at is None else [],
        "ladder": ladder,
        "has_coordination": any(not rung.is_held for rung in ladder[-1:])
        and unheard.has_coordination(message, to=actor.service),
        "closed": (
            closed_of(actor.service, [(message.protocol, message.sender_id)], now)
            if message.kind in (*ANSWERED, ExchangeKind.LINK_PROPOSAL)
            else []
        ),
        "answer_form": answer_form,
        "message_form": message_form or MessageForm(),
        "link_form": _link_form(actor, message, replies),
    }
    refused = any(each and each.errors for each in (form, message_form, relevance_form))
    return render(request, "alerts/exchange.html", context, status=422 if refused else 200)


def _unheard(request: ServiceRequest, actor: Actor, message: Exchange) -> HttpResponse:
    """At the coordination: an alert between two others that nobody has. Whom to call, and nothing of its content."""
    row, [call] = handling.open_exchange(actor=actor, exchange=message), unheard.calls(actor, [message])
    word = unheard.word_after(message)
    context = {
        "call": call,
        "exchange": message,
        "handling": row,
        "word": word,
        "because": door.read(actor, word)["message"]["because"] if word else "",
    }
    return render(request, "alerts/unheard.html", context)


def _alert_about(actor: Actor, message: Exchange) -> Alert | None:
    """Our alert that a partner proposes to link."""
    if message.kind != ExchangeKind.LINK_PROPOSAL:
        return None
    ours = Alert.objects.visible_to(actor).filter(exchange=message.in_reply_to_id, service=actor.service)
    return ours.select_related("case").first()


def _link_form(actor: Actor, message: Exchange, replies: list[ShownReply]) -> LinkForm | None:
    """Only for an alert about somebody, once, and to who has a case to link it to."""
    proposed = any(reply.exchange.kind == ExchangeKind.LINK_PROPOSAL for reply in replies)
    if message.kind != ExchangeKind.ALERT or message.raised_by_pole or proposed:
        return None
    if not actor.can(Perm.SITUATION_LINK):
        return None
    form = LinkForm(actor=actor)
    return form if form.has_cases else None


def _received(actor: Actor, exchange_id: UUID, kinds: Collection[str] = SHOWN) -> Exchange:
    message = door.received(actor, exchange_id)
    if message is None or message.kind not in kinds:
        raise Http404
    return message
