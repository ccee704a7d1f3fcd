"""Signing in through the real pages: a password, then a code."""

import os
import subprocess
import sys
from collections.abc import Callable

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value, yield_hotp_counters_from_time
from django.core.cache import cache
from django.test import Client
from django.urls import reverse

from pole.accounts.models import User
from pole.accounts.second_factor import give_second_factor
from tests.cast import Cast

pytestmark = pytest.mark.django_db

PASSWORD = "un mot de passe assez long"
LOGIN, CODE, SET_UP = "account_login", "mfa_authenticate", "mfa_activate_totp"


def code_for(secret: str) -> str:
    """What the telephone shows now."""
    return format_hotp_value(hotp_value(secret, next(yield_hotp_counters_from_time())))


@pytest.fixture
def ana(cast: Cast) -> User:
    cache.clear()
    cast.ana.set_password(PASSWORD)
    cast.ana.save()
    return cast.ana


@pytest.fixture
def give(client: Client, ana: User) -> Callable[..., object]:
    """Type the password, as on the page."""

    def password(typed: str = PASSWORD, **more: str) -> object:
        return client.post(reverse(LOGIN), {"login": ana.email, "password": typed, **more})

    return password


def is_in(client: Client) -> bool:
    return client.get(reverse("desk:dashboard", args=["maison-claire"])).status_code == 200


def test_a_password_and_a_code_open_the_page_one_wanted(client, ana, give):
    secret = give_second_factor(ana)
    wanted = reverse("desk:dashboard", args=["maison-claire"])
    asked = client.get(wanted)
    assert asked.headers["Location"] == f"{reverse(LOGIN)}?next={wanted.replace('/', '%2F')}"

    given = give(next=wanted)
    assert given.headers["Location"].startswith(reverse(CODE))
    assert not is_in(client)

    entered = client.post(reverse(CODE), {"code": code_for(secret)})
    assert entered.headers["Location"] == wanted
    assert is_in(client)


@pytest.mark.parametrize("typed", ["", "wrong", PASSWORD.upper()])
def test_a_wrong_password_is_refused_without_saying_whether_the_account_exists(client, ana, give, typed):
    give_second_factor(ana)
    known = give(typed)
    unknown = client.post(
        reverse(LOGIN), {"login": "personne@maison-claire.example", "password": typed or ""}
    )
    assert known.status_code == unknown.status_code == 200
    said = [page.context["form"].errors.as_text() for page in (known, unknown)]
    assert said[0] == said[1]
    assert said[0]
    assert not is_in(client)


@pytest.mark.parametrize("typed", ["000000", "", "12345", "abcdef"])
def test_a_wrong_code_is_refused(client, ana, give, typed):
    secret = give_second_factor(ana)
    give()
    if typed == code_for(secret):
        pytest.skip("the one code in a million that is right")
    assert client.post(reverse(CODE), {"code": typed}).status_code == 200
    assert not is_in(client)


def test_a_code_opens_once(client, ana, give):
    secret = give_second_factor(ana)
    code = code_for(secret)
    give()
    client.post(reverse(CODE), {"code": code})
    assert is_in(client)

    seen = Client()
    seen.post(reverse(LOGIN), {"login": ana.email, "password": PASSWORD})
    assert seen.post(reverse(CODE), {"code": code}).status_code == 200
    assert not is_in(seen)


def test_a_code_without_a_password_opens_nothing(client, ana):
    secret = give_second_factor(ana)
    client.post(reverse(CODE), {"code": code_for(secret)})
    assert not is_in(client)


def test_whoever_lost_telephone_and_codes_is_told_whom_to_ask(client, ana, give):
    give_second_factor(ana)
    give()
    page = client.get(reverse(CODE))
    assert "Dites-le à la direction de votre service" in page.content.decode()


def test_a_recovery_code_opens_and_is_used_up(client, ana, give):
    give_second_factor(ana)
    code = Authenticator.objects.get(user=ana, type="recovery_codes").wrap().get_unused_codes()[0]
    give()
    client.post(reverse(CODE), {"code": code})
    assert is_in(client)

    again = Client()
    again.post(reverse(LOGIN), {"login": ana.email, "password": PASSWORD})
    assert again.post(reverse(CODE), {"code": code}).status_code == 200
    assert not is_in(again)


