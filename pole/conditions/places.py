"""Where conditions and their parts stand in the file that they were read from, and which parts never or always
hold. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, TypeAlias

from pole.conditions.language import All, Condition, Named, Not, parts

Path: TypeAlias = "tuple[str | int, ...]"


@dataclass(frozen=True, slots=True)
class Placed:
    """A condition, where it stands, and what it is the condition of."""

    path: Path
    condition: Condition
    what: str


def below(condition: Condition, data: Any, path: Path) -> Iterator[tuple[Path, Condition]]:
    """The parts of a condition, at any depth, with the path at which each is written.

    Args:
        data: the plain data that the condition was parsed from. Parts that come from a named list stand at
            the place that names it.
    """
    if not isinstance(data, dict):
        return
    if isinstance(condition, Not):  # `none` is written as one word and parsed as two
        key = "none" if "none" in data else "not"
        inner = parts(condition.of) if key == "none" else (condition.of,)
    else:
        key = "of" if "of" in data else next(iter(data))
        inner = parts(condition)
    if key not in data or key not in {"all", "any", "none", "not", "of"}:
        return
    for n, part in enumerate(inner):
        at, written = (*path, key), data[key]
        if isinstance(written, list):
            at, written = (*at, n), written[n]
        yield at, part
        yield from below(part, written, at)


@dataclass(frozen=True, slots=True)
class Idle:
    """A condition, or a part of one, that never holds, or always does.

    `blamed`: what is said about its parts is why the whole never holds.
    """

    path: Path
    condition: Condition
    whole: bool
    always: bool
    blamed: bool = False


def idle_parts(placed: Placed, data: Any, can_hold: Callable[[Path, Condition], bool]) -> Iterator[Idle]:
    """What of a condition decides nothing, the deepest parts first; above a part that never holds, only the whole
    is looked at.

    Args:
        data: the plain data that the condition was parsed from.
        can_hold: whether some facts make a condition hold; the path says where it stands.
    """
    if placed.condition == All(()):  # written as `always`
        return
    dead: list[Path] = []
    inner = [*below(placed.condition, data, placed.path), (placed.path, placed.condition)]
    for path, part in sorted(inner, key=lambda item: -len(item[0])):
        whole = path == placed.path
        if isinstance(part, Named) and not whole:
            continue  # said where it is written
        if any(deeper[: len(path)] == path for deeper in dead) and not whole:
            continue
        if not can_hold(path, part):
            yield Idle(path, part, whole, always=False, blamed=bool(dead))
            dead.append(path)
        elif not can_hold(path, Not(part)):
            yield Idle(path, part, whole, always=True)
