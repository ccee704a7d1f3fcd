"""Scenarios: readings in, what the grid reads and the protocol orders out, compared with what people expect.

The format is one that a practitioner can write; a file needs neither database nor settings of its own.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cache
from pathlib import Path
from typing import Any

import holidays as legal_holidays

from alerts.facts import facts_under
from assessment.grid import UNKNOWN, Answer, Grid, InvalidAnswer
from assessment.grids import load_grid
from assessment.reading import Previous, read
from assessment.result import Result
from desk.expectations import differences
from pole.yamlfile import FileError, Node, load
from protocols import history
from protocols.documents import ProtocolError, load_protocol
from protocols.engine import Agreement, Comparison, Order, compare_situation, evaluate, orders_of
from protocols.terms import Protocol

READING = ("service", "answers")
READING_OPTIONAL = ("agreements", "previous", "previous_level", "history")
ANSWER_FIELDS = ("value", "seen", "source", "note")
POLE = "Pôle"


class ScenarioError(FileError):
    """A scenario file that cannot be played: file, path, line, reason."""


@dataclass
class Played:
    """A scenario, played."""

    name: str
    protocol: Protocol
    results: dict[str, Result] = field(default_factory=dict)
    orders: list[tuple[str, Order]] = field(default_factory=list)
    situation: Comparison | None = None

    def document(self) -> dict[str, Any]:
        """As plain data."""
        return {
            "scenario": self.name,
            "readings": {service: _reading(result) for service, result in self.results.items()},
            "alerts": [self._order(by, order) for by, order in self.orders if order.action == "send"],
            "held": [self._order(by, order) for by, order in self.orders if order.action == "hold"],
            "situation": {
                "applied": self.situation.applied,
                "disagreement": self.situation.disagreement,
            }
            if self.situation
            else None,
        }

    def _order(self, by: str, order: Order) -> dict[str, Any]:
        return {
            "by": by,
            "to": order.recipient,
            "urgency": order.urgency,
            "article": order.article,
            "also": list(order.also),
            "send_by": self._instant(order.send_by),
            "decide_by": self._instant(order.decide_by),
            "acknowledge_by": self._instant(order.acknowledge_by),
            "categories": list(order.categories),
            "basis": dict(order.categories),
            "warnings": list(order.warnings),
        }

    def _instant(self, at: datetime | None) -> str | None:
        return at.astimezone(self.protocol.zone).isoformat() if at else None


def play(source: Path | str) -> dict[str, Any]:
    """Play one scenario: what came out, and the `differences` from what it expects.

    Raises:
        ScenarioError: a file that is wrong, with path, line and reason.
    """
    root = load(source, error=ScenarioError)
    top = root.mapping(
        required=("scenario", "at", "protocol", "readings"), optional=("title", "expect", "grid", "notes")
    )
    at = top["at"].instant()
    try:
        protocol = load_protocol(top["protocol"].text())
        grid = load_grid(top["grid"].text() if "grid" in top else protocol.grid)
    except ProtocolError as problem:
        raise top["protocol"].error(problem.reason) from None
    except FileError as problem:
        raise top.get("grid", top["protocol"]).error(problem.reason) from None
    played = Played(top["scenario"].text(), protocol)
    holidays = _holidays(protocol.holidays_of, at.year)
    for node in top["readings"].items():
        _play_reading(played, node, grid, at, holidays)
    if len(played.results) > 1:
        levels = {service: result.severity for service, result in played.results.items()}
        finder = list(levels)[-1]
        played.situation = compare_situation(protocol, levels, finder=finder, at=at, holidays=holidays)
        if played.situation.order:
            played.orders.append((POLE, played.situation.order))
    document = played.document()
    document["differences"] = differences(top["expect"], document) if "expect" in top else []
    return document


def _play_reading(played: Played, node: Node, grid: Grid, at: datetime, holidays: frozenset[date]) -> None:
    item = node.mapping(required=READING, optional=READING_OPTIONAL)
    protocol, on = played.protocol, at.astimezone(played.protocol.zone).date()
    service = item["service"].one_of(protocol.parties)
    if service in played.results:
        raise item["service"].error(f"{service} has a reading already: one per service")
    agreements = tuple(
        Agreement(part.one_of(protocol.parties), frozenset(protocol.categories), frozenset(protocol.purposes))
        for part in (item["agreements"].items() if "agreements" in item else ())
    )
    previous = _previous(item, grid, on)
    result = _read(item["answers"], grid, on, previous)
    played.results[service] = result
    events = _history(item["history"], on) if "history" in item else ()
    facts = facts_under(
        protocol, result, party=service, level=result.severity, agreements=agreements, events=events
    )
    findings = evaluate(protocol, facts, at=at, holidays=holidays)
    played.orders += [(service, order) for order in orders_of(findings)]


def _history(node: Node, on: date) -> tuple[history.Event, ...]:
    """The case's past: `{incident: physical, on: …}`, `{alert: orange, on: …}`, `{reading: 3, on: …}`."""
    events = []
    for part in node.items():
        item = part.mapping(required=("on",), optional=history.KINDS)
        kind = next((kind for kind in history.KINDS if kind in item), None)
        if kind is None or len(item) != 2:
            raise part.error(f"say 'on' and one of: {', '.join(history.KINDS)}")
        day = item["on"].day()
        if day > on:
            raise item["on"].error("this is later than the reading")
        level = item[kind].whole(1, 99) if kind == history.READING else None
        events.append(history.Event(kind, day, "" if kind == history.READING else item[kind].text(), level))
    return tuple(events)


