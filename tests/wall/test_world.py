import pytest

from tests.wall.world import empty_tables, make_world

pytestmark = pytest.mark.django_db


def test_both_sides_have_a_row_in_every_walled_table():
    world = make_world()

    assert empty_tables(world.here) == []
    assert empty_tables(world.there) == []
