"""The synthetic Pôle: what its pages can show."""

import pytest
from django.utils import timezone

from alerts.measures import measures_of
from alerts.models import Handling, Outcome, Relevance
from desk.demonstration.cases import make_cases
from desk.demonstration.services import lay_ground
from pole.tenancy.actor import Actor
from pole.tenancy.context import inside
from pole.tenancy.models import Membership

pytestmark = pytest.mark.django_db


def test_an_alert_that_was_agreed_to_was_answered_and_marked_by_the_other_association_and_by_nobody_else():
    now = timezone.now()
    lay_ground(timezone.localdate(now))
    *_, written = make_cases(now, total=50)

    marked = measures_by("ana@clairiere.example", now)
    assert written == 49
    assert [(line.partner, sum(count is None for count in line.counts)) for line in marked.of_ours] == [
        ("Passage (fictif)", len(Relevance))  # one: too few to be told to whom it is about
    ]
    [said] = measures_by("bruno@passage.example", now).by_us
    assert (said.partner, said.counts[0]) == ("La Clairière (fictif)", 1)
    bystander = measures_by("carla@zone-aval.example", now)
    assert not bystander.of_ours
    assert not bystander.by_us

    passage = Membership.objects.get(user__email="bruno@passage.example").service
    with inside(passage):
        [answered] = Handling.objects.exclude(answered_at=None)
    assert answered.outcome == Outcome.TAKEN_ON
    assert answered.opened_at is not None


def measures_by(email: str, now):
    membership = Membership.objects.select_related("service").get(user__email=email)
    with inside(membership.service):
        return measures_of(Actor(membership.service, membership.user_id, membership.role), now)
