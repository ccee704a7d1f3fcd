"""Who asks: a token in the header, its scopes, and how often it may ask."""

from typing import TYPE_CHECKING, cast

from django.contrib.auth.models import AnonymousUser
from django.utils.translation import gettext as _
from rest_framework.authentication import BaseAuthentication, get_authorization_header
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.permissions import BasePermission
from rest_framework.request import Request
from rest_framework.throttling import SimpleRateThrottle

from alerts.access import actor_of, find_token
from alerts.models import AccessToken, Scope
from pole.audit.denials import record_denial
from pole.tenancy.actor import RightLacking

if TYPE_CHECKING:
    from rest_framework.views import APIView


class TokenAuthentication(BaseAuthentication):
    """`Authorization: Bearer …`. Missing, unknown, expired, revoked: one and the same answer."""

    def authenticate(self, request: Request) -> tuple[AnonymousUser, AccessToken]:
        """Raises:
        AuthenticationFailed
        """
        scheme, _space, text = get_authorization_header(request).decode("latin-1").partition(" ")
        token = find_token(text.strip()) if scheme.lower() == "bearer" else None
        if token is None:
            raise AuthenticationFailed(
                _("This token opens nothing. Ask your direction for one, under “Channels and access”.")
            )
        return AnonymousUser(), token

    def authenticate_header(self, request: Request) -> str:
        return "Bearer"


def token_of(request: Request) -> AccessToken:
    """The token that the request came with: authenticated, it has one."""
    return cast(AccessToken, request.auth)


class HasScope(BasePermission):
    """The scope that the view names."""

    def has_permission(self, request: Request, view: "APIView") -> bool:
        scope: Scope = view.scope  # type: ignore[attr-defined] # every view of ours names one
        if scope in token_of(request).scopes:
            return True
        record_denial(RightLacking(actor_of(token_of(request)), f"api.{scope}"), request.path)
        self.message = _("This token does not allow that. Ask your direction for one that does.")
        return False


class PerToken(SimpleRateThrottle):
    """So many a minute for each token, whatever it asks."""

    scope = "token"

    def get_cache_key(self, request: Request, view: "APIView") -> str:
        return self.cache_format % {"scope": self.scope, "ident": token_of(request).pk}
