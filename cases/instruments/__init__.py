"""Instruments of others as data: what they are called and how their scales are worded (`instruments.yaml`)."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import MappingProxyType

from pole.yamlfile import load

OTHER = "other"


@dataclass(frozen=True, slots=True)
class Instrument:
    """`levels`: its own words, from the least to the gravest; empty: the level is typed."""

    code: str
    name: str
    used_by: str
    levels: tuple[str, ...]
    source: str


@cache
def instruments() -> Mapping[str, Instrument]:
    """Those that ship, by code; `other` last.

    Raises:
        FileError: the file is wrong; says where.
    """
    found = {}
    for code, node in load(Path(__file__).with_name("instruments.yaml")).mapping().items():
        parts = node.mapping(required=("name", "used_by", "source"), optional=("levels",))
        levels = parts["levels"].words() if "levels" in parts else ()
        if len(set(levels)) < len(levels):
            raise parts["levels"].error("a level is named twice")
        used_by, source = str(parts["used_by"].plain()), str(parts["source"].plain())
        found[code] = Instrument(code, parts["name"].text(), used_by, levels, source)
    return MappingProxyType(found)
