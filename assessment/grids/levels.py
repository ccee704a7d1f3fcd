"""The part of a grid's file that sets levels: which there are, and the types, markers and rules that reach them.

Each reader raises the file's own error, with path and line.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import timedelta

from assessment.grid import Dynamics, Floor, Level, Marker, Retention, Rule
from assessment.grids.conditions import Conditions
from pole.conditions import All
from pole.marking import N_
from pole.yamlfile import Node


def read_levels(top: Mapping[str, Node]) -> dict[int | None, Level]:
    """The levels from the lowest to the highest, and under None what is said where none can be."""
    levels: dict[int | None, Level] = {}
    fields = ("label", "plain", "full_within")
    for node in top["levels"].items():
        item = node.mapping(required=("level", *fields), optional=("contact_every",))
        level = item["level"].whole(0, 99)
        if levels and level <= max(known for known in levels if known is not None):
            raise item["level"].error(N_("levels are listed from the lowest to the highest, each once"))
        contact = item.get("contact_every")
        levels[level] = Level(
            level,
            item["label"].text(),
            item["plain"].text(),
            _span(item["full_within"]),
            _span(contact) if contact else None,
        )
    if not levels:
        raise top["levels"].error(N_("a grid has at least one level"))
    if "not_assessable" in top:
        item = top["not_assessable"].mapping(required=fields, optional=())
        levels[None] = Level(None, item["label"].text(), item["plain"].text(), _span(item["full_within"]))
    return levels


def _span(node: Node) -> timedelta:
    words = node.text().split()
    if (
        len(words) == 2
        and words[0].isdecimal()
        and words[1] in {"day", "days", "hour", "hours"}
        and int(words[0])
    ):
        amount = int(words[0])
        return timedelta(days=amount) if words[1].startswith("day") else timedelta(hours=amount)
    raise node.error(
        N_("expected a time like '72 hours' or '30 days', found %(found)s"), found=repr(node.value)
    )


def read_level(node: Node, levels: Mapping[int | None, Level]) -> int:
    """One of the levels, named where something sets it."""
    known = sorted(level for level in levels if level is not None)
    level = node.whole(known[0], known[-1])
    if level not in levels:
        raise node.error(N_("%(level)s is not a level of this grid"), level=level)
    return level


def read_dynamics(reader: Conditions, levels: Mapping[int | None, Level]) -> dict[str, Dynamics]:
    """The types by code, in the order in which they are looked at; the last one always holds."""
    lines: dict[str, Dynamics] = {}
    closed = ""
    for code, node in reader.dynamics.items():
        item = node.mapping(required=("label", "plain", "when"), optional=("level",))
        if closed:
            raise node.error(
                N_("this line is never reached: '%(above)s' above it always holds"), above=closed
            )
        level = read_level(item["level"], levels) if "level" in item else None
        lines[code] = Dynamics(
            code, item["label"].text(), item["plain"].text(), reader.read(item["when"]), level
        )
        closed = code if lines[code].when == All(()) else ""
    if lines and not closed:
        raise reader.top["dynamics"].error(
            N_("the last line must hold 'always', so that every reading has a type")
        )
    return lines


def read_markers(reader: Conditions, levels: Mapping[int | None, Level]) -> dict[str, Marker]:
    """The markers by code, each with its floors from the lowest to the highest."""
    markers = {}
    for code, node in reader.markers.items():
        item = node.mapping(required=("label", "when", "floors"), optional=("whom_first",))
        floors = []
        for floor in item["floors"].items():
            part = floor.mapping(required=("level",), optional=("when",))
            when = reader.read(part["when"]) if "when" in part else All(())
            floors.append(Floor(read_level(part["level"], levels), when))
        if not floors or floors[0].when != All(()):
            raise item["floors"].error(N_("the first floor of a marker has no condition"))
        if [floor.level for floor in floors] != sorted({floor.level for floor in floors}):
            raise item["floors"].error(
                N_("floors are listed from the lowest to the highest, each level once")
            )
        whom = item["whom_first"].text() if "whom_first" in item else ""
        markers[code] = Marker(code, item["label"].text(), reader.read(item["when"]), tuple(floors), whom)
    return markers


def read_rule(node: Node, reader: Conditions, levels: Mapping[int | None, Level]) -> Rule:
    """What else reaches a level."""
    item = node.mapping(required=("code", "level", "label", "when"), optional=())
    code = item["code"].text()
    if code in reader.names:
        raise item["code"].error(N_("'%(name)s' is already the name of something else"), name=code)
    return Rule(code, item["label"].text(), read_level(item["level"], levels), reader.read(item["when"]))


def read_retention(
    node: Node | None,
    indicators: Collection[str],
    levels: Mapping[int | None, Level],
    lists: Mapping[str, Node],
) -> Retention:
    """When the level of the previous reading is kept; never, where the file does not say."""
    if node is None:
        return Retention(None, frozenset(), frozenset(), open_markers=False, open_strong=False, carried=False)
    item = node.mapping(required=("from_level",), optional=("incomplete", "open", "open_also", "carry"))
    also = (
        [part.one_of({"markers", "strong"}) for part in item["open_also"].items()]
        if "open_also" in item
        else []
    )
    return Retention(
        from_level=read_level(item["from_level"], levels),
        incomplete=read_codes(item.get("incomplete"), indicators, lists),
        open=read_codes(item.get("open"), indicators, lists),
        open_markers="markers" in also,
        open_strong="strong" in also,
        carried=item["carry"].truth() if "carry" in item else False,
    )


def read_codes(
    node: Node | None, indicators: Collection[str], lists: Mapping[str, Node] | None = None
) -> frozenset[str]:
    """Codes of indicators, listed here or by the name of a list; none where nothing stands."""
    if node is None:
        return frozenset()
    if isinstance(node.value, str) and lists is not None:
        node = lists[node.one_of(lists)]
    for item, word in zip(node.items(), node.words(), strict=True):
        if word not in indicators:
            raise item.error(N_("'%(word)s' is not an indicator of this grid"), word=word)
    return frozenset(node.words())
