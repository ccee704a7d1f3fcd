import pytest

from tests.wall.pages import probe_colleagues, probe_pages
from tests.wall.world import World


def show(leaks):
    for l in leaks: print(l)
    return len(leaks)
@pytest.mark.parametrize("role", ["practitioner","direction","audit"])
def test_pages(world: World, role):
    assert show(probe_pages(world, roles=[role]))==0
def test_colleagues(world):
    assert show(probe_colleagues(world))==0
