"""Some three hundred synthetic cases with their histories, the same at each run of a day."""

import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.conf import settings
from django.db import transaction
from guardian.shortcuts import assign_perm

from alerts.services import finalise_reading, second_reading
from assessment.models import Answer, Reading
from cases.models import (
    Agreement,
    Case,
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
from cases.models.people import Sex
from cases.services.people import index_names
from desk.demonstration import texts
from pole.accounts.models import User
from pole.calendar import BRUSSELS
from pole.tenancy.actor import Actor
from pole.tenancy.context import tenant
from pole.tenancy.models import Membership, Service, ServiceKind
from pole.tenancy.permissions import Role

CASES = {ServiceKind.VICTIM_SUPPORT: 170, ServiceKind.PERPETRATOR_PROGRAMME: 100, ServiceKind.POLICE: 30}
RECENT = 4  # cases a service, read under the protocol in force: their alerts really leave
SEED = 2026


@dataclass(frozen=True, slots=True)
class Workplace:
    """A service, who works there, and the dice."""

    service: Service
    practitioners: list[User]
    referent: User
    partners: list[Service]
    dice: random.Random


def make_cases(now: datetime, total: int = sum(CASES.values())) -> Iterator[int]:
    """Write about `total` cases, service by service as in CASES; yields how many are written so far."""
    services = list(Service.objects.order_by("slug"))
    written = 0
    for service in services:
        number = CASES.get(ServiceKind(service.kind), 0) * total // sum(CASES.values())
        if not number:
            continue
        with transaction.atomic(), tenant(service.pk):
            place = _workplace(service, services)
            for index in range(number):
                _case(place, index, recent=index >= number - RECENT, now=now)
                written += 1
                if written % 20 == 0:
                    yield written
    yield written


def _workplace(service: Service, services: list[Service]) -> Workplace:
    working = Membership.objects.filter(service=service, role__in=[Role.PRACTITIONER, Role.LIAISON])
    people = [membership.user for membership in working.select_related("user").order_by("user__email")]
    partners = [other for other in services if other != service and other.kind != ServiceKind.COORDINATION]
    referent = Membership.objects.select_related("user").get(service=service, role=Role.REFERENT).user
    return Workplace(service, people, referent, partners, random.Random(f"{SEED}{service.slug}"))  # noqa: S311 - repeatable on purpose


def _case(place: Workplace, index: int, *, recent: bool, now: datetime) -> None:
    dice, today = place.dice, now.astimezone(BRUSSELS).date()
    author = dice.choice(place.practitioners)
    # Histories end before the protocol begins: what they show was decided without it.
    age = dice.randint(10, 30) if recent else dice.randint(110, 900)
    opened = today - timedelta(days=age)
    case = Case.objects.create(
        service=place.service,
        reference=f"{opened.year}-{index + 1:04}",
        summary=dice.choice(texts.SUMMARIES),
        opened_on=opened,
        active_at=_hour(dice, opened),
        closed_on=opened + timedelta(days=90) if not recent and dice.random() < 0.25 else None,
    )
    assign_perm(WORK_ON, author, case)
    followed = _people(place, case)
    last = _history(place, case, author, opened, days=3 if recent else 95)
    if dice.random() < 0.5 or recent:
        _agree(place, case, followed, author, today if recent else opened)
    if recent:
        _read_now(place, case, author, now - timedelta(minutes=dice.randint(5, 240)))
    else:
        _read_before(place, case, author, opened, last)


def _people(place: Workplace, case: Case) -> Person:
    dice = place.dice
    women_followed = place.service.kind == ServiceKind.VICTIM_SUPPORT
    surname = dice.choice(texts.LAST_NAMES)
    followed = _person(place, case, PersonRole.FOLLOWED, surname, woman=women_followed)
    _person(place, case, PersonRole.PARTNER, dice.choice(texts.LAST_NAMES), woman=not women_followed)
    for _ in range(dice.choice([0, 0, 1, 1, 2, 3])):
        _person(place, case, PersonRole.CHILD, surname, woman=dice.random() < 0.5)
    return followed


def _person(place: Workplace, case: Case, role: str, surname: str, *, woman: bool) -> Person:
    dice = place.dice
    years = dice.randint(1, 16) if role == PersonRole.CHILD else dice.randint(20, 68)
    reached = role == PersonRole.FOLLOWED
    person = Person.objects.create(
        service=place.service,
        case=case,
        role=role,
        sex=Sex.FEMALE if woman else Sex.MALE,
        first_name=dice.choice(texts.WOMEN if woman else texts.MEN),
        last_name=surname,
        birth_date=(case.opened_on - timedelta(days=365 * years + dice.randint(0, 364))).isoformat(),
        language="français",
        phone=f"0470 00 {dice.randint(0, 99):02} {dice.randint(0, 99):02}" if reached else "",
        safe_hours=dice.choice(["en semaine, de 9 h à 11 h", "le mercredi après-midi", ""])
        if reached
        else "",
        code_word=dice.choice(["bibliothèque", "vétérinaire", ""]) if reached else "",
        never_contact=dice.choice(["le domicile", "la belle-famille", ""]) if reached else "",
    )
    index_names(person)
    return person


def _history(place: Workplace, case: Case, author: User, opened: date, days: int) -> date:
    """Contacts, facts, measures, tasks over the case's first days; the last day of them."""
    dice, last = place.dice, opened
    for _ in range(dice.randint(2, 7)):
        day = opened + timedelta(days=dice.randint(0, days))
        last = max(last, day)
        Note.objects.create(
            service=place.service,
            case=case,
            author=author,
            kind=dice.choice(NoteKind.values),
            happened_at=_hour(dice, day),
            text=dice.choice(texts.NOTES),
        )
    for _ in range(dice.randint(0, 3)):
        Incident.objects.create(
            service=place.service,
            case=case,
            recorded_by=author,
            kind=dice.choice(IncidentKind.values),
            happened_on=opened + timedelta(days=dice.randint(-20, days)),
            text=dice.choice(texts.INCIDENTS),
        )
    if dice.random() < 0.3:
        starts = opened + timedelta(days=dice.randint(0, days))
        Measure.objects.create(
            service=place.service,
            case=case,
            recorded_by=author,
            kind=dice.choice(MeasureKind.values),
            starts_on=starts,
            ends_on=starts + timedelta(days=14),
        )
    if dice.random() < 0.4:
        due = opened + timedelta(days=days)
        Task.objects.create(
            service=place.service,
            case=case,
            text=dice.choice(texts.TASKS),
            due_at=_hour(dice, due),
            assigned_to=author,
            done_at=_hour(dice, due) if case.closed_on else None,
        )
    return last


def _agree(place: Workplace, case: Case, followed: Person, author: User, given: date) -> None:
    Agreement.objects.create(
        service=place.service,
        case=case,
        person=followed,
        recipient=place.dice.choice(place.partners),
        categories=["C01", "C04", "C05", "C06", "C14"],
        purposes=["F1", "F2"],
        basis="agreement",
        form=AgreementForm.WRITTEN,
        informed_on=given,
        given_on=given,
        expires_on=given + timedelta(days=150),
        recorded_by=author,
    )


def _read_before(place: Workplace, case: Case, author: User, opened: date, last: date) -> None:
    """One to three readings, at a time when no protocol was in force."""
    number = place.dice.randint(1, 3)
    for step in range(number):
        day = opened + timedelta(days=(last - opened).days * step // number)
        _finalise(place, case, author, _hour(place.dice, day))


def _read_now(place: Workplace, case: Case, author: User, at: datetime) -> None:
    _finalise(place, case, author, at)


def _finalise(place: Workplace, case: Case, author: User, at: datetime) -> None:
    reading = Reading.objects.create(
        service=place.service, case=case, author=author, grid=settings.READING_GRID, started_at=at
    )
    profile = place.dice.choices(
        list(texts.PROFILES), weights=[weight for _, weight in texts.PROFILES.values()]
    )[0]
    answers = texts.PROFILES[profile][0]
    Answer.objects.bulk_create(
        Answer(service=place.service, reading=reading, indicator=code, saved_at=at, source="victim", **answer)
        for code, answer in answers.items()
    )
    actor = Actor(service=place.service, user_id=author.pk, role=Role.PRACTITIONER)
    finalise_reading(actor=actor, reading_id=reading.pk, at=at, motive=texts.CALMER)
    reading.refresh_from_db()
    if reading.awaits_second:
        second = Actor(service=place.service, user_id=place.referent.pk, role=Role.REFERENT)
        second_reading(actor=second, reading_id=reading.pk, agrees=True, motive=texts.AGREED, at=at)


def _hour(dice: random.Random, day: date) -> datetime:
    return datetime(
        day.year, day.month, day.day, dice.randint(9, 16), dice.choice([0, 15, 30, 45]), tzinfo=BRUSSELS
    )
