"""Contacts, logged."""

from datetime import datetime

from django.db import transaction
from django.utils import timezone

from cases.models import Case, ChangeKind, Note
from cases.services.drafts import drop_draft
from cases.services.writing import may_write, not_in_the_future, written
from pole.tenancy.actor import Actor


@transaction.atomic
def log_contact(
    *, actor: Actor, case: Case, kind: str, text: str, happened_at: datetime | None = None
) -> Note:
    """A contact with somebody of the case or about it; now unless said otherwise. Its draft is done with.

    Raises:
        InTheFuture, CaseClosed
    """
    author_id = may_write(actor, case)
    happened_at = happened_at or timezone.now()
    not_in_the_future(happened_at, "happened_at")
    note = Note.objects.create(
        service=actor.service,
        case=case,
        kind=kind,
        text=text,
        happened_at=happened_at,
        author_id=author_id,
    )
    drop_draft(actor, case, "contact")
    written(actor, case, what="contact", subject_id=note.pk, kind=ChangeKind.CONTACT, note=kind)
    return note