def _read(node: Node, grid: Grid, on: date, previous: Previous | None) -> Result:
    answers = _answers(node, grid)
    try:
        return read(grid, answers, on=on, previous=previous)
    except InvalidAnswer as problem:
        raise node.at((problem.code,)).error(str(problem)) from None


def _previous(item: Mapping[str, Node], grid: Grid, on: date) -> Previous | None:
    if "previous" in item:
        if "previous_level" in item:
            raise item["previous_level"].error("'previous' says the level already")
        given = item["previous"].mapping(required=("severity",), optional=("answers", "on"))
        day = given["on"].day() if "on" in given else None
        if day and day > on:
            raise given["on"].error("the previous reading is later than this one")
        answers = _answers(given["answers"], grid) if "answers" in given else None
        if answers is not None:
            _read(given["answers"], grid, day or on, None)
        return Previous(_level(given["severity"], grid), answers, day)
    if "previous_level" in item:
        return Previous(_level(item["previous_level"], grid))
    return None


def _level(node: Node, grid: Grid) -> int | None:
    if node.value in {None, "NE"}:
        return None
    levels = [level for level in grid.levels if level is not None]
    return node.whole(min(levels), max(levels))


def _answers(node: Node, grid: Grid) -> dict[str, Answer]:
    return {code: _answer(part, code, grid) for code, part in node.mapping().items()}


def _answer(node: Node, code: str, grid: Grid) -> Answer:
    if isinstance(node.value, dict):
        item = node.mapping()
        kinds = grid.indicators[code].details if code in grid.indicators else {}
        details = {
            name: part.day() if name in kinds and kinds[name].kind == "date" else part.plain()
            for name, part in item.items()
            if name not in ANSWER_FIELDS
        }
        number = grid.indicators[code].scale.number if code in grid.indicators else None
        if "value" not in item and number not in details:
            raise node.error("'value' is missing")
        value = _value(item["value"]) if "value" in item else ""
        seen = item["seen"].day() if "seen" in item else None
        source = item["source"].text() if "source" in item else None
        return Answer(value, seen, source, details)
    return Answer(_value(node))


def _value(node: Node) -> str:
    if node.value is None:
        raise node.error(f"say the value, or '{UNKNOWN}'; leave the line out when it was not explored")
    if isinstance(node.value, bool) or not isinstance(node.value, str | int):
        raise node.error(f"expected a value of the grid, found {node.value!r}")
    return str(node.value)


def _reading(result: Result) -> dict[str, Any]:
    return {
        "dynamics": result.dynamics,
        "severity": result.severity,
        "markers": list(result.markers),
        "incomplete": result.incomplete,
        "open": result.open,
        "grounds": [{"code": ground.code, "level": ground.level} for ground in result.grounds],
    }


@cache
def _holidays(country: str | None, year: int) -> frozenset[date]:
    if country is None:
        return frozenset()
    return frozenset(legal_holidays.country_holidays(country, years=[year - 1, year, year + 1]))
