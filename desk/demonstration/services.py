"""Four fictional services with members in each role, and the agreement between them."""

import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import date, time, timedelta
from pathlib import Path

from django.db import transaction

from alerts.factories import in_force_around
from pole.accounts.again import Confirmed
from pole.accounts.models import User
from pole.accounts.second_factor import give_second_factor
from pole.clock import database_now
from pole.crypto.keys import create_service_key
from pole.tenancy import duty_planning
from pole.tenancy.actor import Actor
from pole.tenancy.context import tenant
from pole.tenancy.models import Membership, Service, ServiceKind
from pole.tenancy.permissions import Role
from protocols import drafts, signing
from protocols.documents import load_protocol

PASSWORD = "demonstration-seulement"  # noqa: S105 - printed by the demonstration, where nothing is real

SERVICES = {
    "VIC": ("clairiere", "La Clairière (fictif)", ServiceKind.VICTIM_SUPPORT, "#0b5563"),
    "AUT": ("passage", "Passage (fictif)", ServiceKind.PERPETRATOR_PROGRAMME, "#6b4e9b"),
    "POL": ("zone-aval", "Zone de police de l’Aval (fictive)", ServiceKind.POLICE, "#1d3f72"),
    "COO": ("trait-union", "Coordination Trait d’union (fictive)", ServiceKind.COORDINATION, "#7a5c00"),
}
PEOPLE = {
    "VIC": [
        ("Ana", Role.PRACTITIONER),
        ("Inès", Role.PRACTITIONER),
        ("Rita", Role.REFERENT),
        ("Diane", Role.DIRECTION),
        ("Olga", Role.AUDIT),
    ],
    "AUT": [
        ("Bruno", Role.PRACTITIONER),
        ("Sami", Role.PRACTITIONER),
        ("Rémy", Role.REFERENT),
        ("Dina", Role.DIRECTION),
        ("Otto", Role.AUDIT),
    ],
    "POL": [
        ("Carla", Role.LIAISON),
        ("Pol", Role.LIAISON),
        ("Rosa", Role.REFERENT),
        ("Didier", Role.DIRECTION),
        ("Omer", Role.AUDIT),
    ],
    "COO": [("Cléo", Role.COORDINATION), ("Régine", Role.REFERENT), ("Dora", Role.DIRECTION)],
}
# Party -> (who, days of the week from 0, first hour, last hour): the last turn leaves a gap to be seen.
ROTA = {
    "VIC": [("Ana", range(3), 9, 17), ("Inès", range(3, 4), 9, 17), ("Inès", range(4, 5), 9, 12)],
    "POL": [("Carla", range(7), 7, 19), ("Pol", range(6), 19, 7)],
}
# Half-time in one service and half-time in another: what waits in both stands on one page.
ALSO = [("regine@trait-union.example", "VIC", Role.PRACTITIONER)]
EMPLOYED_SINCE = date(2026, 1, 1)


@dataclass(frozen=True, slots=True)
class Account:
    """How to sign in as somebody of the demonstration."""

    email: str
    name: str
    service: str
    role: str
    secret: str


@transaction.atomic
def lay_ground(today: date) -> list[Account]:
    """Services, keys, people with their second factor, and the protocol in force around `today`."""
    services = {code: _service(*fields) for code, fields in SERVICES.items()}
    accounts = [
        _member(name, role, services[code], code) for code, people in PEOPLE.items() for name, role in people
    ]
    for email, code, role in ALSO:
        user = User.objects.get(email=email)
        Membership.objects.create(user=user, service=services[code], role=role, starts_on=EMPLOYED_SINCE)
    _sign(services, today)
    for code, turns in ROTA.items():
        _plan(services[code], turns, monday=today + timedelta(days=7 - today.weekday()))
    return accounts


def _sign(services: dict[str, Service], today: date) -> None:
    """The protocol, proposed by the coordination and signed by each direction, as people would on its pages."""
    directions = {code: _direction(service) for code, service in services.items()}
    author = directions["COO"]
    with tenant(author.service_id):
        draft = drafts.create_from_shipped(actor=author, identifier="demo-2026")
        text = in_force_around(draft.text, today)
        draft = drafts.save(actor=author, draft=draft, text=text, revision=draft.revision)
        draft = drafts.set_parties(actor=author, draft=draft, parties=services)
        draft = drafts.propose(actor=author, draft=draft, revision=draft.revision)
    sha256 = load_protocol(draft.text).text_hash()
    for direction in directions.values():
        # In place of what they would type: these people exist nowhere else.
        confirmed = Confirmed(direction.person_id, database_now())
        with tenant(direction.service_id):
            signing.sign(actor=direction, draft=draft, sha256=sha256, confirmed=confirmed)


def _plan(service: Service, turns: Iterable[tuple[str, range, int, int]], monday: date) -> None:
    """Two weeks from next Monday on: until then the demonstration shows the ladder as its protocol has it."""
    members = dict(Membership.objects.filter(service=service).values_list("user__name", "user_id"))
    with tenant(service.pk):
        for name, days, first, last in turns:
            for day in days:
                duty_planning.plan(
                    actor=_direction(service),
                    user_id=members[name],
                    starts_on=monday + timedelta(days=day),
                    starts=time(first),
                    ends_on=None,
                    ends=time(last),
                    weeks=2,
                )


def _direction(service: Service) -> Actor:
    membership = Membership.objects.get(service=service, role=Role.DIRECTION)
    return Actor(service=service, user_id=membership.user_id, role=Role.DIRECTION)


def write_accounts(accounts: list[Account], path: Path) -> None:
    """For the page of second-factor codes; ours alone to read."""
    path.write_text(json.dumps([asdict(account) for account in accounts]))
    path.chmod(0o600)


def _service(slug: str, name: str, kind: str, colour: str) -> Service:
    service = Service.objects.create(
        slug=slug,
        name=name,
        kind=kind,
        colour=colour,
        duty_email=f"permanence@{slug}.example",
        urgent_phone="081 00 00 00",
        round_the_clock=kind == ServiceKind.POLICE,
    )
    create_service_key(service.pk)
    return service


def _member(name: str, role: Role, service: Service, code: str) -> Account:
    address = name.lower().translate(str.maketrans("éèï", "eei"))
    user = User.objects.create_user(email=f"{address}@{service.slug}.example", name=name, password=PASSWORD)
    Membership.objects.create(user=user, service=service, role=role, starts_on=EMPLOYED_SINCE)
    return Account(user.email, name, service.name, str(role.label), give_second_factor(user))
