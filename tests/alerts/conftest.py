"""The demonstration protocol between the cast's services; Dora's is no party."""

from datetime import UTC, datetime

import pytest

from alerts import factories
from protocols.models import ProtocolVersion
from tests.cast import Cast

TUESDAY_10 = datetime(2026, 9, 15, 8, 0, tzinfo=UTC)  # 10:00 in Brussels, everyone is there


@pytest.fixture
def protocol(cast: Cast) -> ProtocolVersion:
    return factories.protocol(
        victims=cast.victims, programme=cast.programme, police=cast.police, coordination=cast.coordination
    )
