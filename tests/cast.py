"""The people every test can call on, and somebody who must not be told."""

from dataclasses import dataclass
from typing import Any
from uuid import uuid4

from django.test import Client

from pole.accounts.gate import SECOND_FACTOR
from pole.accounts.models import User
from pole.tenancy.actor import Actor
from pole.tenancy.factories import person, service
from pole.tenancy.models import Service, ServiceKind
from pole.tenancy.permissions import Role


@dataclass(frozen=True)
class Cast:
    """Four services of one cooperation, and one of no relation."""

    victims: Service
    programme: Service
    police: Service
    coordination: Service
    elsewhere: Service

    ana: User  # practitioner, victim service
    eli: User  # another practitioner there
    rita: User  # référent there
    denis: User  # direction there
    olga: User  # data protection officer there
    bruno: User  # practitioner, perpetrator programme
    remy: User  # référent there
    dina: User  # direction there
    carla: User  # liaison officer, police
    rosa: User  # référent there
    cleo: User  # coordination
    dora: User  # practitioner of the service of no relation

    def actor(self, user: User) -> Actor:
        """The person at their (one) service."""
        return Actor.of(user, user.memberships.select_related("service").get().service.slug)


def make_cast() -> Cast:
    victims = service("maison-claire", ServiceKind.VICTIM_SUPPORT)
    programme = service("cap-alternatives", ServiceKind.PERPETRATOR_PROGRAMME)
    police = service("zone-des-trois-ponts", ServiceKind.POLICE)
    coordination = service("coordination", ServiceKind.COORDINATION)
    elsewhere = service("autre-rive", ServiceKind.VICTIM_SUPPORT)
    return Cast(
        victims=victims,
        programme=programme,
        police=police,
        coordination=coordination,
        elsewhere=elsewhere,
        ana=person("Ana", at=victims),
        eli=person("Eli", at=victims),
        rita=person("Rita", at=victims, role=Role.REFERENT),
        denis=person("Denis", at=victims, role=Role.DIRECTION),
        olga=person("Olga", at=victims, role=Role.AUDIT),
        bruno=person("Bruno", at=programme),
        remy=person("Remy", at=programme, role=Role.REFERENT),
        dina=person("Dina", at=programme, role=Role.DIRECTION),
        carla=person("Carla", at=police, role=Role.LIAISON),
        rosa=person("Rosa", at=police, role=Role.REFERENT),
        cleo=person("Cleo", at=coordination, role=Role.COORDINATION),
        dora=person("Dora", at=elsewhere),
    )


def signed_in(client: Client, user: User) -> Client:
    """The client as this person, past the second factor."""
    client.force_login(user)
    session = client.session
    session[SECOND_FACTOR] = True
    session.save()
    return client


def posting(**data: Any) -> dict[str, Any]:
    """Form data with a fresh idempotency key, as `{% key %}` gives one."""
    return {"idempotency_key": str(uuid4()), **data}
