"""What a protocol counts in a case's past, from the records of the service itself and of no other case."""

from datetime import timedelta

import pytest

from alerts.factories import agreement, finalised
from assessment.factories import LEVEL_1
from cases.factories import case as make_case
from cases.factories import incident
from pole.tenancy.context import inside
from protocols.models import Exchange
from protocols.registry import register_version, shipped_text
from tests.alerts.conftest import TUESDAY_10
from tests.cast import Cast

pytestmark = pytest.mark.django_db

TODAY = TUESDAY_10.date()
LONG_AGO = TODAY - timedelta(days=400)
COUNTS = (
    "  history:\n    facts: {label: faits en douze mois, count: incident, within: 12 months}\n  details:\n"
)


@pytest.fixture
def counting(cast: Cast):
    """The demonstration protocol, with article 6 on three facts within twelve months, whatever the level."""
    text = shipped_text("demo-2026").replace("  details:\n", COUNTS, 1)
    text = text.replace(
        "when: {all: [{severity: 2}, something_new]}", "when: {facts: {at_least: 3}}"
    ).replace("  something_new:\n", "  something_newer:\n")
    parties = {"VIC": cast.victims, "AUT": cast.programme, "POL": cast.police, "COO": cast.coordination}
    return register_version(text, parties=parties)


def told(cast: Cast) -> list[Exchange]:
    with inside(cast.programme):
        return list(Exchange.objects.received_by(cast.programme.pk))


@pytest.mark.parametrize(
    ("days", "is_told"),
    [
        pytest.param([TODAY] * 3, True, id="three"),
        pytest.param([TODAY] * 2, False, id="two"),
        pytest.param([TODAY, TODAY, LONG_AGO], False, id="a third beyond the period"),
    ],
)
def test_incidents_of_the_case_count(cast: Cast, counting, days, is_told):
    with inside(cast.victims):
        case = make_case(cast.victims, team=[cast.ana], followed="Nora Lien", partner="Paul Lien")
        other = make_case(cast.victims, team=[cast.ana], followed="Lia Roux", partner="Yves Roux")
        for day in days:
            incident(case, cast.ana, happened_on=day)
        for _n in range(3):
            incident(other, cast.ana, happened_on=TODAY)  # another case's past is not this one's
        agreement(case, cast.programme, by=cast.ana, given_on=TODAY, informed_on=TODAY)
    finalised(cast.actor(cast.ana), LEVEL_1, at=TUESDAY_10, case=case)
    assert [exchange.article for exchange in told(cast)] == (["6"] if is_told else [])
    with inside(cast.police):
        assert not Exchange.objects.received_by(cast.police.pk)
