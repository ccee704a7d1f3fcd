"""Ana's case, in the victim service's space."""

from collections.abc import Iterator

import pytest

from assessment.compiled import compiled
from cases import factories
from cases.models import Case
from pole.tenancy.actor import Actor
from pole.tenancy.context import tenant
from tests.cast import Cast


@pytest.fixture(autouse=True)
def grids_compiled_anew() -> None:
    """What a process works out once per grid, every test works out: else a mutant in it would meet the first alone."""
    compiled.cache_clear()


@pytest.fixture
def inside(cast: Cast) -> Iterator[None]:
    with tenant(cast.victims.pk):
        yield


@pytest.fixture
def case(cast: Cast, inside: None) -> Case:
    return factories.case(cast.victims, team=[cast.ana], followed="Nora Lien", partner="Paul Lien")


@pytest.fixture
def ana(cast: Cast) -> Actor:
    return cast.actor(cast.ana)


@pytest.fixture
def rita(cast: Cast) -> Actor:
    return cast.actor(cast.rita)
