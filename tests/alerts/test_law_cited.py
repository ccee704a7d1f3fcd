"""A message cites the law of its day, and goes on citing it."""

import re
from datetime import UTC, datetime

import pytest

from alerts.factories import finalised
from assessment.factories import LEVEL_4
from pole import legal
from pole.tenancy.context import inside
from protocols import exchange as door
from protocols.models import Exchange
from protocols.registry import register_version, shipped_text
from tests.cast import Cast

pytestmark = pytest.mark.django_db

BEFORE_MIDNIGHT = datetime(
    2026, 4, 7, 21, 59, tzinfo=UTC
)  # 23:59 in Brussels, the last day of the old Code pénal
AFTER_MIDNIGHT = datetime(2026, 4, 7, 22, 1, tzinfo=UTC)


@pytest.fixture
def over_the_change(cast: Cast):
    """The demonstration protocol, in force before and after the new Code pénal."""
    text = shipped_text("demo-2026")
    text = re.sub(r"(?m)^signed_on: .*$", "signed_on: 2026-01-01", text)
    text = re.sub(r"(?m)^in_force: .*$", "in_force: {from: 2026-01-01, until: 2026-12-31}", text)
    parties = {"VIC": cast.victims, "AUT": cast.programme, "POL": cast.police, "COO": cast.coordination}
    return register_version(text, parties=parties)


def cited(cast: Cast) -> dict[str, str]:
    with inside(cast.police):
        exchange = Exchange.objects.received_by(cast.police.pk).get()
        return door.read(cast.actor(cast.carla), exchange)["law"]


@pytest.mark.parametrize(
    ("at", "law"),
    [
        pytest.param(BEFORE_MIDNIGHT, "Code pénal, art. 422bis", id="a minute before"),
        pytest.param(
            AFTER_MIDNIGHT, "Code pénal (lois du 29 février 2024), numéro à confirmer", id="a minute after"
        ),
    ],
)  # fmt: skip
def test_an_alert_cites_the_law_of_its_minute(cast: Cast, over_the_change, at, law):
    finalised(cast.actor(cast.ana), LEVEL_4, at=at)
    assert cited(cast) == {"necessity": law}


def test_what_was_cited_stays_when_the_table_is_corrected(cast: Cast, over_the_change, monkeypatch):
    finalised(cast.actor(cast.ana), LEVEL_4, at=BEFORE_MIDNIGHT)
    monkeypatch.setattr(legal, "bases", dict)  # whatever the table says tomorrow
    assert cited(cast) == {"necessity": "Code pénal, art. 422bis"}
