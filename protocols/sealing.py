"""An exchange's content has a key of its own, wrapped once for each of its two readers."""

import json
from collections.abc import Sequence
from typing import Any
from uuid import UUID

from pole.crypto.keys import KeyGone, service_key
from pole.crypto.seal import new_key, seal, unseal
from protocols.models import Exchange, ExchangeKey


def seal_content(*, exchange_id: UUID, readers: list[UUID], content: dict[str, Any]) -> bytes:
    """Seal the content for the services named, and keep their wrapped keys. Returns the sealed bytes."""
    key = new_key()
    ExchangeKey.objects.bulk_create(
        ExchangeKey(
            exchange_id=exchange_id,
            service_id=reader,
            wrapped=seal(service_key(reader), key, f"protocols_exchangekey|{exchange_id}|{reader}"),
        )
        for reader in readers
    )
    return seal(key, json.dumps(content).encode(), _place(exchange_id))


def content_of(exchange: Exchange, reader: UUID) -> dict[str, Any]:
    """The content, as one of the two reads it.

    Raises:
        KeyGone: this side deleted its key.
    """
    row = ExchangeKey.objects.filter(exchange_id=exchange.pk, service_id=reader).first()
    if row is None:
        raise KeyGone(f"exchange {exchange.pk} has no key for {reader}")
    return _opened(exchange, row, reader)


def contents_of(exchanges: Sequence[Exchange], reader: UUID) -> dict[UUID, dict[str, Any]]:
    """The contents of several by exchange, in one query; without those whose key this side deleted."""
    rows = ExchangeKey.objects.filter(exchange_id__in=[each.pk for each in exchanges], service_id=reader)
    keys = {row.exchange_id: row for row in rows}
    return {each.pk: _opened(each, keys[each.pk], reader) for each in exchanges if each.pk in keys}


def _opened(exchange: Exchange, row: ExchangeKey, reader: UUID) -> dict[str, Any]:
    key = unseal(service_key(reader), bytes(row.wrapped), f"protocols_exchangekey|{exchange.pk}|{reader}")
    content: dict[str, Any] = json.loads(unseal(key, bytes(exchange.content), _place(exchange.pk)))
    return content


def _place(exchange_id: UUID) -> str:
    return f"protocols_exchange|content|{exchange_id}"
