"""A forgotten password: the same answer whether the address is known, and whether the mail server takes anything."""

import re
from collections.abc import Callable

import pytest
from django.core import mail
from django.core.cache import cache
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from tests.cast import Cast

pytestmark = pytest.mark.django_db
PASSWORD = "un mot de passe assez long"
NOBODY = "personne@maison-claire.example"


@pytest.fixture
def ask(client: Client, cast: Cast) -> Callable[[str], HttpResponse]:
    cache.clear()
    return lambda address: client.post(reverse("account_reset_password"), {"email": address}, follow=True)


def said(response: HttpResponse) -> tuple[list[tuple[str, int]], bytes]:
    return response.redirect_chain, response.content


def test_the_link_goes_to_the_account_and_to_nobody_else(cast: Cast, ask):
    ask(cast.ana.email)
    ask(NOBODY)
    assert [message.to for message in mail.outbox] == [[cast.ana.email]]


def test_the_link_leads_to_a_new_password_once_and_signs_nobody_in(cast: Cast, client, ask):
    ask(cast.ana.email)
    link = re.search(r"https?://[^/]+(/\S+)", mail.outbox[0].body)[1]
    page = client.get(link, follow=True)
    typed = {"password1": PASSWORD, "password2": PASSWORD}
    client.post(page.request["PATH_INFO"], typed)

    cast.ana.refresh_from_db()
    assert cast.ana.check_password(PASSWORD)
    assert "sessionid" not in client.cookies or not client.session.get("_auth_user_id")
    later = Client().get(link, follow=True)
    assert "Ce lien n’est plus valable" in later.content.decode()


@pytest.mark.parametrize("altered", ["-x", "x"])
def test_an_altered_link_changes_no_password(cast: Cast, ask, altered):
    ask(cast.ana.email)
    link = re.search(r"https?://[^/]+(/\S+)/", mail.outbox[0].body)[1]
    page = Client().get(f"{link}{altered}/", follow=True)
    assert "Ce lien n’est plus valable" in page.content.decode()
    assert b"password1" not in page.content


def test_a_dead_mail_server_neither_fails_the_request_nor_tells_that_the_account_exists(
    cast: Cast, ask, settings, caplog
):
    settings.EMAIL_BACKEND = "pole.smtp.Backend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 1  # nobody listens there
    known, unknown = ask(cast.ana.email), ask(NOBODY)

    assert known.status_code == 200
    assert said(known) == said(unknown)
    assert "ConnectionRefusedError" in caplog.text
    assert cast.ana.email not in caplog.text
