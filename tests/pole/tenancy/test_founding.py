"""What an operator does from the command line, up to the first page that somebody reads."""

import pytest
from allauth.mfa.models import Authenticator
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import reverse

from pole.accounts.models import User
from pole.accounts.second_factor import give_second_factor
from pole.audit.models import Event, Tag
from pole.tenancy.context import inside
from pole.tenancy.models import Membership, Service
from tests.cast import Cast, make_cast, signed_in
from tests.pole.accounts.first_day import new_password_by_mail, sign_in_and_set_up
from tests.pole.accounts.test_sign_in import LOGIN

NEW = {
    "name": "Maison des Sources",
    "kind": "victim_support",
    "duty_email": "permanence@sources.example",
    "urgent_phone": "04 111 11 11",
    "direction_email": "Nadia@sources.example",
    "direction_name": "Nadia",
}


@pytest.fixture
def cast(committed: str) -> Cast:
    """In a database of its own: a command closes the connection that it checked."""
    return make_cast()


def add(slug: str = "sources", **changed: str) -> None:
    call_command("service", "add", slug, **NEW | changed)


def told(service: Service) -> list[str]:
    with inside(service):
        return [each.detail.get("what") for each in Event.objects.filter(tag=Tag.MEMBER_CHANGED)]


def test_a_new_services_direction_comes_in_and_adds_the_others(cast: Cast):
    add()
    new_password_by_mail("nadia@sources.example")
    nadia = sign_in_and_set_up("nadia@sources.example")

    assert nadia.get(reverse("desk:dashboard", args=["sources"])).status_code == 200
    assert nadia.get(reverse("desk:service", args=["sources"])).status_code == 200
    assert nadia.get(reverse("desk:dashboard", args=[cast.victims.slug])).status_code == 404
    assert told(Service.objects.get(slug="sources")) == ["founded"]
    assert told(cast.victims) == []


def test_somebody_known_directs_a_second_service_with_the_account_they_have(cast: Cast):
    add(direction_email=cast.denis.email.upper(), direction_name="Quelqu’un d’autre")
    assert Membership.objects.get(service__slug="sources").user == cast.denis
    assert User.objects.get(pk=cast.denis.pk).name == "Denis"


@pytest.mark.parametrize(
    ("slug", "changed", "named"),
    [
        pytest.param("maison-claire", {}, "slug", id="an address that is taken"),
        pytest.param("Trois ponts", {}, "slug", id="no part of an address"),
        pytest.param("sources", {"duty_email": "personne"}, "duty_email", id="no address for alerts"),
        pytest.param("sources", {"direction_email": "nadia"}, "email", id="no address to sign in with"),
        pytest.param("sources", {"direction_name": " "}, "name", id="nobody"),
    ],
)
def test_what_is_no_service_is_refused_and_leaves_nothing(cast: Cast, slug, changed, named):
    before = Service.objects.count(), User.objects.count()
    with pytest.raises(CommandError, match=rf"\b{named}:"):
        add(slug, **changed)
    assert (Service.objects.count(), User.objects.count()) == before


def test_a_lost_second_factor_is_set_up_anew_by_whoever_reads_the_mail(cast: Cast):
    give_second_factor(cast.ana)
    cast.ana.set_password("un mot de passe d’avant")
    cast.ana.save()
    page = signed_in(Client(), cast.ana)
    call_command("second_factor", "reset", cast.ana.email)

    dashboard = reverse("desk:dashboard", args=[cast.victims.slug])
    assert page.get(dashboard).status_code == 302  # signed out
    thief = Client()
    thief.post(reverse(LOGIN), {"login": cast.ana.email, "password": "un mot de passe d’avant"})
    assert thief.get(dashboard).headers["Location"].startswith(reverse(LOGIN))
    assert not Authenticator.objects.filter(user=cast.ana).exists()

    new_password_by_mail(cast.ana.email)
    assert sign_in_and_set_up(cast.ana.email).get(dashboard).status_code == 200
    assert told(cast.victims) == ["factors_reset"]
    assert told(cast.programme) == []


def test_nobody_elses_second_factor_is_touched(cast: Cast):
    give_second_factor(cast.bruno)
    call_command("second_factor", "reset", cast.ana.email)
    assert Authenticator.objects.filter(user=cast.bruno).exists()
    with pytest.raises(CommandError, match="No account"):
        call_command("second_factor", "reset", "personne@ailleurs.example")
