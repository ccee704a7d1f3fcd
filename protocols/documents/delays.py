"""How long: the delays of a clock that runs, the periods of a calendar."""

from __future__ import annotations

from pole.calendar import Delay, Period
from pole.marking import N_
from pole.yamlfile import Node


def read_delay(node: Node) -> Delay:
    """Raises:
    FileError: it is none.
    """
    try:
        return Delay.parse(node.value)
    except ValueError:
        raise node.error(
            N_("expected a delay like '15 minutes', '4 working hours' or '2 working days', found %(found)s"),
            found=repr(node.plain()),
        ) from None


def read_period(node: Node) -> Period:
    """Raises:
    FileError: it is none.
    """
    try:
        return Period.parse(node.value)
    except ValueError:
        raise node.error(
            N_("expected a period like '7 days' or '24 months', found %(found)s"), found=repr(node.plain())
        ) from None


def read_term(node: Node) -> Delay | Period:
    """Raises:
    FileError: it is neither.
    """
    try:
        return Period.parse(node.value)
    except ValueError:
        return read_delay(node)
