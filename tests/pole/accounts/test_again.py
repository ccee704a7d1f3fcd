"""Both factors, given with what is done: neither alone, none twice, and not without end."""

import time
from datetime import timedelta

import pytest
from allauth.core.context import request_context
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from django.test import RequestFactory

from pole.accounts.again import BothFactorsForm
from pole.accounts.models import User
from pole.accounts.second_factor import give_second_factor
from pole.clock import database_now

pytestmark = pytest.mark.django_db
PASSWORD = "un mot de passe assez long"


@pytest.fixture
def ana() -> User:
    return User.objects.create_user(email="ana@service.example", name="Ana", password=PASSWORD)


def code(secret: str) -> str:
    return format_hotp_value(hotp_value(secret, int(time.time()) // 30))


def given(user: User, **data: str) -> BothFactorsForm:
    request = RequestFactory().post("/", data)
    request.user = user
    form = BothFactorsForm(data, request=request)
    with request_context(request):
        form.is_valid()
    return form


def test_both_are_asked_for_and_proved(ana):
    secret = give_second_factor(ana)
    assert given(ana, password="another", code=code(secret)).errors.keys() == {"password"}
    assert given(ana, password=PASSWORD, code="000000").errors.keys() == {"code"}
    assert given(ana, password=PASSWORD).errors.keys() == {"code"}
    form = given(ana, password=PASSWORD, code=code(secret))  # a wrong password spent no code
    assert not form.errors
    now = database_now()
    assert form.confirmed.holds(ana.pk, now)
    assert not form.confirmed.holds(ana.pk, now + timedelta(minutes=5))
    assert not form.confirmed.holds(None, now)


def test_a_code_is_taken_once(ana):
    secret = give_second_factor(ana)
    same = code(secret)
    assert not given(ana, password=PASSWORD, code=same).errors
    assert given(ana, password=PASSWORD, code=same).errors.keys() == {"code"}


def test_a_recovery_code_does_too_once(ana):
    give_second_factor(ana)
    codes = Authenticator.objects.get(user=ana, type="recovery_codes").wrap().get_unused_codes()
    assert not given(ana, password=PASSWORD, code=codes[0]).errors
    assert given(ana, password=PASSWORD, code=codes[0]).errors.keys() == {"code"}


def test_tries_are_counted(ana):
    secret = give_second_factor(ana)
    for _try in range(10):
        given(ana, password="another", code=code(secret))
    assert "__all__" in given(ana, password=PASSWORD, code=code(secret)).errors
