"""What can be told at all: one list for whoever writes a protocol, and a function for each on it."""

from alerts.content import BUILDERS
from pole import legal
from protocols.models import Exchange


def test_what_a_protocol_may_share_is_what_something_can_carry():
    assert BUILDERS.keys() == legal.shareable()


def test_what_is_carried_can_be_written_down_by_its_code():
    longest = Exchange._meta.get_field("categories").base_field.max_length
    assert max(map(len, BUILDERS)) <= longest
