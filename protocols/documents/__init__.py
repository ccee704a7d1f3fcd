"""The protocols that ship, each a file; `load_protocol` reads these and any other."""

from protocols.documents.loading import ProtocolError, load_protocol, read_protocol, shipped

__all__ = ["ProtocolError", "load_protocol", "read_protocol", "shipped"]
