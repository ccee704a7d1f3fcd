"""From an e-mail's link to the page it is about, in whichever of one's services that is."""

from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect

from alerts.models import Advice, Alert, Disagreement, Emergency, MailCertificate, Owed, Situation
from alerts.models.disagreement import page_of
from assessment.models import Reading
from cases.models import Case
from pole.tenancy.actor import Actor
from pole.tenancy.context import tenant
from pole.tenancy.permissions import Perm
from protocols.models import Exchange, ExchangeKind
from protocols.news import page_of as news_page


def from_mail(request: HttpRequest, subject_id: UUID) -> HttpResponse:
    """Signed-in people only; each of one's services is entered with one's own rights and no others."""
    for actor in Actor.every(request.user):
        with tenant(actor.service_id):
            if target := _target(actor, subject_id):
                page, *ids = target
                return redirect(page, actor.service_slug, *ids)
    raise Http404


def _target(actor: Actor, subject_id: UUID) -> tuple[str, UUID] | tuple[str] | None:
    if page := news_page(actor.service_id, subject_id):
        return page
    if not actor.can(Perm.ALERT_READ):
        return None
    exchange = Exchange.objects.received_by(actor.service_id).filter(pk=subject_id).first()
    if exchange:
        return _target_of(actor, exchange)
    if disagreement := Disagreement.objects.visible_to(actor).filter(pk=subject_id).first():
        return page_of(disagreement)
    if own := _page_of_service(actor, subject_id):
        return (own,)
    pages: list[tuple[str, QuerySet[Any]]] = [
        ("alerts:alert", Alert.objects.visible_to(actor)),
        ("alerts:emergency", Emergency.objects.visible_to(actor)),
        ("alerts:reading", Reading.objects.visible_to(actor)),
    ]
    if actor.can(Perm.CASE_READ):
        pages.append(("desk:case", Case.objects.visible_to(actor)))
    return next(((page, subject_id) for page, rows in pages if rows.filter(pk=subject_id).exists()), None)


def _page_of_service(actor: Actor, subject_id: UUID) -> str:
    """The board, where several alerts were announced at once; the page of the service's mail; "" for neither."""
    if Owed.objects.filter(service=actor.service, gathered_in=subject_id).exists():
        return "alerts:received"
    certificates = MailCertificate.objects.filter(pk=subject_id, service=actor.service)
    return "mail:state" if subject_id == actor.service_id or certificates.exists() else ""


def _target_of(actor: Actor, exchange: Exchange) -> tuple[str, UUID] | None:
    """Its own page; a reply is read on the page of what it replies to."""
    if exchange.kind in (ExchangeKind.ANSWER, ExchangeKind.MESSAGE):
        return _replied_to(actor, exchange)
    if exchange.kind in (ExchangeKind.RECALL, ExchangeKind.HEARD) and exchange.in_reply_to_id:
        return "alerts:exchange", exchange.in_reply_to_id
    if exchange.kind == ExchangeKind.DISAGREEMENT:
        situation = Situation.objects.visible_to(actor).filter(proposal=exchange.in_reply_to_id).first()
        if situation:
            return "alerts:situation", situation.pk
        about = Disagreement.objects.visible_to(actor).filter(contested=exchange.in_reply_to_id).first()
        return page_of(about) if about else None
    if exchange.kind in (ExchangeKind.LINK_ACCEPTANCE, ExchangeKind.LINK_REFUSAL):
        # It answers our proposal, which stands on the page of the alert that we proposed to link.
        proposal = Exchange.objects.sent_by(actor.service_id).filter(replies=exchange).first()
        return ("alerts:exchange", proposal.in_reply_to_id) if proposal and proposal.in_reply_to_id else None
    return "alerts:exchange", exchange.pk


def _replied_to(actor: Actor, reply: Exchange) -> tuple[str, UUID] | None:
    """The page of what a reply was written under: what one received, sent, or asked advice about."""
    received = Exchange.objects.received_by(actor.service_id).filter(replies=reply).first()
    if received:
        return "alerts:exchange", received.pk
    alert = Alert.objects.visible_to(actor).filter(exchange=reply.in_reply_to_id).first()
    if alert:
        return "alerts:alert", alert.pk
    advice = Advice.objects.readable_by(actor).filter(exchange=reply.in_reply_to_id).first()
    return ("alerts:advice", advice.exchange_id) if advice else None
