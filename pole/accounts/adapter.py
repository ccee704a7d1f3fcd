"""What allauth may and may not do here."""

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.mfa.adapter import DefaultMFAAdapter
from django.http import HttpRequest


class AccountAdapter(DefaultAccountAdapter):
    """No sign-up: the direction of a service makes accounts."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False


class MFAAdapter(DefaultMFAAdapter):
    """The second factor is mandatory, so it can be replaced but not given up."""

    def can_delete_authenticator(self, authenticator: Any) -> bool:
        return False
