"""The day's work of each role, and of nobody else."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from cases import factories
from pole.tenancy.context import tenant
from tests.cast import signed_in

pytestmark = pytest.mark.django_db


def dashboard(client, user, service) -> str:
    return signed_in(client, user).get(reverse("desk:dashboard", args=[service.slug])).content.decode()


def test_my_reviews_tasks_and_measures_and_not_a_colleagues(cast, client):
    now = timezone.now()
    with tenant(cast.victims.pk):
        mine = factories.case(
            cast.victims, team=[cast.ana], followed="Nora Lien", review_due_at=now + timedelta(days=1)
        )
        factories.task(mine, cast.victims, text="Rappeler l’école.", due_at=now)
        factories.measure(mine, cast.ana, ends_on=timezone.localdate() + timedelta(days=2))
        theirs = factories.case(cast.victims, team=[cast.eli], review_due_at=now)
        factories.task(theirs, cast.victims, text="Rappeler le médecin.")
    page = dashboard(client, cast.ana, cast.victims)
    assert page.count(mine.reference) >= 4
    assert page.count(">Nora Lien</a>") == 4  # the review, the task, the measure, the case: each says of whom
    assert "Rappeler l’école." in page
    assert theirs.reference not in page
    assert "Rappeler le médecin." not in page


def test_what_is_due_later_waits(cast, client):
    later = timezone.now() + timedelta(days=10)
    with tenant(cast.victims.pk):
        case = factories.case(cast.victims, team=[cast.ana], review_due_at=later)
        factories.task(case, cast.victims, text="Relire le plan.", due_at=later)
    page = dashboard(client, cast.ana, cast.victims)
    assert "Relire le plan." not in page
    assert "Révisions à faire" not in page


def test_a_task_of_the_service_goes_to_whoever_decides(cast, client):
    with tenant(cast.victims.pk):
        factories.task(None, cast.victims, text="Personne n’a répondu.", is_urgent=True)
    assert "Personne n’a répondu." in dashboard(client, cast.rita, cast.victims)
    assert "Personne n’a répondu." not in dashboard(client, cast.ana, cast.victims)


@pytest.mark.parametrize("who", ["ana", "rita", "denis", "olga", "carla", "cleo", "bruno"])
def test_every_role_has_a_dashboard(cast, client, who):
    user = getattr(cast, who)
    assert "Tableau de bord" in dashboard(client, user, cast.actor(user).service)


def test_one_service_leads_straight_in_and_none_says_so(cast, client):
    signed_in(client, cast.ana)
    assert client.get(reverse("desk:home")).url == reverse("desk:dashboard", args=[cast.victims.slug])
    cast.ana.memberships.update(ends_on=timezone.localdate())
    assert "aucun service" in client.get(reverse("desk:home")).content.decode()


@pytest.mark.parametrize("name", ["dashboard", "journal", "service", "member_add", "contacts"])
def test_another_services_pages_do_not_exist(cast, client, name):
    assert (
        signed_in(client, cast.dora).get(reverse(f"desk:{name}", args=[cast.victims.slug])).status_code == 404
    )


@pytest.mark.parametrize("name", ["case", "history"])
def test_a_strangers_case_is_nowhere(cast, client, name):
    with tenant(cast.victims.pk):
        case = factories.case(cast.victims, team=[cast.ana])
    for user, service in (
        (cast.dora, cast.victims),
        (cast.dora, cast.elsewhere),
        (cast.remy, cast.programme),
    ):
        response = signed_in(client, user).get(reverse(f"desk:{name}", args=[service.slug, case.pk]))
        # Dora may not read a history at all: said before anything is looked for.
        assert response.status_code == (
            403 if (name, user, service) == ("history", cast.dora, cast.elsewhere) else 404
        )
