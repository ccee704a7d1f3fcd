"""Signed texts, those in work, and what crossed under them."""

from protocols.models.draft import DraftParty, DraftRevision, DraftState, ProtocolDraft
from protocols.models.exchange import Exchange, ExchangeKey, ExchangeKind
from protocols.models.life import LifeEvent, LifeKind
from protocols.models.signature import Decline, Signature, SigningKey
from protocols.models.version import Party, ProtocolVersion

__all__ = [
    "Decline",
    "DraftParty",
    "DraftRevision",
    "DraftState",
    "Exchange",
    "ExchangeKey",
    "ExchangeKind",
    "LifeEvent",
    "LifeKind",
    "Party",
    "ProtocolDraft",
    "ProtocolVersion",
    "Signature",
    "SigningKey",
]
