"""What becomes of a protocol is told to the directions and coordinations of its parties, once, and to nobody else."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from alerts.factories import in_force_around
from alerts.models import Owed, OwedKind
from alerts.protocol_news import sweep_news
from alerts.work import work_off
from cases.models import Task
from pole.accounts.again import Confirmed
from pole.clock import database_now
from pole.tenancy.context import inside
from pole.tenancy.factories import person
from pole.tenancy.models import Membership
from pole.tenancy.permissions import Role
from protocols import ending, signing
from protocols.draft_text import unsigned
from protocols.news import news
from protocols.registry import shipped_text
from tests.alerts.screens import signed_between
from tests.cast import Cast, signed_in
from tests.protocols.signers import Signers, make_signers

pytestmark = pytest.mark.django_db


@pytest.fixture
def signers(cast: Cast) -> Signers:
    """And a direction of no party, who must not be told."""
    person("Dirk", at=cast.elsewhere, role=Role.DIRECTION)
    return make_signers(cast)


def told() -> set[str]:
    """Who is owed a mail, after everything due is worked off but mail itself; each once."""
    sweep_news()
    sweep_news()
    for row in Owed.objects.filter(kind=OwedKind.PROTOCOL, done_at=None):
        assert work_off(row.pk)
    addressed = Owed.objects.filter(kind=OwedKind.NOTICE, done_at=None)
    people = [Membership.objects.get(user_id=row.addressee_id).user.name for row in addressed]
    assert len(people) == len(set(people))
    addressed.update(done_at=database_now())
    return set(people)


def proposed(signers: Signers):
    text = unsigned(in_force_around(shipped_text("demo-2026"), timezone.localdate()))
    return signers.proposed(text)


def test_who_is_asked_to_sign_is_told_and_then_what_comes_of_it(cast, signers):
    draft = proposed(signers)
    assert told() == {"Denis", "Dina", "Piet"}  # not its author
    assert told() == set()
    aut = signers.of["AUT"]
    with inside(aut.service):
        signing.decline(actor=aut, draft=draft, motive="Article 7.")
    assert told() == {"Chiara", "Cleo"}  # its author alone
    for code in ("VIC", "POL", "COO"):
        signers.sign(draft, code)
    assert told() == set()
    signers.sign(draft, "AUT")
    assert told() == {"Denis", "Dina", "Piet", "Chiara", "Cleo"}


def test_all_parties_are_told_of_a_withdrawal(cast, signers):
    version = signed_between(cast, from_days=-30, until_days=300)
    assert told() == set()
    vic = signers.of["VIC"]
    with inside(vic.service):
        confirmed = Confirmed(vic.person_id, database_now())
        event = ending.withdraw(actor=vic, version=version, confirmed=confirmed, at_once=True, motive="x")
    assert told() == {"Denis", "Dina", "Piet", "Chiara", "Cleo"}
    for user in (cast.dina, cast.cleo):
        answer = signed_in(Client(), user).get(reverse("from_mail", args=[event.pk]))
        assert answer.url.endswith(f"/protocoles/{version.pk}/")
    assert signed_in(Client(), cast.dora).get(reverse("from_mail", args=[event.pk])).status_code == 404


def test_the_link_of_a_proposal_leads_to_it(cast, signers):
    draft = proposed(signers)
    for user in (cast.denis, cast.dina):
        answer = signed_in(Client(), user).get(reverse("from_mail", args=[draft.pk]))
        assert answer.url.endswith(f"/protocoles/proposes/{draft.pk}/")
    assert signed_in(Client(), cast.dora).get(reverse("from_mail", args=[draft.pk])).status_code == 404


@pytest.mark.parametrize(
    ("left", "tellings"), [(61, []), (60, [60]), (15, [60]), (14, [14]), (0, [14])], ids=str
)
def test_parties_are_told_that_it_ends_by_its_days(cast, left, tellings):
    version = signed_between(cast, from_days=-30, until_days=left)
    assert [each.step for each in news(database_now()) if each.subject_id == version.pk] == tellings


def test_not_when_something_follows_or_it_is_over(cast):
    signed_between(cast, from_days=-30, until_days=10)
    signed_between(cast, from_days=11, until_days=300, version="2")
    signed_between(cast, from_days=-300, until_days=-31, version="0")
    assert news(database_now()) == []


def test_where_nobody_could_be_told_it_is_a_task(cast, signers):
    draft = proposed(signers)
    Membership.objects.filter(service=cast.police, role=Role.DIRECTION).update(
        ends_on=timezone.localdate() - timedelta(days=1)
    )
    assert told() == {"Denis", "Dina"}
    with inside(cast.police):
        assert "nobody could be told" in Task.objects.get().text or "personne" in Task.objects.get().text
    with inside(cast.victims):
        assert not Task.objects.exists()
    assert draft.pk
