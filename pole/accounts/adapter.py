"""What allauth may and may not do here."""

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.mfa.adapter import DefaultMFAAdapter
from django.http import HttpRequest, HttpResponse

from pole.audit.models import Event, Tag
from pole.tenancy.context import tenant
from pole.tenancy.models import Membership


class AccountAdapter(DefaultAccountAdapter):
    """No sign-up: the direction of a service makes accounts."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def post_login(self, request: HttpRequest, user: Any, **kwargs: Any) -> HttpResponse:
        """A line in the journal of each service the person works for."""
        for membership in Membership.objects.current().filter(user=user).select_related("service"):
            with tenant(membership.service_id):
                Event.objects.create(service=membership.service, user=user, tag=Tag.SIGNED_IN)
        response: HttpResponse = super().post_login(request, user, **kwargs)
        return response


class MFAAdapter(DefaultMFAAdapter):
    """The second factor is mandatory, so it can be replaced but not given up."""

    def can_delete_authenticator(self, authenticator: Any) -> bool:
        return False
