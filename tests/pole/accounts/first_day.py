"""From an address that somebody else entered to the first page: password by e-mail, sign-in, second factor."""

import re

from django.core import mail
from django.core.cache import cache
from django.test import Client
from django.urls import reverse

from tests.pole.accounts.test_sign_in import LOGIN, PASSWORD, SET_UP, code_for


def new_password_by_mail(address: str) -> None:
    """Ask for the link, follow it, choose a password."""
    cache.clear()
    Client().post(reverse("account_reset_password"), {"email": address})
    message = mail.outbox[-1]
    assert message.to == [address]
    client = Client()
    page = client.get(re.search(r"https?://[^/]+(/\S+)", message.body)[1], follow=True)
    client.post(page.request["PATH_INFO"], {"password1": PASSWORD, "password2": PASSWORD})


def sign_in_and_set_up(address: str) -> Client:
    """With that password, and a second factor set up on the way."""
    client = Client()
    client.post(reverse(LOGIN), {"login": address, "password": PASSWORD})
    client.post(client.get(reverse(SET_UP)).headers["Location"], {"password": PASSWORD})
    page = client.get(reverse(SET_UP))
    client.post(reverse(SET_UP), {"code": code_for(page.context["form"].secret)})
    return client
