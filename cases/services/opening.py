"""Opening and closing a case."""

from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models.functions import Length
from django.utils import timezone
from guardian.shortcuts import assign_perm

from cases.models import Case, ChangeKind, PersonRole
from cases.models.case import WORK_ON
from cases.refusals import MotiveMissing
from cases.services.drafts import drop_draft
from cases.services.people import add_person
from cases.services.writing import may_write, written
from pole.accounts.models import User
from pole.alone import take_turns
from pole.audit.models import Tag, record
from pole.tenancy.actor import Actor
from pole.tenancy.permissions import Perm

OPENING = "open"  # the form's name among drafts


@transaction.atomic
def open_case(
    *,
    actor: Actor,
    summary: str,
    followed: dict[str, Any],
    partner: dict[str, Any] | None = None,
    case_id: UUID | None = None,
) -> Case:
    """A case with the person followed and, if known, the partner; whoever opens it is its team.

    Args:
        followed, partner: fields of `add_person` but its role.
        case_id: given by who must know it beforehand.
    """
    actor.require(Perm.CASE_WRITE)
    case = Case(service=actor.service, reference=_next_reference(actor), summary=summary)
    if case_id:
        case.pk = case_id
    case.save(force_insert=True)
    if actor.user_id:
        assign_perm(WORK_ON, User.objects.get(pk=actor.user_id), case)
    add_person(actor=actor, case=case, role=PersonRole.FOLLOWED, **followed)
    if partner:
        add_person(actor=actor, case=case, role=PersonRole.PARTNER, **partner)
    drop_draft(actor, None, OPENING)
    record(actor=actor, tag=Tag.CASE_OPENED, subject_id=case.pk, reference=case.reference)
    return case


def _next_reference(actor: Actor) -> str:
    """ "2026-0042": the next of the year in the service. A lock per service makes two openings take turns."""
    year = timezone.localdate().year
    take_turns(f"case|{actor.service_id}")
    # Longer first: the ten-thousandth case of a year has five digits.
    of_year = Case.objects.filter(service=actor.service, reference__regex=rf"^{year}-\d{{4,}}$")
    last = (
        of_year.order_by(Length("reference").desc(), "-reference").values_list("reference", flat=True).first()
    )
    number = int(last.split("-")[1]) + 1 if last else 1
    return f"{year}-{number:04}"


@transaction.atomic
def change_case(*, actor: Actor, case: Case, summary: str) -> Case:
    """Say anew what the situation is, in a few words."""
    may_write(actor, case)
    case.summary = summary
    case.save(update_fields=["summary"])
    drop_draft(actor, case, "summary")
    written(actor, case, what="summary")
    return case


@transaction.atomic
def close_case(*, actor: Actor, case: Case, motive: str) -> Case:
    """Close; the motive stays in the case as a contact would.

    Raises:
        CaseClosed: it already is.
        MotiveMissing: nothing was said.
    """
    may_write(actor, case)
    if not motive.strip():
        raise MotiveMissing
    case.closed_on = timezone.localdate()
    case.closing_motive = motive
    case.save(update_fields=["closed_on", "closing_motive"])
    drop_draft(actor, case, "close")
    written(actor, case, what="closed")
    return case


@transaction.atomic
def reopen_case(*, actor: Actor, case: Case) -> Case:
    """Open a closed case again. Why it was closed stays: whoever closes it was told so."""
    actor.require(Perm.CASE_WRITE)
    if case.is_open:
        return case
    case.closed_on = None
    case.save(update_fields=["closed_on"])
    written(actor, case, what="reopened", subject_id=case.pk, kind=ChangeKind.REOPENED)
    return case
