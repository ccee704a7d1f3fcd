"""Asked for once more: before what takes something out of the wall, and before what engages a service."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from allauth.account.adapter import get_adapter
from allauth.account.internal.flows.reauthentication import did_recently_reauthenticate
from allauth.core import ratelimit
from allauth.mfa.base.forms import ReauthenticateForm
from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from pole.clock import database_now

FRESH = timedelta(minutes=2)


def confirmed_lately(request: HttpRequest) -> bool:
    """Whether the person confirmed that it is they, within `ACCOUNT_REAUTHENTICATION_TIMEOUT`."""
    confirmed: bool = did_recently_reauthenticate(request)
    return confirmed


def confirm_first(*, then: str) -> HttpResponse:
    """Ask for the password once more, and go on to `then`: a page, since a download would leave the question open."""
    return redirect(f"{reverse('account_reauthenticate')}?{urlencode({'next': then})}")


@dataclass(frozen=True, slots=True)
class Confirmed:
    """That a person gave both factors, at this moment: what a service that engages somebody asks to see."""

    user_id: UUID
    at: datetime

    def holds(self, user_id: UUID | None, now: datetime) -> bool:
        """For this person, a moment ago."""
        return self.user_id == user_id and timedelta(0) <= now - self.at <= FRESH


class BothFactorsForm(forms.Form):
    """Password and a code not used before (or a recovery code), in the form that acts itself. Tries are limited."""

    password = forms.CharField(
        label=_("Your password"),
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )
    code = forms.CharField(
        label=_("Code of your application, or a recovery code"),
        help_text=_("A new one: the code with which you signed in is not taken twice."),
        widget=forms.TextInput(attrs={"autocomplete": "one-time-code", "inputmode": "numeric"}),
    )

    def __init__(self, *args: Any, request: HttpRequest, **kwargs: Any) -> None:
        self.request = request
        super().__init__(*args, **kwargs)

    def clean(self) -> dict[str, Any]:
        """The code is spent only when the password, and all that the rest of the form says, is right."""
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        if self.errors:
            return cleaned
        user = self.request.user
        if not ratelimit.consume(self.request, action="reauthenticate", user=user):
            raise forms.ValidationError(_("Too many tries. Wait a few minutes, then try again."))
        if not get_adapter().reauthenticate(user, cleaned["password"]):
            self.add_error("password", _("This password is not right."))
            return cleaned
        code = ReauthenticateForm({"code": cleaned["code"]}, user=user)
        if not code.is_valid():
            self.add_error("code", _("This code is not right, or was used already. Wait for the next one."))
            return cleaned
        code.authenticator.record_usage()
        self._at = database_now()
        return cleaned

    @property
    def confirmed(self) -> Confirmed:
        """What a valid form proves."""
        return Confirmed(UUID(str(self.request.user.pk)), self._at)
