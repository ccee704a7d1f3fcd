"""Tokens of the service's own systems, on the page of its channels. The direction's matter."""

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from alerts.access import make_token, revoke_token
from alerts.models import AccessToken
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


@require_http_methods(["GET", "POST"])
@service_view(Perm.CHANNELS_MANAGE)
def revoke(request: ServiceRequest, actor: Actor, token_id: UUID) -> HttpResponse:
    """Asked once more before: the system that shows it is refused at once."""
    back = reverse("channels:state", args=[actor.service_slug])
    if request.method == "GET":
        token = get_object_or_404(AccessToken, service=actor.service, pk=token_id, revoked_at=None)
        context = {
            "heading": _("Revoke the access of “%(system)s”?") % {"system": token.system},
            "text": _(
                "From then on it reads and acknowledges nothing any more, and its token never serves again. "
                "Alerts go on arriving by e-mail and here. Another token can be made at any time."
            ),
            "act": _("Revoke"),
            "back": back,
        }
        return render(request, "alerts/ask_again.html", context)
    if not revoke_token(actor=actor, token_id=token_id):
        raise Http404
    messages.success(request, _("Revoked: this token opens nothing any more."))
    return redirect(back)
