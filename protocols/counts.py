"""What a simulation counts: messages by week, recipient, urgency and article, and how two protocols differ. Pure."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import date
from typing import Any, NamedTuple, Self

NOTHING = ""
"""Beside "send" and "hold": the recipient is not concerned."""


class Told(NamedTuple):
    """What counts as one: in the week of this Monday, to whom, sent or held, how urgent, by which article."""

    week: date
    recipient: str
    action: str
    urgency: str
    article: str


@dataclass(slots=True)
class Counts:
    """What one protocol would have ordered.

    Args:
        cases: (recipient, urgency, action) -> of how many cases these are.
        carried: (recipient, action, category) -> how many.
        closed: recipient -> sent at an hour when nobody is there.
        duties: article -> how often the sender had something to do outside the system.
        silent: moments at which nobody would have been told, nothing held.
    """

    told: Counter[Told] = field(default_factory=Counter)
    cases: Counter[tuple[str, str, str]] = field(default_factory=Counter)
    carried: Counter[tuple[str, str, str]] = field(default_factory=Counter)
    closed: Counter[str] = field(default_factory=Counter)
    duties: Counter[str] = field(default_factory=Counter)
    silent: int = 0

    def number(self, **wanted: object) -> int:
        """How many there are of these: `number(recipient="VIC", action="send")`."""
        return sum(
            count
            for told, count in self.told.items()
            if all(getattr(told, name) == value for name, value in wanted.items())
        )

    def by(self, *names: str) -> Counter[tuple[Any, ...]]:
        """Counted by some of the columns of `Told`."""
        found: Counter[tuple[Any, ...]] = Counter()
        for told, count in self.told.items():
            found[tuple(getattr(told, name) for name in names)] += count
        return found

    def to_json(self) -> dict[str, Any]:
        """Plain data, from which `from_json` makes the same."""
        return {
            "told": [[told.week.isoformat(), *told[1:], count] for told, count in sorted(self.told.items())],
            "cases": [[*key, count] for key, count in sorted(self.cases.items())],
            "carried": [[*key, count] for key, count in sorted(self.carried.items())],
            "closed": dict(self.closed),
            "duties": dict(self.duties),
            "silent": self.silent,
        }

    @classmethod
    def from_json(cls, kept: dict[str, Any]) -> Self:
        return cls(
            told=Counter({Told(date.fromisoformat(week), *key): n for week, *key, n in kept["told"]}),
            cases=Counter({(to, urgency, action): n for to, urgency, action, n in kept["cases"]}),
            carried=Counter({(to, action, code): n for to, action, code, n in kept["carried"]}),
            closed=Counter(kept["closed"]),
            duties=Counter(kept["duties"]),
            silent=kept["silent"],
        )


@dataclass(slots=True)
class Found:
    """The counts of every protocol that was asked, and between the first two what differs.

    Args:
        asked: moments counted.
        cases: how many cases they are of.
        differing: moments at which the first protocol orders something else than the second.
        moved: (recipient, action of the second, action of the first) -> how many, where these differ.
        otherwise: recipient -> the same action, with another article, urgency or other categories.
    """

    counts: list[Counts] = field(default_factory=list)
    asked: int = 0
    cases: int = 0
    differing: int = 0
    moved: Counter[tuple[str, str, str]] = field(default_factory=Counter)
    otherwise: Counter[str] = field(default_factory=Counter)

    def to_json(self) -> dict[str, Any]:
        """Plain data, from which `from_json` makes the same."""
        return {
            "counts": [each.to_json() for each in self.counts],
            "asked": self.asked,
            "cases": self.cases,
            "differing": self.differing,
            "moved": [[*key, count] for key, count in sorted(self.moved.items())],
            "otherwise": dict(self.otherwise),
        }

    @classmethod
    def from_json(cls, kept: dict[str, Any]) -> Self:
        """What was counted so far; nothing yet where `kept` is empty."""
        if not kept:
            return cls()
        return cls(
            counts=[Counts.from_json(each) for each in kept["counts"]],
            asked=kept["asked"],
            cases=kept["cases"],
            differing=kept["differing"],
            moved=Counter({(to, before, now): n for to, before, now, n in kept["moved"]}),
            otherwise=Counter(kept["otherwise"]),
        )
