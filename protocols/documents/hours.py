"""When a party is there: the week of a protocol, that of one of its parties, their holidays and their time zone.

Each reader raises the file's own error, with path and line.
"""

from __future__ import annotations

from datetime import time
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import holidays as legal_holidays

from pole.calendar import Opening
from pole.marking import N_
from pole.yamlfile import Node

DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")


def read_week(node: Node) -> tuple[Opening, ...]:
    """The openings of each day, Monday first; none on a day that is not listed."""
    given = node.mapping(optional=DAYS)
    week = tuple(_opening(given[day]) if day in given else () for day in DAYS)
    if not any(week):
        raise node.error(N_("a week has at least one opening"))
    return week


def _opening(node: Node) -> Opening:
    spans: list[tuple[time, time]] = []
    for item in node.items():
        words = item.text().split("-")
        try:
            begin, end = (_time_of_day(word) for word in words)
        except ValueError:
            raise item.error(
                N_("expected hours like '09:00-17:00', found %(found)s"), found=repr(item.value)
            ) from None
        if begin >= end or (spans and begin < spans[-1][1]):
            raise item.error(N_("openings follow one another, each ending after it begins"))
        spans.append((begin, end))
    return tuple(spans)


def _time_of_day(word: str) -> time:
    """Raises:
    ValueError: no time, or one with a zone: a party's hours are those of the protocol's.
    """
    found = time.fromisoformat(word)
    if found.tzinfo:
        raise ValueError(word)
    return found


def read_hours(node: Node) -> tuple[tuple[Opening, ...] | None, bool]:
    """A party's own week, if it has one, and whether it is there by day and night."""
    if isinstance(node.value, dict):
        return read_week(node), False
    return None, node.one_of({"working", "always"}) == "always"


def read_country(node: Node) -> str:
    """The country whose legal holidays are days off."""
    code = node.text()
    try:
        legal_holidays.country_holidays(code)
    except NotImplementedError:
        raise node.error(
            N_("no holidays are known for '%(code)s': a country is named by two letters, like BE"), code=code
        ) from None
    return code


def read_zone(node: Node) -> ZoneInfo:
    """The zone that every hour and day of the protocol is in."""
    zone = node.text()
    try:
        return ZoneInfo(zone)
    except (ZoneInfoNotFoundError, ValueError):
        raise node.error(N_("'%(zone)s' is not a time zone"), zone=zone) from None
