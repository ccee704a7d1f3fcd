"""Advice: asked without naming anybody, given, and said of which case it was."""

from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import F
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from alerts import advising
from alerts.forms.advice import AdviceForm, AdviceGivenForm
from alerts.forms.situations import LinkForm
from alerts.handling import AlreadyDone, open_exchange
from alerts.models import Advice
from alerts.models.advice import AdviceQuerySet
from alerts.outlook import closed_among, closed_of
from alerts.shown import replies_to
from cases.listing import name_people
from pole.audit.models import Tag, record
from pole.clock import database_now
from pole.refusals import attempt
from pole.tenancy.actor import Actor
from pole.tenancy.gate import ServiceRequest, service_view
from pole.tenancy.permissions import Perm
from protocols import exchange as door
from protocols.models import Exchange, ExchangeKind
from protocols.registry import protocol_of

PAGE = 25


@require_GET
@service_view(Perm.ALERT_READ)
def listing(request: ServiceRequest, actor: Actor) -> HttpResponse:
    """What one is asked, what waits first; and what one asked."""
    received = (
        Exchange.objects.received_by(actor.service_id)
        .filter(kind=ExchangeKind.ADVICE)
        .select_related("sender")
        .defer("content")
        .annotate(answered_at=F("handling__answered_at"))
        .order_by(F("handling__answered_at").desc(nulls_first=True), "answer_by")
    )
    asked = (
        Advice.objects.readable_by(actor)
        .with_answers()
        .select_related("exchange__recipient", "asked_by", "case")
        .defer("exchange__content")
        .order_by("-asked_at")
    )
    context = {
        "received": Paginator(received, PAGE).get_page(request.GET.get("page")),
        "asked": Paginator(asked, PAGE).get_page(request.GET.get("page")),
        "may_ask": actor.can(Perm.ADVICE_ASK) and bool(advising.desks(actor.service, database_now())),
    }
    return render(request, "alerts/advice_list.html", context)


@require_http_methods(["GET", "POST"])
@service_view(Perm.ADVICE_ASK)
def ask(request: ServiceRequest, actor: Actor) -> HttpResponse:
    now = database_now()
    desks = advising.desks(actor.service, now)
    form = AdviceForm(
        request.POST if request.method == "POST" else None, advisers=[desk.service for desk in desks]
    )
    if form.is_bound and attempt(form, lambda: advising.ask(actor=actor, at=now, **form.cleaned_data)):
        messages.success(
            request, _("Your question left, without anybody’s name. The answer will be told by e-mail.")
        )
        return redirect("alerts:advice_list", actor.service_slug)
    closed = closed_among([(desk.standing, desk.service.pk) for desk in desks], now)
    context = {"form": form, "desks": desks, "closed": closed}
    return render(request, "alerts/advice_ask.html", context, status=422 if form.errors else 200)


@require_GET
@service_view(Perm.ALERT_READ)
def page(request: ServiceRequest, actor: Actor, exchange_id: UUID) -> HttpResponse:
    return _page(request, actor, exchange_id)


@require_POST
@service_view(Perm.ALERT_HANDLE)
def answer(request: ServiceRequest, actor: Actor, exchange_id: UUID) -> HttpResponse:
    exchange = _received(actor, exchange_id)
    if exchange is None:
        raise Http404
    form = AdviceGivenForm(request.POST)
    try:
        if attempt(form, lambda: advising.answer(actor=actor, exchange=exchange, **form.cleaned_data)):
            messages.success(request, _("Advice given. Whoever asked is being told by e-mail."))
            return redirect("alerts:advice", actor.service_slug, exchange.pk)
    except AlreadyDone as done:
        messages.info(request, str(done))
        return redirect("alerts:advice", actor.service_slug, exchange.pk)
    return _page(request, actor, exchange_id, form)


@require_POST
@service_view(Perm.CASE_WRITE)
def attach(request: ServiceRequest, actor: Actor, exchange_id: UUID) -> HttpResponse:
    advice = get_object_or_404(Advice.objects.readable_by(actor), exchange=exchange_id)
    form = LinkForm(request.POST, actor=actor)
    if attempt(form, lambda: advising.attach(actor=actor, advice=advice, case=form.cleaned_data["case"])):
        messages.success(request, _("Attached to the case. Nothing of it left your service."))
        return redirect("alerts:advice", actor.service_slug, exchange_id)
    return _page(request, actor, exchange_id, link_form=form)


def _page(
    request: ServiceRequest,
    actor: Actor,
    exchange_id: UUID,
    form: AdviceGivenForm | None = None,
    *,
    link_form: LinkForm | None = None,
) -> HttpResponse:
    """One request for advice, as whoever asked or whoever is asked reads it."""
    advice = _asked(actor).filter(exchange=exchange_id).first()
    exchange = advice.exchange if advice else _received(actor, exchange_id)
    if exchange is None:
        raise Http404
    handling = None if advice else open_exchange(actor=actor, exchange=exchange)
    if advice:
        record(actor=actor, tag=Tag.ADVICE_READ, subject_id=exchange.pk)
        name_people([advice.case] if advice.case else [])
    replies = replies_to(actor, exchange)
    asked = advice is not None and actor.can(Perm.CASE_WRITE)
    context = {
        "exchange": exchange,
        "advice": advice,
        "handling": handling,
        "closed": (
            closed_of(actor.service, [(exchange.protocol, exchange.sender_id)], database_now())
            if handling
            else []
        ),
        "text": door.read(actor, exchange)["message"]["text"],
        "replies": replies,
        "answered": any(reply.exchange.kind == ExchangeKind.ANSWER for reply in replies),
        "article": protocol_of(exchange.protocol).article(exchange.article),
        "form": form or AdviceGivenForm(),
        "link_form": (link_form or LinkForm(actor=actor)) if asked else None,
    }
    refused = any(each and each.errors for each in (form, link_form))
    return render(request, "alerts/advice.html", context, status=422 if refused else 200)


def _asked(actor: Actor) -> AdviceQuerySet:
    return Advice.objects.readable_by(actor).select_related(
        "exchange__recipient", "exchange__sender", "exchange__protocol", "asked_by", "case"
    )


def _received(actor: Actor, exchange_id: UUID) -> Exchange | None:
    exchange = door.received(actor, exchange_id)
    return exchange if exchange and exchange.kind == ExchangeKind.ADVICE else None
