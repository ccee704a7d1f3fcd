"""What allauth may and may not do here."""

import base64
import logging
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.mfa.adapter import DefaultMFAAdapter
from django.http import HttpRequest, HttpResponse

from pole.audit.models import Event, Tag
from pole.crypto.keys import master_key
from pole.crypto.seal import seal, unseal
from pole.tenancy.context import tenant
from pole.tenancy.models import Membership

log = logging.getLogger("pole.accounts")
SEALED = "sealed:"
PLACE = "mfa_authenticator|data"


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

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """A mail server that takes nothing must not show who has an account: the page that follows says what to do."""
        try:
            super().send_mail(template_prefix, email, context)
        except OSError as error:  # smtplib's errors are; their words may hold the address
            log.error("an e-mail to somebody who signs in did not leave: %s", type(error).__name__)


class MFAAdapter(DefaultMFAAdapter):
    """The second factor is mandatory, so it can be replaced but not given up."""

    def can_delete_authenticator(self, authenticator: Any) -> bool:
        return False

    def encrypt(self, text: str) -> str:
        """Secrets of second factors are sealed: a dump of the database shows nobody's codes."""
        return SEALED + base64.b64encode(seal(master_key(), text.encode(), PLACE)).decode()

    def decrypt(self, encrypted_text: str) -> str:
        """Those set up before they were sealed stand in clear, and are sealed when they are replaced."""
        if not encrypted_text.startswith(SEALED):
            return encrypted_text
        return unseal(master_key(), base64.b64decode(encrypted_text.removeprefix(SEALED)), PLACE).decode()
