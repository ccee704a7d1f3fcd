"""Give somebody a second factor without a telephone: for demonstrations and tests."""

from allauth.account.models import EmailAddress
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret

from pole.accounts.models import User


def give_second_factor(user: User) -> str:
    """Activate a TOTP authenticator and recovery codes; returns the secret in base32."""
    secret: str = generate_totp_secret()
    TOTP.activate(user, secret)
    RecoveryCodes.activate(user)
    EmailAddress.objects.get_or_create(
        user=user, email=user.email, defaults={"primary": True, "verified": True}
    )
    return secret
