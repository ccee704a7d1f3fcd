"""What every write on a case does: check that it may, and leave its traces in the same transaction."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.utils import timezone

from cases.models import Case, CaseChange, ChangeKind
from cases.refusals import CaseClosed, InTheFuture, NotAnOpenCase
from pole.audit.models import Tag, record
from pole.tenancy.actor import Actor
from pole.tenancy.permissions import Perm


def may_write(actor: Actor, case: Case) -> UUID:
    """Whoever writes.

    Raises:
        RightLacking: the actor's role only reads.
        CaseClosed: nothing is added to a closed case.
    """
    actor.require(Perm.CASE_WRITE)
    if not case.is_open:
        raise CaseClosed
    return person_acting(actor)


def must_be_open(actor: Actor, case: Case) -> None:
    """Asked of the database, and held until the end of the transaction: a colleague may be closing it.

    Raises:
        NotAnOpenCase: it is closed, or not the actor's to see.
    """
    if not Case.objects.visible_to(actor).open().select_for_update(of=("self",)).filter(pk=case.pk).exists():
        raise NotAnOpenCase


def person_acting(actor: Actor) -> UUID:
    """Raises:
    ValueError: the service's clockwork, which writes nothing in anybody's name.
    """
    if actor.user_id is None:
        raise ValueError("a case is written by a person")
    return actor.user_id


def written(
    actor: Actor,
    case: Case,
    *,
    what: str,
    subject_id: UUID | None = None,
    kind: ChangeKind | None = None,
    tag: Tag = Tag.CASE_CHANGED,
    **detail: Any,
) -> None:
    """Move the case up in the lists, write the journal, and the `CaseChange` when rules may look at it."""
    now = timezone.now()
    case.active_at = now
    case.save(update_fields=["active_at"])
    if subject_id:
        detail["id"] = str(subject_id)
    record(actor=actor, tag=tag, subject_id=case.pk, what=what, **detail)
    if kind and subject_id:
        CaseChange.objects.create(service=actor.service, case=case, kind=kind, subject_id=subject_id, at=now)


def not_in_the_future(day: date | datetime, field: str) -> None:
    """Raises:
    InTheFuture: with the field that says so.
    """
    late = day > timezone.now() if isinstance(day, datetime) else day > timezone.localdate()
    if late:
        raise InTheFuture(field)
