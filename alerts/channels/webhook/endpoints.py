"""The endpoint of a service: the direction sets it, tries it, switches it off; a failing one is told to them."""

from ipaddress import ip_address
from urllib.parse import urlsplit

from django.core.exceptions import ValidationError
from django.core.validators import URLValidator
from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from alerts import outbox
from alerts.channels.webhook.addresses import is_allowed
from alerts.channels.webhook.signing import new_secret
from alerts.models import ChannelUse, Endpoint, OwedKind
from alerts.notices import ask_a_human
from pole.audit.models import Tag, record
from pole.clock import database_now
from pole.refusals import Refused
from pole.tenancy.actor import Actor
from pole.tenancy.models import Membership, Service
from pole.tenancy.permissions import Perm, Role

TOLD_AFTER = 5
"""Failures in a row before the direction is told: a restart is no matter of theirs."""


class NotAnAddress(Refused):
    message = _("Write an address that begins with https://, without a user name in it.")
    field = "url"


class NotAPublicAddress(Refused):
    message = _("This address is not public: the Pôle can’t call it. Give the one your partners would use.")
    field = "url"


class NoEndpoint(Refused):
    message = _("Set the address first.")


@transaction.atomic
def set_endpoint(*, actor: Actor, url: str) -> tuple[Endpoint, str]:
    """Set the address, or another one; it is called from now on. With the new secret, which is never shown again.

    Raises:
        NotAnAddress, NotAPublicAddress
    """
    actor.require(Perm.CHANNELS_MANAGE)
    url = _checked(url)
    secret = new_secret()
    endpoint = _own(actor) or Endpoint(service=actor.service)
    endpoint.url, endpoint.secret, endpoint.is_active = url, secret, True
    endpoint.set_by_id, endpoint.set_at = actor.person_id, database_now()
    endpoint.failures, endpoint.rests_until, endpoint.told_at, endpoint.reply = 0, None, None, ""
    endpoint.called_at = endpoint.taken_at = None
    endpoint.save()
    ChannelUse.objects.get_or_create(
        service=actor.service, kind=OwedKind.WEBHOOK, defaults={"since": endpoint.set_at}
    )
    record(actor=actor, tag=Tag.CHANNEL_CHANGED, subject_id=endpoint.pk, channel="webhook", act="set")
    return endpoint, secret


@transaction.atomic
def switch_off(*, actor: Actor) -> None:
    """No call from now on, what is owed already included; the address and its secret are forgotten.

    Raises:
        NoEndpoint
    """
    actor.require(Perm.CHANNELS_MANAGE)
    endpoint = _own(actor)
    if endpoint is None or not endpoint.is_active:
        raise NoEndpoint
    _off(endpoint)
    record(actor=actor, tag=Tag.CHANNEL_CHANGED, subject_id=endpoint.pk, channel="webhook", act="off")


@transaction.atomic
def try_out(*, actor: Actor) -> None:
    """Owe the endpoint one call that announces nothing: by the same way as an alert's, so that it proves it.

    Raises:
        NoEndpoint
    """
    actor.require(Perm.CHANNELS_MANAGE)
    endpoint = _own(actor)
    if endpoint is None or not endpoint.is_active:
        raise NoEndpoint
    endpoint.tests += 1
    endpoint.save(update_fields=["tests"])
    outbox.owe(
        service=actor.service,
        kind=OwedKind.WEBHOOK,
        subject_id=endpoint.pk,
        step=endpoint.tests,
        due_at=database_now(),
    )
    record(actor=actor, tag=Tag.CHANNEL_CHANGED, subject_id=endpoint.pk, channel="webhook", act="tried")


def taken(endpoint: Endpoint, reply: str) -> None:
    """It works, again or still. In the service's space, like the next two."""
    now = database_now()
    Endpoint.objects.filter(pk=endpoint.pk).update(
        called_at=now, taken_at=now, reply=reply, failures=0, rests_until=None, told_at=None
    )


def not_taken(endpoint: Endpoint, reply: str, *, is_test: bool) -> None:
    """Not called again for a moment that doubles; after some failures in a row the direction is told, once.

    Whoever tries it out sees what came back: that counts for nothing.
    """
    now = database_now()
    own = Endpoint.objects.filter(pk=endpoint.pk)
    own.update(called_at=now, reply=reply[: outbox.REPLY_KEPT])
    if is_test:
        return
    own.update(failures=F("failures") + 1)
    failing = own.select_for_update().get()
    failing.rests_until = now + outbox.retry_after(failing.failures)
    if failing.failures >= TOLD_AFTER and failing.told_at is None:
        failing.told_at = now
        _tell_direction(
            failing,
            gettext(
                "Your system does not take the calls of the Pôle (%(reply)s). Alerts go on arriving by e-mail "
                "and here; have it looked at, then try it out under “Channels and access”."
            )
            % {"reply": reply},
        )
    failing.save(update_fields=["rests_until", "told_at"])


def switch_off_gone(service: Service) -> None:
    """The system answered that it is gone (410): it is called no more, and the direction told."""
    endpoint = Endpoint.objects.filter(service=service, is_active=True).first()
    if endpoint is None:
        return
    _off(endpoint)
    record(
        actor=Actor.clockwork(service),
        tag=Tag.CHANNEL_CHANGED,
        subject_id=endpoint.pk,
        channel="webhook",
        act="gone",
    )
    _tell_direction(
        endpoint,
        gettext(
            "Your system answered that it is gone (410): the Pôle no longer calls it. Alerts go on arriving by "
            "e-mail and here. Set its address anew under “Channels and access” if that was a mistake."
        ),
    )


def _off(endpoint: Endpoint) -> None:
    endpoint.is_active, endpoint.secret = False, ""
    endpoint.rests_until, endpoint.failures = None, 0
    endpoint.save()
    ChannelUse.objects.filter(service_id=endpoint.service_id, kind=OwedKind.WEBHOOK).delete()


def _own(actor: Actor) -> Endpoint | None:
    return Endpoint.objects.select_for_update(of=("self",)).filter(service=actor.service).first()


def _checked(url: str) -> str:
    url = url.strip()
    try:
        URLValidator(schemes=["https"])(url)
        parts = urlsplit(url)
        _ = parts.port  # a number that no port has
    except (ValidationError, ValueError):
        raise NotAnAddress from None
    if parts.username or parts.password or parts.fragment or not url.isascii():
        raise NotAnAddress
    try:
        address = ip_address(parts.hostname or "")
    except ValueError:
        return url  # a name: where it leads is looked at before each call
    if not is_allowed(address):
        raise NotAPublicAddress
    return url


def _tell_direction(endpoint: Endpoint, text: str) -> None:
    """A task for whoever set it, if still in charge; for another of the direction otherwise."""
    direction = Membership.objects.current().filter(service_id=endpoint.service_id, role=Role.DIRECTION)
    people = list(direction.order_by("starts_on").values_list("user_id", flat=True))
    whose = endpoint.set_by_id if endpoint.set_by_id in people else next(iter(people), None)
    ask_a_human(endpoint.service, text, assigned_to=whose)
