import pytest

from cases import factories
from cases.models import Case, NameToken
from cases.services import open_case
from pole.tenancy.context import tenant

pytestmark = pytest.mark.django_db


def test_a_case_has_its_number_its_people_and_whoever_opened_it_in_its_team(cast):
    with tenant(cast.victims.pk):
        actor = cast.actor(cast.ana)
        first = open_case(
            actor=actor,
            summary="Séparation récente.",
            followed={"first_name": "Nora", "last_name": "Élise"},
            partner={"first_name": "Paul", "last_name": "Dupont"},
        )
        second = open_case(actor=actor, summary="", followed={"first_name": "Zoé", "last_name": "Z"})
        assert [first.reference[-4:], second.reference[-4:]] == ["0001", "0002"]
        assert set(Case.objects.visible_to(actor)) == {first, second}
        assert not Case.objects.visible_to(cast.actor(cast.eli)).exists()
        assert NameToken.objects.filter(case=first).exists()


def test_factories(cast):
    with tenant(cast.victims.pk):
        case = factories.case(cast.victims, team=[cast.ana], followed="Nora Lien", partner="Paul Lien")
        factories.note(case, cast.ana)
        factories.incident(case, cast.ana)
        factories.measure(case, cast.ana)
        factories.agreement(case, case.people.first(), cast.ana, to=cast.programme)
        factories.task(case, cast.victims)
