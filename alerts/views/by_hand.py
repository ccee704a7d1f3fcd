"""An alert by hand: which article and to whom, then the words and what of the case goes with them."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from alerts import judging
from alerts.forms.by_hand import ByHandForm
from alerts.forms.emergencies import LinesForm
from alerts.models import Alert, AlertState
from alerts.outlook import closed_among
from alerts.preview import envelope_of
from alerts.shown import lines_shown
from alerts.views.emergencies import keep_lines_typed
from cases.access import case_for
from cases.listing import name_people
from cases.models import Case
from pole.clock import database_now
from pole.conditions import describe
from pole.refusals import attempt
from pole.tenancy.actor import Actor
from pole.tenancy.gate import ServiceRequest, service_view
from pole.tenancy.permissions import Perm
from protocols.exchange import Refused
from protocols.partners import partners_of
from protocols.wording import ProtocolWording


@require_safe
@service_view(Perm.CASE_WRITE)
def choose(request: ServiceRequest, actor: Actor, case_id: UUID) -> HttpResponse:
    """Every alert that a protocol in force provides for, what it would send, and when it is meant."""
    return _choice(request, actor, _case(actor, case_id))


@require_http_methods(["GET", "POST"])
@service_view(Perm.CASE_WRITE)
def write(request: ServiceRequest, actor: Actor, case_id: UUID) -> HttpResponse:
    """The words, and exactly what leaves with them."""
    case, now = _case(actor, case_id), database_now()
    key = request.GET.get("alerte", "")
    offer = judging.offered(case=case, service=actor.service, key=key, at=now)
    if offer is None or offer.order is None:
        typed = [request.POST[name] for name in judging.WORDS if request.POST.get(name)]
        return _choice(
            request, actor, case, typed=typed, complaint=str(judging.NotOffered.message) if key else ""
        )
    categories, content = offer.standing.protocol.categories, judging.content_of(offer, case)
    form = ByHandForm(
        request.POST if request.method == "POST" else None,
        choices=[(code, categories[code]) for code in content],
    )
    if form.is_bound:
        sent: list[Alert] = []
        try:
            done = attempt(form, lambda: sent.append(_by_hand(actor, case, key, form, now)))
        except Refused as refused:
            done = False
            form.add_error(None, f"{refused.reason} {refused.instead}")
        if done:
            [alert] = sent
            keep_lines_typed(request, actor, sent)
            messages.success(
                request,
                _("Sent. The recipient is being told by e-mail.")
                if alert.state == AlertState.SENT
                else _("Held: your référent is being told, and decides. Nothing has left."),
            )
            return redirect("alerts:alert", actor.service_slug, alert.pk)
    context = {
        "case": case,
        "offer": _shown(offer),
        "closed": closed_among([(offer.standing, offer.recipient.pk)], now),
        "told": [{"label": categories[code], "lines": lines_shown(lines)} for code, lines in content.items()],
        "form": form,
        "lines": LinesForm(request.POST if request.method == "POST" else None),
        "key": key,
    }
    return render(request, "alerts/by_hand_write.html", context, status=422 if form.errors else 200)


def _choice(
    request: ServiceRequest, actor: Actor, case: Case, *, typed: Sequence[str] = (), complaint: str = ""
) -> HttpResponse:
    """What is offered now; with the words of an alert that no longer is, so that none are lost."""
    now = database_now()
    found = judging.offers(case=case, service=actor.service, at=now)
    context = {
        "case": case,
        "open": [_shown(offer) for offer in found if offer.order],
        "shut": [_shown(offer) for offer in found if not offer.order],
        "partners": [] if found else list(partners_of(actor.service)),
        "closed": closed_among([(offer.standing, offer.recipient.pk) for offer in found if offer.order], now),
        "typed": typed,
        "complaint": complaint,
    }
    return render(request, "alerts/by_hand.html", context, status=422 if complaint else 200)


def _by_hand(actor: Actor, case: Case, key: str, form: ByHandForm, now: datetime) -> Alert:
    words = {name: form.cleaned_data[name] for name in judging.WORDS}
    return judging.alert_by_hand(
        actor=actor, case=case, key=key, words=words, categories=form.cleaned_data["categories"], at=now
    )


def _case(actor: Actor, case_id: UUID) -> Case:
    case = case_for(actor, case_id)
    if not case.is_open:
        raise Http404
    name_people([case])
    return case


def _shown(offer: judging.Offer) -> dict[str, Any]:
    protocol, rule = offer.standing.protocol, offer.rule
    return {
        "key": offer.key,
        "recipient": offer.recipient.name,
        "phone": offer.recipient.urgent_phone,
        "article": rule.article,
        "urgency": rule.urgency.code if rule.urgency else "",
        "urgency_label": rule.urgency.label if rule.urgency else "",
        "meant": describe(rule.when, ProtocolWording(protocol)),
        "envelope": envelope_of(offer.standing, offer.order) if offer.order else None,
    }
