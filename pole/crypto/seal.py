"""AES-256-GCM with associated data: what is sealed for one place can't be read in another."""

import os

from cryptography.hazmat.primitives.ciphers.aead import AESGCM

NONCE = 12
VERSION = b"\x01"


def new_key() -> bytes:
    """32 random bytes."""
    return AESGCM.generate_key(256)


def seal(key: bytes, plain: bytes, place: str) -> bytes:
    """Encrypt; `place` names where the result stands (table, column, row, service) and is authenticated."""
    nonce = os.urandom(NONCE)
    return VERSION + nonce + AESGCM(key).encrypt(nonce, plain, place.encode())


def unseal(key: bytes, sealed: bytes, place: str) -> bytes:
    """Decrypt what `seal` made for the same place.

    Raises:
        cryptography.exceptions.InvalidTag: another key, another place, or altered bytes.
        ValueError: a format this version does not know.
    """
    if sealed[:1] != VERSION:
        raise ValueError("unknown format of sealed bytes")
    return AESGCM(key).decrypt(sealed[1 : 1 + NONCE], sealed[1 + NONCE :], place.encode())
