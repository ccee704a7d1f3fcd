"""What a dump of the database shows of people's second factors."""

import json

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, hotp_value, yield_hotp_counters_from_time
from cryptography.exceptions import InvalidTag
from django.core.cache import cache
from django.db import connection

from pole.accounts.models import User
from pole.accounts.second_factor import give_second_factor
from tests.cast import Cast


def stored(user: User) -> str:
    """As it stands in the table."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT json_agg(data) FROM mfa_authenticator WHERE user_id = %s", [user.pk])
        return json.dumps(cursor.fetchone()[0])


def code_for(secret: str) -> str:
    return format_hotp_value(hotp_value(secret, next(yield_hotp_counters_from_time())))


def factor(user: User) -> TOTP:
    return TOTP(Authenticator.objects.get(user=user, type=Authenticator.Type.TOTP))


def test_the_table_holds_no_secret_from_which_codes_are_made(cast: Cast):
    secret = give_second_factor(cast.ana)
    seed = Authenticator.objects.get(user=cast.ana, type=Authenticator.Type.RECOVERY_CODES).data["seed"]

    assert secret not in stored(cast.ana)
    assert seed.startswith("sealed:")


def test_the_right_code_opens_and_that_of_a_stranger_does_not(cast: Cast):
    cache.clear()
    secret, others = give_second_factor(cast.ana), give_second_factor(cast.dora)

    assert not factor(cast.ana).validate_code(code_for(others))
    assert factor(cast.ana).validate_code(code_for(secret))


def test_a_factor_set_up_before_secrets_were_sealed_still_opens(cast: Cast):
    cache.clear()
    secret = give_second_factor(cast.ana)
    Authenticator.objects.filter(user=cast.ana, type=Authenticator.Type.TOTP).update(data={"secret": secret})

    assert factor(cast.ana).validate_code(code_for(secret))


def test_a_secret_sealed_with_another_key_is_no_secret(cast: Cast, settings):
    secret = give_second_factor(cast.ana)
    settings.MASTER_KEY = "A" * 43 + "="

    with pytest.raises(InvalidTag):
        factor(cast.ana).validate_code(code_for(secret))
