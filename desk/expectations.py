"""What a scenario expects, compared with what came out. A key that is left out is not checked."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from pole.yamlfile import Node

READING = ("dynamics", "severity", "markers", "incomplete", "open", "grounds")
ALERT = (
    "by",
    "to",
    "urgency",
    "article",
    "also",
    "send_by",
    "decide_by",
    "acknowledge_by",
    "categories",
    "basis",
    "warnings",
)
SITUATION = ("applied", "disagreement")
INSTANTS = frozenset({"send_by", "decide_by", "acknowledge_by"})
NOTHING = "nothing"

Difference = dict[str, Any]


def differences(expect: Node, document: Mapping[str, Any]) -> list[Difference]:
    """Each difference with its place, what was expected and what was found.

    Raises:
        FileError: an expectation that says something which cannot be compared.
    """
    top = expect.mapping(optional=("readings", "alerts", "held", "situation"))
    found: list[Difference] = []
    for service, node in top["readings"].mapping().items() if "readings" in top else ():
        if service not in document["readings"]:
            found.append(_difference(f"readings.{service}", "a reading", NOTHING))
            continue
        read = document["readings"][service]
        for key, part in node.mapping(optional=READING).items():
            expected, actual = part.plain(), read[key]
            if key == "grounds":
                actual = [ground["code"] for ground in actual]
            if not _same(key, part, actual):
                found.append(_difference(f"readings.{service}.{key}", expected, actual))
    for key in ("alerts", "held"):
        if key in top:
            found += _alerts(key, list(top[key].items()), list(document[key]))
    if "situation" in top:
        found += _situation(top["situation"], document["situation"])
    return found


def _alerts(key: str, expected: list[Node], actual: list[dict[str, Any]]) -> list[Difference]:
    """Pair each expected alert with one that came out: those to the same recipient first, so that a
    difference names the key that differs and not two whole alerts."""
    found: list[Difference] = []
    left = list(actual)
    unmatched = []
    for node in expected:
        item = node.mapping(optional=ALERT)
        match = next(
            (one for one in left if all(_same(name, part, one[name]) for name, part in item.items())), None
        )
        if match is None:
            unmatched.append(node)
        else:
            left.remove(match)
    for node in unmatched:
        item, place = node.mapping(), f"{key}[{node.path[-1]}]"
        near = next((one for one in left if _names(item, one)), None)
        if near is None:
            found.append(_difference(place, _jsonable(node.plain()), NOTHING))
            continue
        left.remove(near)
        found += [
            _difference(f"{place}.{name}", _jsonable(part.plain()), near[name])
            for name, part in item.items()
            if not _same(name, part, near[name])
        ]
    return found + [_difference(key, NOTHING, one) for one in left]


def _names(item: Mapping[str, Node], actual: Mapping[str, Any]) -> bool:
    return all(item[name].plain() == actual[name] for name in ("by", "to") if name in item)


def _situation(node: Node, actual: Mapping[str, Any] | None) -> list[Difference]:
    if node.value is None:
        return [] if actual is None else [_difference("situation", None, actual)]
    item = node.mapping(optional=SITUATION)
    if actual is None:
        return [_difference("situation", node.plain(), NOTHING)]
    return [
        _difference(f"situation.{key}", part.plain(), actual[key])
        for key, part in item.items()
        if not _same(key, part, actual[key])
    ]


def _same(key: str, node: Node, actual: Any) -> bool:
    expected = node.plain()
    if key in INSTANTS:
        if expected is None or actual is None:
            return expected is actual
        return node.instant() == datetime.fromisoformat(actual)
    if key in {"severity", "applied"}:
        return bool((None if expected == "NE" else expected) == actual)
    if key == "basis" and isinstance(expected, str):
        return {expected} == set(actual.values())
    if isinstance(actual, list):
        return sorted(node.words()) == sorted(actual)
    return bool(expected == actual)


def _difference(path: str, expected: Any, found: Any) -> Difference:
    return {"path": path, "expected": _jsonable(expected), "found": found}


def _jsonable(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _jsonable(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_jsonable(item) for item in value]
    return value.isoformat() if hasattr(value, "isoformat") else value
