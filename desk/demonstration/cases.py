"""Some three hundred synthetic cases, the same at each run of a day: who they are about."""

import random
from collections.abc import Iterator
from datetime import datetime, timedelta

from django.db import transaction
from guardian.shortcuts import assign_perm

from cases.models import Case, Person, PersonRole
from cases.models.case import WORK_ON
from cases.models.people import Sex
from cases.services.people import index_names
from desk.demonstration import texts
from desk.demonstration.answered import answer
from desk.demonstration.course import Course, Workplace, at_work
from pole.calendar import BRUSSELS
from pole.tenancy.context import tenant
from pole.tenancy.models import Membership, Service, ServiceKind
from pole.tenancy.permissions import Role

CASES = {ServiceKind.VICTIM_SUPPORT: 170, ServiceKind.PERPETRATOR_PROGRAMME: 100, ServiceKind.POLICE: 30}
# Cases first read under the protocol in force, in each service: their alerts really leave, or are held.
FRESH = ("installing", "leaving", "fears", "confined")
# One case in so many is like them, but agreed to, and the other association has answered and marked its alert.
ANSWERED_OF = 28
ANSWERED = "leaving"
ASSOCIATIONS = (ServiceKind.VICTIM_SUPPORT, ServiceKind.PERPETRATOR_PROGRAMME)
CLOSED = 0.6
SEED = 2026


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
            answered = [(ANSWERED, turn) for turn in range(number // ANSWERED_OF)]
            plan = [*answered, *((fresh, None) for fresh in FRESH)]
            plan = [*[("", None)] * (number - len(plan)), *plan]
            for index, (fresh, turn) in enumerate(plan):
                _case(place, index, fresh=fresh, turn=turn, now=now)
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


def _case(place: Workplace, index: int, *, fresh: str, turn: int | None, now: datetime) -> None:
    """One case: read just now as the profile `fresh` says, or followed for months, or closed.

    Args:
        turn: which one of those that the other association has answered; None for all others.
    """
    dice, today = place.dice, now.astimezone(BRUSSELS).date()
    author = dice.choice(place.practitioners)
    closed = not fresh and dice.random() < CLOSED
    opened = today - timedelta(
        days=dice.randint(10, 30) if fresh else dice.randint(110, 900 if closed else 300)
    )
    case = Case.objects.create(
        service=place.service,
        reference=f"{opened.year}-{index + 1:04}",
        summary=dice.choice(texts.SUMMARIES),
        opened_on=opened,
        active_at=at_work(dice, opened),
    )
    assign_perm(WORK_ON, author, case)
    course = Course(place, case, author, dice)
    followed = _people(place, case)
    if fresh:
        course.events(opened, days=(today - opened).days)
        other = None if turn is None else next(each for each in place.partners if each.kind in ASSOCIATIONS)
        course.agree(followed, today, other)
        alerts = course.read(fresh, now - timedelta(minutes=dice.randint(5, 40)))
        if turn is not None:
            answer(alerts, turn)
        course.task(today + timedelta(days=dice.randint(0, 9)))
        return
    # Read first before the protocol began, so that what it showed then was decided without it.
    course.events(opened, days=95)
    profile = course.profile()
    course.read(profile, at_work(dice, opened + timedelta(days=dice.randint(0, 20))))
    if dice.random() < 0.5:
        course.agree(followed, opened)
    if closed:  # once all that came before is there: nothing is read in a closed case
        case.closed_on = opened + timedelta(days=100)
        case.save(update_fields=["closed_on"])
    else:
        course.go_on(profile, today)


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
