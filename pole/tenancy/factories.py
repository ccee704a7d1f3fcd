"""Services and people for tests and demonstrations, dull and predictable. Addresses end in `.example`."""

from datetime import timedelta
from typing import Any

from pole.accounts.models import User
from pole.clock import database_now
from pole.crypto.keys import create_service_key
from pole.tenancy.context import inside
from pole.tenancy.models import DutyTurn, Membership, Service, ServiceKind
from pole.tenancy.permissions import Role


def service(slug: str, kind: str = ServiceKind.VICTIM_SUPPORT, **fields: Any) -> Service:
    """A service with its data key. Police are there day and night, as everywhere."""
    fields.setdefault("name", slug.replace("-", " ").capitalize())
    fields.setdefault("duty_email", f"permanence@{slug}.example")
    fields.setdefault("urgent_phone", "04 000 00 00")
    fields.setdefault("round_the_clock", kind == ServiceKind.POLICE)
    made = Service.objects.create(slug=slug, kind=kind, **fields)
    create_service_key(made.pk)
    return made


def person(name: str, *, at: Service, role: str = Role.PRACTITIONER, **membership: Any) -> User:
    """A professional called `name`, working for a service in a role, signing in as name@slug.example."""
    user = User.objects.create_user(email=f"{name.lower()}@{at.slug}.example", name=name)
    Membership.objects.create(user=user, service=at, role=role, **membership)
    return user


def on_duty(user: User, *, at: Service, hours: float = 8) -> DutyTurn:
    """Somebody on duty since an hour ago, for so many hours more."""
    now = database_now()
    with inside(at):
        return DutyTurn.objects.create(
            service=at,
            user=user,
            made_by=user,
            starts_at=now - timedelta(hours=1),
            ends_at=now + timedelta(hours=hours),
        )
