"""Agreements: who may be told what, what for, until when. Informed first; six months at most."""

from collections.abc import Sequence
from datetime import date

from django.db import transaction
from django.utils import timezone

from cases.models import Agreement, Case, ChangeKind, Person
from cases.models.agreement import AgreementForm
from cases.refusals import (
    AlreadyWithdrawn,
    InformedAfterwards,
    NeverShared,
    NoSuchPurpose,
    NotAPartner,
    NotOfThisCase,
    TooLong,
    UnknownBasis,
)
from cases.services.drafts import drop_draft
from cases.services.writing import may_write, not_in_the_future, written
from pole.audit.models import Tag
from pole.calendar import Period
from pole.clock import database_now
from pole.legal import bases, categories, purposes
from pole.tenancy.actor import Actor
from pole.tenancy.models import Service
from pole.tenancy.permissions import Perm

LONGEST = Period(months=6)  # as the database holds it too


@transaction.atomic
def record_agreement(
    *,
    actor: Actor,
    case: Case,
    person: Person,
    recipient: Service,
    categories: Sequence[str],
    purposes: Sequence[str],
    form: str,
    informed_on: date,
    given_on: date,
    expires_on: date,
    basis: str = "agreement",
) -> Agreement:
    """What a person of the case agreed to, for one recipient.

    Raises:
        NotOfThisCase, NotAPartner, NeverShared, NoSuchPurpose, UnknownBasis: not among what is offered.
        InformedAfterwards, TooLong, InTheFuture: the days don't fit article 2.
    """
    author_id = may_write(actor, case)
    if person.case_id != case.pk:
        raise NotOfThisCase
    if recipient.pk == actor.service_id or not recipient.is_active:
        raise NotAPartner
    _check_scope(categories, purposes, basis, given_on)
    not_in_the_future(given_on, "given_on")
    if informed_on > given_on:
        raise InformedAfterwards
    if not given_on <= expires_on <= LONGEST.after(given_on):
        raise TooLong
    agreement = Agreement.objects.create(
        service=actor.service,
        case=case,
        person=person,
        recipient=recipient,
        categories=sorted(categories),
        purposes=sorted(purposes),
        basis=basis,
        form=form,
        informed_on=informed_on,
        given_on=given_on,
        expires_on=expires_on,
        recorded_by_id=author_id,
    )
    drop_draft(actor, case, "agreement")
    written(
        actor,
        case,
        what="agreement",
        subject_id=agreement.pk,
        kind=ChangeKind.AGREEMENT,
        tag=Tag.AGREEMENT_RECORDED,
        recipient=str(recipient.pk),
        categories=agreement.categories,
    )
    return agreement


def _check_scope(chosen: Sequence[str], aims: Sequence[str], basis: str, on: date) -> None:
    known = {category.code for category in categories() if not category.never_shared}
    if not chosen or not known.issuperset(chosen):
        raise NeverShared
    if not aims or not {purpose.code for purpose in purposes()}.issuperset(aims):
        raise NoSuchPurpose
    if basis not in bases() or not bases()[basis].by_the_person or not bases()[basis].in_force_on(on):
        raise UnknownBasis


@transaction.atomic
def confirm_agreement(
    *, actor: Actor, case: Case, agreement: Agreement, confirmed_on: date | None = None
) -> Agreement:
    """An oral agreement is now in writing (article 2 §3)."""
    agreement = _standing(actor, case, agreement)
    agreement.confirmed_on = confirmed_on or timezone.localdate()
    not_in_the_future(agreement.confirmed_on, "confirmed_on")
    agreement.save(update_fields=["confirmed_on"])
    written(actor, case, what="agreement_confirmed", subject_id=agreement.pk, tag=Tag.AGREEMENT_RECORDED)
    return agreement


@transaction.atomic
def withdraw_agreement(*, actor: Actor, case: Case, agreement: Agreement) -> Agreement:
    """From now on nothing leaves under it; what left stays told.

    Raises:
        AlreadyWithdrawn
    """
    agreement = _standing(actor, case, agreement)
    agreement.withdrawn_at = database_now()  # the clock that asks whether it is in force
    agreement.save(update_fields=["withdrawn_at"])
    written(
        actor,
        case,
        what="agreement_withdrawn",
        subject_id=agreement.pk,
        kind=ChangeKind.AGREEMENT,
        tag=Tag.AGREEMENT_WITHDRAWN,
    )
    return agreement


def _standing(actor: Actor, case: Case, agreement: Agreement) -> Agreement:
    # Withdrawing is the person's right at any time: a closed case does not stand in its way.
    actor.require(Perm.CASE_WRITE)
    agreement = Agreement.objects.select_for_update(of=("self",)).get(pk=agreement.pk, case=case)
    if agreement.withdrawn_at:
        raise AlreadyWithdrawn
    return agreement


def awaits_confirmation(agreement: Agreement) -> bool:
    """Oral, and not yet in writing."""
    return agreement.form == AgreementForm.ORAL and not agreement.confirmed_on and not agreement.withdrawn_at
