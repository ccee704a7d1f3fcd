"""Drafts of protocols in tests."""

import pytest

from pole.tenancy.context import inside
from protocols import drafts
from protocols.models import ProtocolDraft
from tests.cast import Cast


@pytest.fixture
def draft(cast: Cast) -> ProtocolDraft:
    """An example that the coordination begins."""
    with inside(cast.coordination):
        return drafts.create_from_shipped(actor=cast.actor(cast.cleo), identifier="demo-2026")
