"""The register: all that crossed, both ways, findable, without content; out of Pôle with the password once more."""

import csv
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from alerts.factories import agreement, finalised
from assessment.factories import LEVEL_3, LEVEL_4
from cases import factories
from pole.audit.models import Event, Tag
from pole.clock import database_now
from pole.tenancy.context import inside
from tests.alerts.screens import get, in_force, post, queries_of, text_of
from tests.cast import Cast, signed_in

pytestmark = pytest.mark.django_db
__all__ = ["in_force"]
PASSWORD = "une phrase assez longue"


@pytest.fixture
def crossed(cast: Cast, in_force) -> None:
    """A red to both partners, without agreement; an orange with one; an acknowledgement that came back."""
    finalised(cast.actor(cast.ana), LEVEL_4, at=database_now() - timedelta(days=10))
    with inside(cast.victims):
        case = factories.case(cast.victims, team=[cast.ana], followed="Zoé Petit")
        agreement(case, cast.programme, by=cast.ana)
    [orange] = finalised(cast.actor(cast.ana), LEVEL_3, at=database_now(), case=case)
    post(cast.bruno, "alerts:acknowledge", orange.exchange_id)


def rows(cast: Cast, who=None, **query) -> int:
    return text_of(get(who or cast.denis, "desk:register", **query)).count("<time datetime=")


def test_everything_of_the_service_both_ways_and_nothing_of_others(cast: Cast, crossed):
    assert rows(cast) == 4
    assert rows(cast, cast.rosa) == 1, "the police knows of what it received"
    html = text_of(get(cast.denis, "desk:register"))
    for words in (cast.police.name, cast.programme.name, "4 §1", "état de nécessité", "C05", "Accusé"):
        assert words.lower() in html.lower()


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({"sens": "sent"}, 3),
        ({"sens": "received"}, 1),
        ({"nature": "acknowledgement"}, 1),
        ({"nature": "alert"}, 3),
        ({"article": "4 §1"}, 2),
        ({"article": "99"}, 0),
        ({"categorie": "C05"}, 3),
        ({"categorie": "C09"}, 0),
        ({"base": "agreement"}, 1),
        ({"base": "necessity"}, 2),
        ({"base": "necessity", "sens": "received"}, 0),
    ],
    ids=str,
)
def test_what_is_asked_for_is_found(cast: Cast, crossed, query, found):
    assert rows(cast, **query) == found


def test_by_partner_and_by_day(cast: Cast, crossed):
    today = timezone.localdate()
    assert rows(cast, avec=str(cast.police.pk)) == 1
    assert rows(cast, depuis=today - timedelta(days=1)) == 2
    assert rows(cast, jusque=today - timedelta(days=1)) == 2
    assert rows(cast, depuis=today - timedelta(days=10), jusque=today - timedelta(days=10)) == 2


@pytest.mark.parametrize(
    ("query", "complaint"),
    [
        ({"depuis": "hier"}, "date"),
        ({"depuis": "2026-05-02", "jusque": "2026-05-01"}, "C’est avant le premier jour"),
        ({"avec": "personne"}, "choix valide"),
        ({"avec": "1"}, "choix valide"),
    ],
    ids=str,
)
def test_what_cannot_be_read_is_said_and_shows_nothing(cast: Cast, crossed, query, complaint):
    response = get(cast.denis, "desk:register", **query)
    assert response.status_code == 422
    assert complaint in text_of(response)
    assert "<time datetime=" not in text_of(response)


def test_no_content_and_nobody_in_it(cast: Cast, crossed):
    html = text_of(get(cast.denis, "desk:register"))
    for words in ("Nora", "Lien", "Zoé", "Petit", "2025-0"):
        assert words not in html


def test_who_may_look(cast: Cast, crossed):
    for user in (cast.denis, cast.rita, cast.olga):
        assert get(user, "desk:register").status_code == 200
    assert get(cast.ana, "desk:register").status_code == 403
    assert get(cast.dora, "desk:register", service=cast.victims).status_code == 404
    assert get(cast.dina, "desk:register", service=cast.victims).status_code == 404, "a partner's direction"
    assert "/registre/" in text_of(get(cast.olga, "desk:service"))
    assert "/registre/" not in text_of(get(cast.ana, "desk:service"))


def exported(cast: Cast, user, *, confirmed: bool, **query):
    user.set_password(PASSWORD)
    user.save()
    client = signed_in(Client(), user)
    if confirmed:
        client.post(reverse("account_reauthenticate"), {"password": PASSWORD})
    return client.get(reverse("desk:register_csv", args=[cast.victims.slug]), query)


def test_taken_out_with_the_password_once_more(cast: Cast, crossed):
    first = exported(cast, cast.olga, confirmed=False, sens="sent")
    assert first.status_code == 302
    assert first["Location"].startswith(reverse("account_reauthenticate"))
    assert "sens%3Dsent" in first["Location"], "back to the same choice"

    response = exported(cast, cast.olga, confirmed=True, sens="sent")
    text = response.content.decode("utf-8-sig")
    lines = list(csv.DictReader(text.splitlines(), delimiter=";"))
    assert len(lines) == 3
    assert {line["service"] for line in lines} == {cast.police.name, cast.programme.name}
    assert {line["sens"] for line in lines} == {"envoyé"}
    assert "C05 " in lines[0]["catégories"]
    for words in ("Nora", "Lien", "Zoé"):
        assert words not in text
    with inside(cast.victims):
        event = Event.objects.get(tag=Tag.REGISTER_EXPORTED)
    assert (event.user, event.detail["lines"]) == (cast.olga, 3)


def test_who_may_not_look_takes_nothing_out(cast: Cast, crossed):
    assert exported(cast, cast.ana, confirmed=True).status_code == 403
    assert exported(cast, cast.dora, confirmed=True).status_code == 404


def test_a_name_is_no_formula(cast: Cast, crossed):
    cast.police.name = "=HYPERLINK(1)"
    cast.police.save()
    assert ";'=HYPERLINK(1);" in exported(cast, cast.olga, confirmed=True).content.decode()


def test_few_queries_and_none_per_row(cast: Cast, crossed):
    few = len(queries_of(cast.denis, "desk:register"))
    for day in range(5):
        finalised(cast.actor(cast.ana), LEVEL_4, at=database_now() - timedelta(days=20 + day))
    assert rows(cast) == 14
    assert len(queries_of(cast.denis, "desk:register")) == few <= 15
