"""Tokens of a service's own systems: the direction makes them, they are shown once, and revoked by a button."""

import hashlib
import secrets
from collections.abc import Iterable
from datetime import date, datetime, time, timedelta
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from alerts.models import AccessToken, Scope
from pole.audit.models import Tag, record
from pole.clock import database_now
from pole.refusals import Refused
from pole.tenancy.actor import Actor
from pole.tenancy.context import inside
from pole.tenancy.models import Service
from pole.tenancy.permissions import Perm

LONGEST = timedelta(days=365)
PREFIX = "pole"
SECRET_BYTES = 32
USE_NOTED_EVERY = timedelta(minutes=1)
OPENS = {Scope.READ: Perm.ALERT_READ, Scope.ACKNOWLEDGE: Perm.ALERT_HANDLE, Scope.ANSWER: Perm.ALERT_HANDLE}


class BadEnd(Refused):
    message = _("Choose a day from tomorrow on, and within a year.")
    field = "expires_on"


class NoScope(Refused):
    message = _("Choose what the system may do.")
    field = "scopes"


@transaction.atomic
def make_token(
    *, actor: Actor, system: str, scopes: Iterable[str], expires_on: date
) -> tuple[AccessToken, str]:
    """A token until the end of that day, with its text, which is kept nowhere and never shown again.

    Raises:
        BadEnd, NoScope
    """
    actor.require(Perm.CHANNELS_MANAGE)
    now, chosen = database_now(), sorted(set(scopes) & set(Scope.values))
    if not chosen:
        raise NoScope
    if not timezone.localdate(now) < expires_on <= timezone.localdate(now + LONGEST):
        raise BadEnd
    secret = secrets.token_urlsafe(SECRET_BYTES)
    token = AccessToken.objects.create(
        service=actor.service,
        system=system.strip(),
        scopes=chosen,
        digest=_digest(secret),
        made_by_id=actor.person_id,
        made_at=now,
        expires_at=timezone.make_aware(datetime.combine(expires_on, time.max)),
    )
    record(actor=actor, tag=Tag.ACCESS_CHANGED, subject_id=token.pk, act="made", scopes=chosen)
    return token, f"{PREFIX}_{actor.service_id.hex}_{secret}"


@transaction.atomic
def revoke_token(*, actor: Actor, token_id: UUID) -> bool:
    """From now on it opens nothing; False where the service has no such token. Twice is once."""
    actor.require(Perm.CHANNELS_MANAGE)
    token = AccessToken.objects.select_for_update().filter(service=actor.service, pk=token_id).first()
    if token is None:
        return False
    if token.revoked_at is None:
        token.revoked_at = database_now()
        token.save(update_fields=["revoked_at"])
        record(actor=actor, tag=Tag.ACCESS_CHANGED, subject_id=token.pk, act="revoked")
    return True


def tokens_of(actor: Actor) -> list[AccessToken]:
    """Those that open something, the newest first."""
    now = database_now()
    living = AccessToken.objects.filter(service=actor.service, revoked_at=None, expires_at__gt=now)
    return list(living.select_related("made_by").order_by("-made_at"))


def find_token(text: str) -> AccessToken | None:
    """The token whose text this is, if it opens anything at this moment.

    Looked up inside the space of the service that the text names: a service that does not exist costs what one
    that does costs, and answers the same.
    """
    prefix, _sep, rest = text.partition("_")
    service_hex, _sep, secret = rest.partition("_")
    try:
        service_id = UUID(hex=service_hex)
    except ValueError:
        return None
    if prefix != PREFIX or not secret:
        return None
    with inside(Service(pk=service_id)):
        now = database_now()
        token = (
            AccessToken.objects.select_related("service")
            .filter(
                service_id=service_id,
                digest=_digest(secret),
                revoked_at=None,
                expires_at__gt=now,
                service__is_active=True,
            )
            .first()
        )
        if token and (token.last_used_at is None or now - token.last_used_at >= USE_NOTED_EVERY):
            AccessToken.objects.filter(pk=token.pk).update(last_used_at=now)
        return token


def actor_of(token: AccessToken) -> Actor:
    """The system, with the rights that its scopes open."""
    return Actor.of_system(token.service, token.system, {OPENS[Scope(scope)] for scope in token.scopes})


def _digest(secret: str) -> bytes:
    return hashlib.sha256(secret.encode()).digest()
