"""Who works for a service: the direction's matter, written in the journal."""

from datetime import date
from uuid import UUID

from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from pole.accounts.models import User
from pole.alone import take_turns
from pole.audit.models import Tag, record
from pole.refusals import Refused
from pole.tenancy.actor import Actor
from pole.tenancy.models import Membership, Service
from pole.tenancy.permissions import Perm, Role


class AlreadyAMember(Refused):
    message = _("This person already works here. Change the role or the end in the list.")
    field = "email"


class NoDayLeft(Refused):
    message = _("The person would have access on no day. Choose a day to come, or leave this empty.")
    field = "ends_on"


class LastDirection(Refused):
    message = _("Somebody must stay in charge of the service. Give the direction to another person first.")


@transaction.atomic
def add_member(*, actor: Actor, email: str, name: str, role: str, ends_on: date | None = None) -> Membership:
    """Somebody works here from today. Without an account yet, they get one, and choose a password by e-mail.

    An account that exists elsewhere keeps its name; nothing here tells whether it did.

    Raises:
        AlreadyAMember
        NoDayLeft: the first day without access is not to come.
    """
    actor.require(Perm.MEMBERS_MANAGE)
    if ends_on and ends_on <= timezone.localdate():
        raise NoDayLeft
    email = email.strip().lower()
    take_turns(f"member|{email}")  # two who add the same person at once, here or in two services
    user = User.objects.filter(email=email).first() or User.objects.create_user(email=email, name=name)
    known = Membership.objects.filter(user=user, service=actor.service).first()
    if known and (known.ends_on is None or known.ends_on > timezone.localdate()):
        raise AlreadyAMember
    membership = known or Membership(user=user, service=actor.service)
    membership.role, membership.ends_on = role, ends_on
    membership.save()
    _recorded(actor, membership, "added")
    return membership


@transaction.atomic
def change_member(*, actor: Actor, membership_id: UUID, role: str, ends_on: date | None = None) -> Membership:
    """Another role, or the first day without access; today takes effect at once.

    Raises:
        LastDirection: nobody would be left in charge.
        Membership.DoesNotExist: not of this service.
    """
    actor.require(Perm.MEMBERS_MANAGE)
    # All of them, so that two directions who leave at once take turns.
    locked = {row.pk: row for row in Membership.objects.select_for_update().filter(service=actor.service)}
    if membership_id not in locked:
        raise Membership.DoesNotExist
    membership = locked[membership_id]
    membership.role, membership.ends_on = role, ends_on
    membership.save(update_fields=["role", "ends_on"])
    stays = Q(ends_on=None) | Q(ends_on__gt=timezone.localdate())
    if not Membership.objects.filter(stays, service=actor.service, role=Role.DIRECTION).exists():
        raise LastDirection
    _recorded(actor, membership, "changed")
    return membership


@transaction.atomic
def change_contacts(
    *, actor: Actor, name: str, duty_email: str, urgent_phone: str, round_the_clock: bool
) -> Service:
    """How other services reach this one."""
    actor.require(Perm.MEMBERS_MANAGE)
    service = Service.objects.select_for_update().get(pk=actor.service_id)
    service.name, service.duty_email, service.urgent_phone = name, duty_email, urgent_phone
    service.round_the_clock = round_the_clock
    service.save(update_fields=["name", "duty_email", "urgent_phone", "round_the_clock"])
    record(actor=actor, tag=Tag.MEMBER_CHANGED, subject_id=service.pk, what="contacts")
    return service


def _recorded(actor: Actor, membership: Membership, what: str) -> None:
    record(
        actor=actor,
        tag=Tag.MEMBER_CHANGED,
        subject_id=membership.pk,
        what=what,
        user=str(membership.user_id),
        role=membership.role,
        ends_on=membership.ends_on.isoformat() if membership.ends_on else None,
    )
