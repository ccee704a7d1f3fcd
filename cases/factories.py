"""Rows of a case, dull and predictable; to be called inside the service's own space."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from itertools import count
from typing import Any

from django.utils import timezone
from guardian.shortcuts import assign_perm

from cases.models import (
    Agreement,
    Case,
    CaseGrant,
    Incident,
    IncidentKind,
    Measure,
    MeasureKind,
    Note,
    Person,
    PersonRole,
    Task,
)
from cases.models.agreement import AgreementForm
from cases.models.case import WORK_ON
from cases.models.notes import NoteKind
from cases.services.people import index_names
from pole.accounts.models import User
from pole.tenancy.models import Service

_numbers = count(1)


def case(
    service: Service, *, team: Iterable[User] = (), followed: str = "", partner: str = "", **fields: Any
) -> Case:
    """A case of last year, with its team and, when named ("First Last"), its two people."""
    fields.setdefault("reference", f"2025-{next(_numbers):04}")
    fields.setdefault("summary", "Suivi depuis la rentrée.")
    made = Case.objects.create(service=service, **fields)
    for user in team:
        assign_perm(WORK_ON, user, made)
    if followed:
        person(made, followed, role=PersonRole.FOLLOWED)
    if partner:
        person(made, partner, role=PersonRole.PARTNER)
    return made


def substitute(of: Case, user: User, *, until: date) -> None:
    """A place in the team that ends."""
    assign_perm(WORK_ON, user, of)
    CaseGrant.objects.filter(content_object=of, user=user).update(until=until)


def person(of: Case, name: str, *, role: str = PersonRole.FOLLOWED, **fields: Any) -> Person:
    """Somebody in the case, found by name."""
    first, _, last = name.partition(" ")
    made = Person.objects.create(
        service_id=of.service_id, case=of, role=role, first_name=first, last_name=last, **fields
    )
    index_names(made)
    return made


def note(of: Case, author: User, *, happened_at: datetime | None = None, **fields: Any) -> Note:
    fields.setdefault("kind", NoteKind.PHONE)
    fields.setdefault("text", "Appel, rien de neuf.")
    return Note.objects.create(
        service_id=of.service_id, case=of, author=author, happened_at=happened_at or timezone.now(), **fields
    )


def incident(of: Case, author: User, **fields: Any) -> Incident:
    fields.setdefault("kind", IncidentKind.PSYCHOLOGICAL)
    fields.setdefault("happened_on", timezone.localdate())
    fields.setdefault("text", "Messages répétés.")
    return Incident.objects.create(service_id=of.service_id, case=of, recorded_by=author, **fields)


def measure(of: Case, author: User, **fields: Any) -> Measure:
    fields.setdefault("kind", MeasureKind.RESIDENCE_BAN)
    fields.setdefault("starts_on", timezone.localdate())
    fields.setdefault("ends_on", fields["starts_on"] + timedelta(days=14))
    return Measure.objects.create(service_id=of.service_id, case=of, recorded_by=author, **fields)


def agreement(of: Case, by: Person, author: User, *, to: Service, **fields: Any) -> Agreement:
    """The person agreed, today, in writing, for three months."""
    fields.setdefault("categories", ["C01", "C05"])
    fields.setdefault("purposes", ["F1"])
    fields.setdefault("basis", "agreement")
    fields.setdefault("form", AgreementForm.WRITTEN)
    fields.setdefault("given_on", timezone.localdate())
    fields.setdefault("informed_on", fields["given_on"])
    fields.setdefault("expires_on", fields["given_on"] + timedelta(days=90))
    return Agreement.objects.create(
        service_id=of.service_id, case=of, person=by, recipient=to, recorded_by=author, **fields
    )


def task(of: Case | None, service: Service, **fields: Any) -> Task:
    fields.setdefault("text", "Rappeler.")
    return Task.objects.create(service=service, case=of, **fields)
