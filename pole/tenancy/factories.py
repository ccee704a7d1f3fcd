"""Services and people for tests and demonstrations, dull and predictable. Addresses end in `.example`."""

from typing import Any

from pole.accounts.models import User
from pole.crypto.keys import create_service_key
from pole.tenancy.models import Membership, Service, ServiceKind
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
