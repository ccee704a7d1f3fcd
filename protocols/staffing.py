"""Who stands behind the parties of a protocol, as the checks want to know it. Platform tables only."""

from collections.abc import Mapping
from uuid import UUID

from pole.tenancy.models import Membership, Service
from pole.tenancy.permissions import RIGHTS, Perm
from protocols.checking.parties import Staff


def staff_of(parties: Mapping[str, Service]) -> dict[str, Staff]:
    """Party -> who answers for its service today."""
    roles: dict[UUID, list[str]] = {service.pk: [] for service in parties.values()}
    current = Membership.objects.current().filter(service__in=[*roles])
    for service_id, role in current.values_list("service_id", "role"):
        roles[service_id].append(role)
    return {code: _staff(service, roles[service.pk]) for code, service in parties.items()}


def _staff(service: Service, roles: list[str]) -> Staff:
    return Staff(
        members=sum(Perm.ALERT_HANDLE in RIGHTS[role] for role in roles),
        by_role={role: roles.count(role) for role in set(roles)},
        round_the_clock=service.round_the_clock,
        duty_address=bool(service.duty_email),
    )
