"""One cooperation and another: whose rows are whose, and by which ids an address may ask for them."""

from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.db import models

from alerts.models import (
    AccessToken,
    Advice,
    Alert,
    BoardFilter,
    Disagreement,
    Emergency,
    Handling,
    MailCertificate,
    Owed,
    Simulation,
    Situation,
)
from assessment.models import GridComparison, Invitation, Reading
from cases.models import Agreement, Case, Draft, ExternalRating, GlassBreak, Measure, Person, Task
from pole.accounts.models import User
from pole.tenancy.actor import Actor
from pole.tenancy.models import DutyTurn, Membership, Service
from protocols.models import Exchange, ExchangeKey, ProtocolDraft, ProtocolVersion


@dataclass
class Side:
    """One cooperation, seen from its first service. `mark` stands in every text that is its secret."""

    mark: str
    service: Service
    programme: Service
    police: Service
    people: dict[str, User] = field(default_factory=dict)
    ids: dict[str, list[UUID]] = field(default_factory=dict)
    reference: str = ""

    def actor(self, who: str) -> Actor:
        return Actor.of(self.people[who], self.service.slug)

    @property
    def secrets(self) -> set[str]:
        """What must never stand on a page of somebody else's: the mark, and every id."""
        return {self.mark, self.reference} | {str(each) for many in self.ids.values() for each in many}


@dataclass
class World:
    here: Side
    there: Side


def rows_of(model: type[models.Model], of: Service) -> list[Any]:
    """The rows a service wrote, whatever a default manager leaves out."""
    owner = "sender" if model is Exchange else "service"
    return list(model._base_manager.filter(**{owner: of}))


def ids_of(side: Side) -> dict[str, list[UUID]]:
    """What each name in an address may stand for."""

    def keys(queryset: models.QuerySet[Any]) -> list[UUID]:
        return list(queryset.order_by("pk").values_list("pk", flat=True))

    received = keys(Exchange.objects.received_by(side.service.pk))
    asked = list(Advice.objects.values_list("exchange", flat=True))
    sent, texts = keys(Alert.objects.all()), keys(Reading.objects.all())
    return {
        # The case with a row of every kind comes first: the others are parts of it.
        "case_id": [Case.objects.get(reference=side.reference).pk],
        "person_id": keys(Person.objects.filter(case__reference=side.reference))[:1],
        "measure_id": keys(Measure.objects.all()),
        "rating_id": keys(ExternalRating.objects.all()),
        "agreement_id": keys(Agreement.objects.all()),
        "task_id": keys(Task.objects.exclude(case=None)),
        "glass_id": keys(GlassBreak.objects.all()),
        "reading_id": texts,
        "alert_id": sent,
        "exchange_id": [*received, *asked],
        "subject_id": [*received, *sent, *texts],
        "user_id": [side.people["team"].pk],
        "membership_id": keys(Membership.objects.filter(service=side.service, user=side.people["team"])),
        "version_id": keys(ProtocolVersion.objects.filter(parties__service=side.service)),
        "comparison_id": keys(GridComparison.objects.all()),
        "emergency_id": keys(Emergency.objects.all()),
        "disagreement_id": keys(Disagreement.objects.all()),
        "situation_id": keys(Situation.objects.all()),
        "turn_id": keys(DutyTurn.objects.all()),
        "simulation_id": keys(Simulation.objects.all()),
        "filter_id": keys(BoardFilter.objects.all()),
        "exercise_id": list(Invitation.objects.values_list("exercise", flat=True).distinct()),
        "token_id": keys(AccessToken.objects.all()),
        "certificate_id": keys(MailCertificate.objects.all()),
        "handling_id": keys(Handling.objects.all()),
        "draft_id": [*keys(ProtocolDraft.objects.filter(service=side.service)), *keys(Draft.objects.all())],
        "older_id": keys(ProtocolVersion.objects.filter(parties__service=side.service)),
        # Platform tables: every process may read them, no page shows them.
        "owed_id": keys(Owed.objects.filter(service=side.service)),
        "key_id": keys(ExchangeKey.objects.filter(service=side.service)),
    }
