"""Instruments of others as data: what they are called, their versions, how their scales are worded."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import MappingProxyType

from pole.yamlfile import FileError, Node, load

OTHER = "other"
"""The code of an instrument that no file describes: its name is typed with its rating."""
LONGEST_LEVEL = 60  # the column that keeps it


@dataclass(frozen=True, slots=True)
class Instrument:
    """`levels`: its own words, from the least to the gravest; empty: the level is typed."""

    code: str
    name: str
    used_by: str
    versions: tuple[str, ...]
    levels: tuple[str, ...]
    source: str


def instruments() -> Mapping[str, Instrument]:
    """Those that ship, by code, in the order of their file.

    Raises:
        FileError: the file is wrong; says where.
    """
    return _instruments_in(Path(__file__).with_name("instruments.yaml"))


@cache
def _instruments_in(path: Path) -> Mapping[str, Instrument]:
    return MappingProxyType({code: _instrument(code, node) for code, node in load(path).mapping().items()})


def _instrument(code: str, node: Node) -> Instrument:
    given = node.mapping(required=("name", "used_by", "source"), optional=("versions", "levels"))
    if code == OTHER:
        raise node.error(f"'{OTHER}' is what an instrument of no file is called")
    levels = given["levels"].words() if "levels" in given else ()
    if "levels" in given and len(levels) < 2:
        raise given["levels"].error("a scale has two levels at least; leave it out where it is not known")
    for level in levels:
        if len(level) > LONGEST_LEVEL:
            raise given["levels"].error(f"'{level}' is longer than {LONGEST_LEVEL} characters")
    return Instrument(
        code=code,
        name=given["name"].text(),
        used_by=given["used_by"].text(),
        versions=given["versions"].words() if "versions" in given else (),
        levels=levels,
        source=given["source"].text(),
    )


__all__ = ["LONGEST_LEVEL", "OTHER", "FileError", "Instrument", "instruments"]
