import pytest

from cases import factories
from cases.search import search_cases
from pole.audit.models import Event, Tag
from pole.tenancy.context import tenant

pytestmark = pytest.mark.django_db


@pytest.fixture
def space(cast):
    with tenant(cast.victims.pk):
        yield cast


@pytest.mark.parametrize(
    ("query", "found"),
    [
        pytest.param("lefebvre", True, id="a whole name"),
        pytest.param("LEFÈBVRE Élodie", True, id="case and accents do not matter"),
        pytest.param("lef", True, id="three letters find a beginning"),
        pytest.param("lefe", False, id="four are taken for a whole word"),
        pytest.param("elodie martin", False, id="every word must be borne by one person"),
        pytest.param("lefebvre dupont", False, id="not by the two of them"),
        pytest.param("2024-0815", True, id="the reference"),
        pytest.param("2024", False, id="the whole of it"),
        pytest.param("' OR 1=1", False, id="a word is a word"),
        pytest.param("%", False, id="there are no patterns"),
    ],
)
def test_what_finds_a_case(space, query, found):
    case = factories.case(
        space.victims,
        team=[space.ana],
        reference="2024-0815",
        followed="Élodie Lefèbvre",
        partner="Marc Dupont",
    )
    factories.case(space.victims, team=[space.ana], followed="Anne Martin")
    results = list(search_cases(space.actor(space.ana), query))
    assert (case in results) is found


def test_the_search_finds_only_what_one_sees(space):
    hidden = factories.case(space.victims, team=[space.eli], followed="Élodie Lefèbvre")
    assert not search_cases(space.actor(space.ana), "lefebvre").exists()
    assert not search_cases(space.actor(space.ana), hidden.reference).exists()
    assert search_cases(space.actor(space.rita), "lefebvre").get() == hidden


def test_the_search_knows_nothing_of_other_services(cast):
    with tenant(cast.victims.pk):
        factories.case(cast.victims, team=[cast.ana], followed="Élodie Lefèbvre")
    with tenant(cast.programme.pk):
        mine = factories.case(cast.programme, team=[cast.bruno], followed="Élodie Lefèbvre")
        assert list(search_cases(cast.actor(cast.bruno), "lefebvre")) == [mine]


def test_that_one_searched_is_written_and_what_for_is_not(space):
    search_cases(space.actor(space.ana), "lefebvre")
    event = Event.objects.get(tag=Tag.CASE_SEARCHED)
    assert "lefebvre" not in str(event.detail)
