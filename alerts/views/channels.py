"""Channels and access: where the service's own system is called. The direction's matter."""

from datetime import date, timedelta
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from alerts.access import tokens_of
from alerts.channels.webhook import endpoints
from alerts.models import Endpoint, Scope
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


class TokenForm(forms.Form):
    """Checked further by the service that makes it."""

    system = forms.CharField(
        label=gettext_lazy("Name of the system"),
        max_length=80,
        help_text=gettext_lazy("Your people read it beside what the system did."),
        error_messages={"required": gettext_lazy("Give the system a name.")},
    )
    scopes = forms.MultipleChoiceField(
        label=gettext_lazy("What it may do"),
        choices=Scope,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": gettext_lazy("Choose what the system may do.")},
    )
    expires_on = forms.DateField(
        label=gettext_lazy("Until"),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        help_text=gettext_lazy("The last day, within a year. After it the system needs a new token."),
        error_messages={"required": gettext_lazy("Choose the last day.")},
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["expires_on"].initial = _in_half_a_year


def _in_half_a_year() -> date:
    return timezone.localdate() + timedelta(days=182)


@require_GET
@service_view(Perm.CHANNELS_MANAGE)
def channels(request: ServiceRequest, actor: Actor) -> HttpResponse:
    return page(request, actor)


@require_POST
@service_view(Perm.CHANNELS_MANAGE)
def set_address(request: ServiceRequest, actor: Actor) -> HttpResponse:
    """Answered with the page itself, not with a redirect: the secret is shown here and nowhere again."""
    form, made = AddressForm(request.POST), []
    if attempt(form, lambda: made.append(endpoints.set_endpoint(actor=actor, **form.cleaned_data))):
        return page(request, actor, secret=made[0][1])
    return page(request, actor, form)


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


@require_http_methods(["GET", "POST"])
@service_view(Perm.CHANNELS_MANAGE)
def switch_off(request: ServiceRequest, actor: Actor) -> HttpResponse:
    """Asked once more before: the address and its secret are forgotten."""
    back = reverse("channels:state", args=[actor.service_slug])
    endpoint = endpoint_of(actor)
    if request.method == "GET" and endpoint:
        context = {
            "heading": _("Call your system no more?"),
            "text": _(
                "%(url)s is called for no alert from now on, those on their way included. The address and its secret "
                "are forgotten: to be called again, set it anew. Alerts go on arriving by e-mail and here."
            )
            % {"url": endpoint.url},
            "act": _("Call it no more"),
            "back": back,
        }
        return render(request, "alerts/ask_again.html", context)
    try:
        endpoints.switch_off(actor=actor)
        messages.success(
            request, _("Your system is called no more. Alerts go on arriving by e-mail and here.")
        )
    except Refused as refused:
        messages.error(request, str(refused))
    return redirect(back)


def endpoint_of(actor: Actor) -> Endpoint | None:
    """The one that is called."""
    active = Endpoint.objects.filter(service=actor.service, is_active=True)
    return active.select_related("set_by").first()


def page(
    request: ServiceRequest,
    actor: Actor,
    form: AddressForm | None = None,
    *,
    secret: str = "",
    token_form: TokenForm | None = None,
    token_text: str = "",
) -> HttpResponse:
    """The one page of both; what is secret in it is shown this once."""
    context = {
        "form": form or AddressForm(),
        "endpoint": endpoint_of(actor),
        "secret": secret,
        "tokens": tokens_of(actor),
        "token_form": token_form or TokenForm(),
        "token_text": token_text,
    }
    refused = any(each and each.errors for each in (form, token_form))
    return render(request, "alerts/channels.html", context, status=422 if refused else 200)
