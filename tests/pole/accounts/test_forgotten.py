"""A forgotten password: the same answer whether the address is known, and whether the mail server takes anything."""

from collections.abc import Callable

import pytest
from django.core import mail
from django.core.cache import cache
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from tests.cast import Cast

pytestmark = pytest.mark.django_db
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