def test_without_a_second_factor_every_page_leads_to_setting_one_up(client, ana, give):
    give()
    for name, arguments in (("desk:home", []), ("desk:dashboard", ["maison-claire"]), ("session_state", [])):
        assert client.get(reverse(name, args=arguments)).headers["Location"] == reverse(SET_UP)

    # Setting one up asks for the password once more.
    asked = client.get(reverse(SET_UP)).headers["Location"]
    assert client.post(asked, {"password": PASSWORD}).headers["Location"] == reverse(SET_UP)
    page = client.get(reverse(SET_UP))
    assert page.status_code == 200
    client.post(reverse(SET_UP), {"code": code_for(page.context["form"].secret)})
    assert is_in(client)


def test_a_second_factor_is_not_given_up(client, ana, give):
    secret = give_second_factor(ana)
    give()
    client.post(reverse(CODE), {"code": code_for(secret)})
    client.post(reverse("mfa_deactivate_totp"))
    assert Authenticator.objects.filter(user=ana, type="totp").exists()


def test_signing_in_changes_the_session_and_signing_out_ends_it(client, ana, give):
    secret = give_second_factor(ana)
    client.get(reverse(LOGIN))
    give()
    planted = client.cookies["sessionid"].value
    client.post(reverse(CODE), {"code": code_for(secret)})
    held = client.cookies["sessionid"].value
    assert held != planted
    thief = Client()
    thief.cookies["sessionid"] = planted
    assert not is_in(thief)

    client.post(reverse("account_logout"))
    thief.cookies["sessionid"] = held
    assert not is_in(thief)


@pytest.mark.parametrize(
    "address",
    [
        "https://ailleurs.example/",
        "//ailleurs.example/",
        "/\\ailleurs.example",
        "javascript:alert(1)",
        "http:///x",
    ],
)
def test_signing_in_leads_to_no_other_house(client, ana, give, address):
    secret = give_second_factor(ana)
    give(next=address)
    entered = client.post(f"{reverse(CODE)}?next={address}", {"code": code_for(secret), "next": address})
    assert entered.headers["Location"] == reverse("desk:home")
    left = client.post(reverse("account_logout"), {"next": address})
    assert left.headers["Location"] == "/"


def test_nobody_signs_up(client, ana):
    for path in ("signup/", "inscription/", "social/signup/", "email/"):
        assert client.get(f"/compte/{path}").status_code == 404


def test_an_account_that_was_closed_signs_in_no_more(client, ana, give):
    give_second_factor(ana)
    ana.is_active = False
    ana.save()
    give()
    assert not is_in(client)


def test_too_many_wrong_passwords_shut_the_door_for_a_while(client, ana, give):
    secret = give_second_factor(ana)
    for _ in range(12):
        give("wrong")
    given = give()
    assert CODE not in given.headers.get("Location", "")
    client.post(reverse(CODE), {"code": code_for(secret)})
    assert not is_in(client)


def give_from(address: str, ana: User, typed: str, *, behind: str) -> object:
    """Type the password at an address, behind a proxy that says so."""
    return Client().post(
        reverse(LOGIN),
        {"login": ana.email, "password": typed},
        REMOTE_ADDR=behind,
        headers={"X-Forwarded-For": f"6.6.6.6, {address}"},
    )


def test_behind_a_proxy_one_address_that_tries_shuts_the_door_for_nobody_else(cast, ana, settings):
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = 1
    give_second_factor(ana)
    for number in range(12):
        unknown = User(email=f"essai-{number}@ailleurs.example")
        give_from("192.0.2.66", unknown, "wrong", behind="10.0.0.1")
    assert give_from("192.0.2.7", ana, PASSWORD, behind="10.0.0.1").status_code == 302
    assert give_from("192.0.2.66", ana, PASSWORD, behind="10.0.0.1").status_code != 302


def test_without_a_proxy_nobody_gets_more_tries_by_claiming_other_addresses(cast, ana):
    give_second_factor(ana)
    for number in range(12):
        unknown = User(email=f"essai-{number}@ailleurs.example")
        give_from(f"192.0.2.{number}", unknown, "wrong", behind="192.0.2.66")
    assert give_from("192.0.2.99", ana, PASSWORD, behind="192.0.2.66").status_code != 302


def test_how_many_proxies_stand_in_front_is_said_in_the_environment():
    ask = "from django.conf import settings; print(settings.ALLAUTH_TRUSTED_PROXY_COUNT)"
    environment = {**os.environ, "DJANGO_SETTINGS_MODULE": "pole.settings"}
    for given, found in (({}, "0"), ({"POLE_PROXIES": "2"}, "2")):
        said = subprocess.run(
            [sys.executable, "-c", ask], env=environment | given, capture_output=True, text=True, check=True
        )
        assert said.stdout.strip() == found
