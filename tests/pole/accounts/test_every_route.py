"""No page without a session, none without a second factor: asked of every address there is."""

import pytest
from django.urls import reverse

from pole.accounts.gate import PUBLIC, SETTING_UP
from tests.cast import Cast
from tests.wall.routes import Route, every_route

pytestmark = pytest.mark.django_db

# What stands open, and why, is read in a review: a line more must be meant.
MEANT_TO_BE_PUBLIC = {
    # With a token instead of a session; what a token may do is tested with the interface.
    "api:acknowledge",
    "api:alert",
    "api:alerts",
    "api:answer",
    "api:nowhere",
    "api:schema",
    "account_login",
    "account_logout",
    "account_reset_password",
    "account_reset_password_done",
    "account_reset_password_from_key",
    "account_reset_password_from_key_done",
    "account_inactive",
    "mfa_authenticate",
    "desk:health",
    "desk:alerts_health",
    "neutral",
}
ROUTES = every_route()


def test_the_public_list_is_the_one_that_is_meant_and_has_reasons():
    assert set(PUBLIC) == MEANT_TO_BE_PUBLIC
    assert all(PUBLIC.values())
    assert {route.name for route in ROUTES} >= set(PUBLIC) | SETTING_UP, (
        "a list names a page that is not there"
    )


@pytest.mark.parametrize("route", ROUTES, ids=lambda route: route.name)
def test_without_a_session_one_is_led_to_the_sign_in_page(client, cast: Cast, route: Route):
    url = route.url("maison-claire")
    for response in (client.get(url), client.post(url, {"idempotency_key": "x"})):
        if route.name in PUBLIC:
            assert not response.headers.get("Location", "").startswith(f"{reverse('account_login')}?next=")
        else:
            assert response.status_code == 302
            assert response.headers["Location"].startswith(f"{reverse('account_login')}?next=")


@pytest.mark.parametrize("route", ROUTES, ids=lambda route: route.name)
def test_without_a_second_factor_one_is_led_to_setting_it_up(client, cast: Cast, route: Route):
    client.force_login(cast.ana)
    if route.name in PUBLIC or route.name in SETTING_UP:
        return
    url = route.url("maison-claire")
    for response in (client.get(url), client.post(url)):
        assert (response.status_code, response.headers.get("Location")) == (302, reverse("mfa_activate_totp"))
