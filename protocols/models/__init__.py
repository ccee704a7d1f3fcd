"""Signed texts and what crossed under them."""

from protocols.models.exchange import Exchange, ExchangeKey, ExchangeKind
from protocols.models.version import Party, ProtocolVersion

__all__ = ["Exchange", "ExchangeKey", "ExchangeKind", "Party", "ProtocolVersion"]
