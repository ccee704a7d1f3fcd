"""What the frame of every page shows."""

from typing import Any
from uuid import uuid4

from django.conf import settings
from django.http import HttpRequest

from pole.tenancy.permissions import Perm


def frame(request: HttpRequest) -> dict[str, Any]:
    """The actor (None outside a service), the rights the navigation asks for, a fresh idempotency key.

    The key of a form sent back with errors is the one it came with, so that nothing is done twice.
    """
    actor = getattr(request, "actor", None)
    rights = {perm.name: actor.can(perm) for perm in Perm} if actor else {}
    key = request.POST.get("idempotency_key") if request.method == "POST" else None
    return {"actor": actor, "may": rights, "idempotency_key": key or uuid4(), "demo": settings.DEMO}
