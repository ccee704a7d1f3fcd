"""Data keys of services, and what is derived from them."""

import base64
import time
from uuid import UUID

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings

from pole.crypto.models import ServiceKey
from pole.crypto.seal import new_key, seal, unseal

# Unwrapped keys stay in memory for a minute, so that a deleted key is soon forgotten by every process.
_KEPT_SECONDS = 60
_kept: dict[UUID, tuple[float, bytes]] = {}


class KeyGone(LookupError):
    """The service's data key was deleted: what it sealed can never be read again."""


def master_key() -> bytes:
    """32 bytes from POLE_MASTER_KEY."""
    return base64.b64decode(settings.MASTER_KEY, validate=True)


def create_service_key(service_id: UUID) -> None:
    """Give a new service its data key."""
    wrapped = seal(master_key(), new_key(), _place(service_id))
    ServiceKey.objects.create(service_id=service_id, wrapped=wrapped)


def service_key(service_id: UUID) -> bytes:
    """The data key of a service, 32 bytes.

    Raises:
        KeyGone: it was deleted.
    """
    kept = _kept.get(service_id)
    if kept and kept[0] > time.monotonic():
        return kept[1]
    row = ServiceKey.objects.filter(service_id=service_id).first()
    if row is None:
        raise KeyGone(f"service {service_id} has no data key")
    key = unseal(master_key(), bytes(row.wrapped), _place(service_id))
    _kept[service_id] = (time.monotonic() + _KEPT_SECONDS, key)
    return key


def derived_key(service_id: UUID, purpose: str) -> bytes:
    """A key for one purpose (a blind index, say) that tells nothing about the data key."""
    return HKDF(algorithm=SHA256(), length=32, salt=None, info=purpose.encode()).derive(
        service_key(service_id)
    )


def _place(service_id: UUID) -> str:
    return f"crypto_servicekey|wrapped|{service_id}"
