"""Refusals, recorded in a transaction of their own: the request's is rolled back."""

from uuid import UUID

from django.db import transaction

from pole.audit.models import Event, Tag
from pole.tenancy.actor import NotAMember, RightLacking
from pole.tenancy.context import tenant


def record_denial(error: Exception, path: str) -> None:
    """Tell the service whose page was refused, and to whom. Other errors are none of the journal's matter."""
    if isinstance(error, RightLacking):
        detail = {"perm": str(error.perm), "path": path}
        if error.actor.system:
            detail["system"] = error.actor.system
        _write(error.actor.service_id, error.actor.user_id, Tag.DENIED, detail)
    elif isinstance(error, NotAMember) and error.service is not None:
        _write(error.service.pk, error.user_id, Tag.STRANGER, {"path": path})


def _write(service_id: UUID, user_id: UUID | None, tag: Tag, detail: dict[str, str]) -> None:
    with transaction.atomic(), tenant(service_id):
        Event.objects.create(service_id=service_id, user_id=user_id, tag=tag, detail=detail)
