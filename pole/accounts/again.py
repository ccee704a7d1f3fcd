"""Asked for once more: before what takes something out of the wall."""

from urllib.parse import urlencode

from allauth.account.internal.flows.reauthentication import did_recently_reauthenticate
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse


def confirmed_lately(request: HttpRequest) -> bool:
    """Whether the person confirmed that it is they, within `ACCOUNT_REAUTHENTICATION_TIMEOUT`."""
    confirmed: bool = did_recently_reauthenticate(request)
    return confirmed


def confirm_first(*, then: str) -> HttpResponse:
    """Ask for the password once more, and go on to `then`: a page, since a download would leave the question open."""
    return redirect(f"{reverse('account_reauthenticate')}?{urlencode({'next': then})}")
