"""Channels and access: where the service's own system is called. The direction's matter."""

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_POST

from alerts.channels.webhook import endpoints
from alerts.models import Endpoint
from pole.refusals import Refused, attempt
from pole.tenancy.actor import Actor
from pole.tenancy.gate import ServiceRequest, service_view
from pole.tenancy.permissions import Perm


class AddressForm(forms.Form):
    """Checked further by the service that keeps it."""

    url = forms.CharField(
        label=gettext_lazy("Address of your system"),
        max_length=500,
        help_text=gettext_lazy("It begins with https:// and can be reached from the internet."),
        error_messages={"required": gettext_lazy("Write the address of your system.")},
    )


@require_GET
@service_view(Perm.CHANNELS_MANAGE)
def channels(request: ServiceRequest, actor: Actor) -> HttpResponse:
    return _page(request, actor, AddressForm())


@require_POST
@service_view(Perm.CHANNELS_MANAGE)
def set_address(request: ServiceRequest, actor: Actor) -> HttpResponse:
    """Answered with the page itself, not with a redirect: the secret is shown here and nowhere again."""
    form, made = AddressForm(request.POST), []
    if attempt(form, lambda: made.append(endpoints.set_endpoint(actor=actor, **form.cleaned_data))):
        return _page(request, actor, AddressForm(), secret=made[0][1])
    return _page(request, actor, form)


@require_POST
@service_view(Perm.CHANNELS_MANAGE)
def try_out(request: ServiceRequest, actor: Actor) -> HttpResponse:
    try:
        endpoints.try_out(actor=actor)
        messages.success(
            request, _("A call without content is leaving. Load the page again to see the answer.")
        )
    except Refused as refused:
        messages.error(request, str(refused))
    return redirect("channels:state", actor.service_slug)


@require_POST
@service_view(Perm.CHANNELS_MANAGE)
def switch_off(request: ServiceRequest, actor: Actor) -> HttpResponse:
    try:
        endpoints.switch_off(actor=actor)
        messages.success(
            request, _("Your system is called no more. Alerts go on arriving by e-mail and here.")
        )
    except Refused as refused:
        messages.error(request, str(refused))
    return redirect("channels:state", actor.service_slug)


def _page(request: ServiceRequest, actor: Actor, form: AddressForm, *, secret: str = "") -> HttpResponse:
    endpoint = Endpoint.objects.filter(service=actor.service, is_active=True).select_related("set_by").first()
    context = {"form": form, "endpoint": endpoint, "secret": secret}
    return render(request, "alerts/channels.html", context, status=422 if form.errors else 200)
