"""Who acts, for which service, with which rights."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.db.models import Exists
from django.http import Http404

from pole.tenancy.models import Membership, Service
from pole.tenancy.permissions import RIGHTS, SEES_ALL_CASES, Perm


class RightLacking(PermissionDenied):
    """A right the actor lacks; the error page records it in the service's journal."""

    def __init__(self, actor: "Actor", perm: str) -> None:
        self.actor, self.perm = actor, perm
        super().__init__(perm)


class NotAMember(Http404):
    """A service that is not the user's does not exist for them; the attempt is recorded with the service."""

    def __init__(self, user_id: UUID, service: Service | None) -> None:
        self.user_id, self.service = user_id, service
        super().__init__("no such page")


@dataclass(frozen=True, slots=True)
class Actor:
    """A person acting for one service, the service's own clockwork, or a system of its own (both `user_id` None).

    A system (`system` is its name) has the rights in `granted`, which its token opens, and no other.
    `works_elsewhere`: the person works for another service too; it gives no right there.
    """

    service: Service
    user_id: UUID | None
    role: str
    system: str = ""
    granted: frozenset[Perm] = frozenset()
    works_elsewhere: bool = False

    @classmethod
    def of(cls, user: Any, service_slug: str) -> "Actor":
        """The signed-in user as member of the service in the address.

        Raises:
            NotAMember: the service does not exist, or does not for this user.
        """
        theirs = Membership.objects.current().filter(user=user)
        membership = (
            theirs.filter(service__slug=service_slug)
            .select_related("service")
            .annotate(elsewhere=Exists(theirs.exclude(service__slug=service_slug)))
            .first()
        )
        if membership is None:
            raise NotAMember(user.pk, Service.objects.filter(slug=service_slug).first())
        return cls(membership.service, user.pk, membership.role, works_elsewhere=membership.elsewhere)  # type: ignore[attr-defined] # annotated

    @classmethod
    def every(cls, user: Any) -> list["Actor"]:
        """The signed-in user in each service that is theirs today, by name: each with the rights of that membership."""
        mine = list(
            Membership.objects.current()
            .filter(user=user.pk)
            .select_related("service")
            .order_by("service__name", "service_id")
        )
        several = len(mine) > 1
        return [cls(each.service, each.user_id, each.role, works_elsewhere=several) for each in mine]

    @classmethod
    def clockwork(cls, service: Service) -> "Actor":
        """The service's own jobs: they carry out what a person or a protocol already decided."""
        return cls(service=service, user_id=None, role="clockwork")

    @classmethod
    def of_system(cls, service: Service, name: str, granted: Iterable[Perm]) -> "Actor":
        """The service's own system, which acts without anybody watching."""
        return cls(service=service, user_id=None, role="system", system=name, granted=frozenset(granted))

    @property
    def service_id(self) -> UUID:
        return self.service.pk

    @property
    def service_slug(self) -> str:
        return self.service.slug

    @property
    def person_id(self) -> UUID:
        """Who acts, where only a person can.

        Raises:
            ValueError: the service's clockwork or system, which do nothing in anybody's name.
        """
        if self.user_id is None:
            raise ValueError("this is a person's to do")
        return self.user_id

    @property
    def is_clockwork(self) -> bool:
        return self.user_id is None and not self.system

    @property
    def sees_all_cases(self) -> bool:
        return self.is_clockwork or self.role in SEES_ALL_CASES

    def can(self, perm: Perm) -> bool:
        if self.system:
            return perm in self.granted
        return self.is_clockwork or perm in RIGHTS.get(self.role, ())

    def require(self, perm: Perm) -> None:
        """Raises:
        RightLacking: a 403 that is written in the journal.
        """
        if not self.can(perm):
            raise RightLacking(self, perm)
