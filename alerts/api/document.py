"""What the OpenAPI document cannot find out by itself. Imported by the addresses."""

from typing import Any

from drf_spectacular.extensions import OpenApiAuthenticationExtension

from alerts.api.entrance import TokenAuthentication


class TokenInSchema(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call] # registers itself, untyped
    """How the document names it."""

    target_class: Any = TokenAuthentication
    name = "token"

    def get_security_definition(self, auto_schema: Any) -> dict[str, str]:
        return {"type": "http", "scheme": "bearer", "description": "Un jeton de « Canaux et accès »."}
