"""A session ends after a quarter of an hour idle and after ten hours; an open page is told, not replaced."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from pole.accounts.sessions import ACTIVE, STARTED
from tests.cast import Cast, signed_in

pytestmark = pytest.mark.django_db

PAGE = "/s/maison-claire/"


@pytest.fixture
def ana(client: Client, cast: Cast) -> Client:
    signed_in(client, cast.ana).get(PAGE)
    return client


def move(client: Client, name: str, back: timedelta) -> None:
    """Let time have passed since `name`."""
    session = client.session
    session[name] = (timezone.now() - back).isoformat()
    session.save()


@pytest.mark.parametrize(
    ("name", "back", "stays"),
    [
        pytest.param(
            ACTIVE, timedelta(minutes=14, seconds=50), True, id="just under a quarter of an hour idle"
        ),
        pytest.param(ACTIVE, timedelta(minutes=15, seconds=1), False, id="a quarter of an hour idle"),
        pytest.param(STARTED, timedelta(hours=9, minutes=59), True, id="just under ten hours"),
        pytest.param(STARTED, timedelta(hours=10, seconds=1), False, id="ten hours, however busy"),
    ],
)
def test_a_session_has_two_ends(ana: Client, name, back, stays):
    move(ana, name, back)
    assert (ana.get(PAGE).status_code == 200) is stays
    assert (ana.get(PAGE).status_code == 200) is stays


def test_a_page_asked_for_is_activity(ana: Client):
    move(ana, ACTIVE, timedelta(minutes=14))
    before = ana.session[ACTIVE]
    ana.get(PAGE)
    assert ana.session[ACTIVE] > before


def test_polling_is_no_activity(ana: Client):
    move(ana, ACTIVE, timedelta(minutes=14))
    before = ana.session[ACTIVE]
    counter = reverse("alerts:counter", args=["maison-claire"])
    assert ana.get(counter, headers={"Polling": "1"}).status_code == 200
    assert ana.session[ACTIVE] == before

    move(ana, ACTIVE, timedelta(minutes=16))
    assert ana.get(counter, headers={"Polling": "1", "HX-Request": "true"}).status_code == 401


@pytest.mark.parametrize("header", [{"HX-Request": "true"}, {"Idempotency-Key": "x"}])
def test_an_open_page_is_told_and_not_replaced(ana: Client, header):
    move(ana, ACTIVE, timedelta(minutes=16))
    answer = ana.get(PAGE, headers=header)
    assert (answer.status_code, answer.content) == (401, b"")


def test_a_session_that_ended_holds_nothing(ana: Client):
    move(ana, ACTIVE, timedelta(minutes=16))
    ana.get(PAGE)
    assert ACTIVE not in ana.session
    assert "_auth_user_id" not in ana.session
