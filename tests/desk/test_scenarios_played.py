"""The acceptance cases hold where people work too: the same files, through services and database."""

from pathlib import Path

import pytest

from alerts.models import Alert
from desk.expectations import differences
from pole.tenancy.context import inside
from pole.yamlfile import load
from protocols.models import Exchange
from tests.desk.came_out import document_of
from tests.desk.played import play_for_real

pytestmark = pytest.mark.django_db
SCENARIOS = sorted((Path(__file__).parent.parent / "scenarios").glob("*.yaml"))


@pytest.mark.parametrize("path", SCENARIOS, ids=lambda path: path.stem)
def test_a_scenario_comes_out_as_expected_through_the_database(path, monkeypatch):
    played = play_for_real(path, monkeypatch)

    assert differences(load(path).mapping()["expect"], document_of(played)) == []
    with inside(played.bystander):
        assert not Exchange.objects.received_by(played.bystander.pk).exists()
        assert not Alert.objects.exists()
