"""Blind index: search names that are encrypted, by tokens that say nothing without the service's key."""

import hmac
import re
import unicodedata
from collections.abc import Iterable
from uuid import UUID

from pole.crypto.keys import derived_key

PREFIX = 3  # letters; fewer would find half of a service


def words(text: str) -> list[str]:
    """Lower case, without accents, in any script: "D’Hôtel-Élise" -> ["d", "hotel", "elise"]."""
    flat = "".join(each for each in unicodedata.normalize("NFKD", text) if not unicodedata.combining(each))
    return re.findall(r"[^\W_]+", flat.casefold())


def tokens_to_store(service_id: UUID, purpose: str, text: str) -> set[bytes]:
    """What to keep for a text: each word whole, and its first three letters."""
    key = derived_key(service_id, f"blind|{purpose}")
    forms = {form for word in words(text) for form in (f"={word}", f"^{word[:PREFIX]}")}
    return {_token(key, form) for form in forms}


def tokens_to_find(service_id: UUID, purpose: str, query: str) -> list[bytes]:
    """One token a word of the query, all of which must be there: three letters find a beginning."""
    key = derived_key(service_id, f"blind|{purpose}")
    return [_token(key, f"^{word}" if len(word) == PREFIX else f"={word}") for word in words(query)]


def tokens_of_words(service_id: UUID, purpose: str, found: Iterable[str]) -> dict[bytes, str]:
    """Token -> the word it stands for: which of these words were kept whole, whatever their length."""
    key = derived_key(service_id, f"blind|{purpose}")
    return {_token(key, f"={form}"): word for word in found for form in words(word)}


def _token(key: bytes, form: str) -> bytes:
    return hmac.digest(key, form.encode(), "sha256")[:16]
