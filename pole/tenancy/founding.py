"""What an operator does for services, from the command line: their first day, and a second factor that was lost.

An operator reads no content; what they did stands in the journal of each service concerned.
"""

from allauth.mfa.models import Authenticator
from django.db import transaction

from pole.accounts.models import User
from pole.audit.models import Tag, record
from pole.crypto.keys import create_service_key
from pole.tenancy.actor import Actor
from pole.tenancy.context import tenant
from pole.tenancy.models import Membership, Service
from pole.tenancy.permissions import Role


@transaction.atomic
def found_service(*, service: Service, direction_email: str, direction_name: str) -> Membership:
    """A service with its data key and its first member, who adds the others and chooses a password by e-mail.

    Raises:
        django.core.exceptions.ValidationError: what is said of the service or of its direction is no such thing.
    """
    service.full_clean()
    service.save(force_insert=True)
    create_service_key(service.pk)
    email = direction_email.strip().lower()
    user = User.objects.filter(email=email).first() or _account(email, direction_name)
    membership = Membership.objects.create(user=user, service=service, role=Role.DIRECTION)
    _record(service, "founded", user)
    return membership


@transaction.atomic
def reset_second_factor(*, email: str) -> User:
    """Forget both factors of somebody whose second is lost: they choose a password by e-mail and set up another.

    The password goes with it, or it alone would let whoever knows it set up theirs. Every session ends.

    Raises:
        User.DoesNotExist
    """
    user = User.objects.select_for_update().get(email=email.strip().lower())
    Authenticator.objects.filter(user=user).delete()
    user.set_unusable_password()
    user.save(update_fields=["password"])
    for membership in Membership.objects.current().filter(user=user).select_related("service"):
        _record(membership.service, "factors_reset", user)
    return user


def _account(email: str, name: str) -> User:
    User(email=email, name=name.strip()).clean_fields(exclude=["password"])
    return User.objects.create_user(email=email, name=name)


def _record(service: Service, what: str, user: User) -> None:
    with tenant(service.pk):
        record(
            actor=Actor.clockwork(service),
            tag=Tag.MEMBER_CHANGED,
            subject_id=None,
            what=what,
            user=str(user.pk),
        )
