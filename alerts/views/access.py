"""Tokens of the service's own systems, on the page of its channels. The direction's matter."""

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from alerts.access import make_token, revoke_token
from alerts.views.channels import TokenForm, page
from pole.refusals import attempt
from pole.tenancy.actor import Actor
from pole.tenancy.gate import ServiceRequest, service_view
from pole.tenancy.permissions import Perm


@require_POST
@service_view(Perm.CHANNELS_MANAGE)
def make(request: ServiceRequest, actor: Actor) -> HttpResponse:
    """Answered with the page itself: the token is shown here and nowhere again."""
    form, made = TokenForm(request.POST), []
    if attempt(form, lambda: made.append(make_token(actor=actor, **form.cleaned_data))):
        return page(request, actor, token_text=made[0][1])
    return page(request, actor, token_form=form)


@require_POST
@service_view(Perm.CHANNELS_MANAGE)
def revoke(request: ServiceRequest, actor: Actor, token_id: UUID) -> HttpResponse:
    if not revoke_token(actor=actor, token_id=token_id):
        raise Http404
    messages.success(request, _("Revoked: this token opens nothing any more."))
    return redirect("channels:state", actor.service_slug)
