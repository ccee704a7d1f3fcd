"""Link a received alert to one of one's cases, and propose the link; answer a partner's proposal."""

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from alerts import situations
from alerts.forms.situations import LinkForm
from pole.refusals import attempt
from pole.tenancy.actor import Actor
from pole.tenancy.gate import ServiceRequest, service_view
from pole.tenancy.permissions import Perm
from protocols import exchange as door
from protocols.models import Exchange


@require_POST
@service_view(Perm.SITUATION_LINK)
def propose(request: ServiceRequest, actor: Actor, exchange_id: UUID) -> HttpResponse:
    """Propose to the sender that this alert's case and one of ours be one situation."""
    exchange = _received(actor, exchange_id)
    form = LinkForm(request.POST, actor=actor)
    try:
        if attempt(
            form,
            lambda: situations.propose(actor=actor, exchange=exchange, case=form.cleaned_data["case"]),
        ):
            messages.success(request, _("The sender is asked to accept the link."))
        else:
            messages.error(request, str(form.errors["case"][0]))
    except situations.NotLinkable:
        messages.info(request, _("This message can't be linked, or was already."))
    return redirect("alerts:exchange", actor.service_slug, exchange.pk)


@require_POST
@service_view(Perm.SITUATION_LINK)
def reply(request: ServiceRequest, actor: Actor, exchange_id: UUID) -> HttpResponse:
    """Accept or refuse a partner's proposal."""
    proposal = _received(actor, exchange_id)
    accept = request.POST.get("accept") == "yes"
    try:
        situation = situations.reply(actor=actor, proposal=proposal, accept=accept)
    except situations.NotLinkable:
        messages.info(request, _("This proposal was answered, or is about no case of yours."))
        return redirect("alerts:exchange", actor.service_slug, proposal.pk)
    if situation is None:
        messages.success(request, _("Refused. The partner has been told, without a reason."))
        return redirect("alerts:received", actor.service_slug)
    messages.success(request, _("Linked: each of you now sees the levels that crossed."))
    return redirect("desk:case", actor.service_slug, situation.case_id)


def _received(actor: Actor, exchange_id: UUID) -> Exchange:
    exchange = door.received(actor, exchange_id)
    if exchange is None:
        raise Http404
    return exchange
