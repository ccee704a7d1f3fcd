"""Asked for once more: before what takes something out of the wall, or binds the service."""

from allauth.account.internal.flows.reauthentication import did_recently_reauthenticate
from allauth.core.exceptions import ReauthenticationRequired
from django.http import HttpRequest


def require_confirmation(request: HttpRequest) -> None:
    """Go on if the person confirmed lately (`ACCOUNT_REAUTHENTICATION_TIMEOUT`) that it is they.

    Raises:
        ReauthenticationRequired: they did not; allauth's middleware asks them and comes back here.
    """
    if not did_recently_reauthenticate(request):
        raise ReauthenticationRequired
