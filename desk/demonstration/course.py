"""What happens in a synthetic case: contacts, facts, measures, tasks, agreements, readings."""

import random
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.conf import settings

from alerts.models import Alert
from alerts.services import finalise_reading, second_reading
from assessment.models import Answer, Reading
from cases.models import Agreement, Case, Incident, IncidentKind, Measure, MeasureKind, Note, Person, Task
from cases.models.agreement import AgreementForm
from cases.models.notes import NoteKind
from desk.demonstration import texts
from pole.accounts.models import User
from pole.calendar import BRUSSELS
from pole.tenancy.actor import Actor
from pole.tenancy.models import Service
from pole.tenancy.permissions import Role

CLOCK = {None: 7, 1: 60, 2: 30, 3: 7, 4: 3}
"""Days until the next review, by level: how old the last reading of a case that is followed may well be."""


@dataclass(frozen=True, slots=True)
class Workplace:
    """A service, who works there, and the dice."""

    service: Service
    practitioners: list[User]
    referent: User
    partners: list[Service]
    dice: random.Random


@dataclass(frozen=True, slots=True)
class Course:
    """One case as its practitioner follows it."""

    place: Workplace
    case: Case
    author: User
    dice: random.Random

    def events(self, since: date, *, days: int) -> None:
        """Contacts, facts and perhaps a measure over so many days."""
        for _ in range(self.dice.randint(2, 6)):
            self.note(since + timedelta(days=self.dice.randint(0, days)))
        for _ in range(self.dice.randint(0, 3)):
            Incident.objects.create(
                service=self.place.service,
                case=self.case,
                recorded_by=self.author,
                kind=self.dice.choice(IncidentKind.values),
                happened_on=since + timedelta(days=self.dice.randint(-20, days)),
                text=self.dice.choice(texts.INCIDENTS),
            )
        if self.dice.random() < 0.25:
            self.measure(since + timedelta(days=self.dice.randint(0, days)))

    def go_on(self, profile: str, today: date) -> None:
        """Still followed: a recent contact, a last reading like the first, something to do."""
        level = self.case.level
        ago = self.dice.randint(1, CLOCK[level] + CLOCK[level] // 8)
        self.note(today - timedelta(days=self.dice.randint(1, ago)))
        self.read(profile, at_work(self.dice, today - timedelta(days=ago)))
        if self.dice.random() < 0.3:
            self.task(today + timedelta(days=self.dice.randint(-2, 20)))

    def note(self, day: date) -> None:
        Note.objects.create(
            service=self.place.service,
            case=self.case,
            author=self.author,
            kind=self.dice.choice(NoteKind.values),
            happened_at=at_work(self.dice, day),
            text=self.dice.choice(texts.NOTES),
        )

    def measure(self, starts_on: date) -> None:
        Measure.objects.create(
            service=self.place.service,
            case=self.case,
            recorded_by=self.author,
            kind=self.dice.choice(MeasureKind.values),
            starts_on=starts_on,
            ends_on=starts_on + timedelta(days=14),
        )

    def task(self, day: date) -> None:
        Task.objects.create(
            service=self.place.service,
            case=self.case,
            text=self.dice.choice(texts.TASKS),
            due_at=at_work(self.dice, day),
            assigned_to=self.author,
        )

    def agree(self, person: Person, given: date, recipient: Service | None = None) -> None:
        """With this partner, or with one of them."""
        Agreement.objects.create(
            service=self.place.service,
            case=self.case,
            person=person,
            recipient=recipient or self.dice.choice(self.place.partners),
            categories=["C01", "C04", "C05", "C06", "C14"],
            purposes=["F1", "F2"],
            basis="agreement",
            form=AgreementForm.WRITTEN,
            informed_on=given,
            given_on=given,
            expires_on=given + timedelta(days=150),
            recorded_by=self.author,
        )

    def profile(self) -> str:
        weights = [weight for _answers, weight in texts.PROFILES.values()]
        return self.dice.choices(list(texts.PROFILES), weights=weights)[0]

    def read(self, profile: str, at: datetime) -> list[Alert]:
        """A reading of these answers, finalised through the real service; a lowered level read by the référent."""
        service, answers = self.place.service, texts.PROFILES[profile][0]
        reading = Reading.objects.create(
            service=service, case=self.case, author=self.author, grid=settings.READING_GRID, started_at=at
        )
        Answer.objects.bulk_create(
            Answer(service=service, reading=reading, indicator=code, saved_at=at, source="victim", **answer)
            for code, answer in answers.items()
        )
        actor = Actor(service=service, user_id=self.author.pk, role=Role.PRACTITIONER)
        alerts = finalise_reading(actor=actor, reading_id=reading.pk, at=at, motive=texts.CALMER)
        reading.refresh_from_db()
        if reading.awaits_second:
            second = Actor(service=service, user_id=self.place.referent.pk, role=Role.REFERENT)
            second_reading(actor=second, reading_id=reading.pk, agrees=True, motive=texts.AGREED, at=at)
        self.case.refresh_from_db()
        return alerts


def at_work(dice: random.Random, day: date) -> datetime:
    """Some time in the working hours of a day."""
    quarter = dice.choice([0, 15, 30, 45])
    return datetime(day.year, day.month, day.day, dice.randint(9, 16), quarter, tzinfo=BRUSSELS)
