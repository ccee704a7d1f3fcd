"""What a protocol is made of, once its file has been checked. Pure data: the engine interprets it."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from zoneinfo import ZoneInfo

from pole.calendar import ALWAYS, Delay, Opening, Period, WorkingHours, due
from pole.conditions import Condition, Vocabulary
from protocols.history import Count

AGREEMENT, REFERENT = "agreement", "referent"
"""The two bases that rules with agreement rest on: every protocol names them."""
HOLD, NOTHING = "hold", "nothing"
"""What a rule does for lack of agreement, besides not needing any."""


@dataclass(frozen=True, slots=True)
class Party:
    """A service that signs. `always`: there by day and night; `week`: its own openings, where they are not the
    protocol's working hours; `warning`: what to say before sending to it."""

    code: str
    label: str
    kind: str
    always: bool
    warning: str | None = None
    week: tuple[Opening, ...] | None = None


@dataclass(frozen=True, slots=True)
class Basis:
    """A legal basis that the protocol admits, with its reference as it stood when the protocol was signed.

    `law` names it in the dated table of `pole.legal`, which knows its numbers before and after.
    """

    code: str
    label: str
    article: str
    reference: str
    law: str | None = None


@dataclass(frozen=True, slots=True)
class Flow:
    """One cell of the matrix: what may cross with agreement, and what without, at a high level."""

    agreed: frozenset[str]
    without: frozenset[str]
    identity: bool = True


@dataclass(frozen=True, slots=True)
class Step:
    """One rung of the escalation, counted from the hand-over."""

    after: Delay
    who: str
    sender: str | None = None


@dataclass(frozen=True, slots=True)
class Urgency:
    """A colour of alert and its clock; the highest rank is the most urgent."""

    code: str
    label: str
    rank: int
    acknowledge: Delay | None
    answer: Delay | None
    answer_from: str | None
    ladder: tuple[Step, ...]


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule under its article. `agreed` and `other` say per (sender, recipient) which categories it sends.

    With `otherwise` None no agreement is needed and `other` goes on `basis`; with `hold`, `other` is what the
    referent may decide to send; with `nothing`, it goes with agreement or not at all. A rule that holds and names
    nothing agreed is the référent's alone: `other` is held on `basis`, whatever the person agreed to. A rule with
    a `duty` tells the sender what to do and sends nothing.
    """

    id: str
    article: str
    when: Condition
    senders: frozenset[str]
    urgency: Urgency | None = None
    within: Delay | None = None
    purposes: tuple[str, ...] = ()
    otherwise: str | None = None
    basis: str | None = None
    agreed: Mapping[tuple[str, str], tuple[str, ...]] | None = None
    other: Mapping[tuple[str, str], tuple[str, ...]] | None = None
    duty: str | None = None


@dataclass(frozen=True, slots=True)
class Reminder:
    """Article that recalls the end of a measure to those who may know of it."""

    article: str
    urgency: Urgency
    least_severity: int
    measure: str
    before: tuple[Period, ...]
    purposes: tuple[str, ...]
    share: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Situation:
    """Article that compares the readings of two services."""

    article: str
    urgency: Urgency
    notify: str
    difference: int
    one_reaches: int
    basis: str
    purposes: tuple[str, ...]
    share: tuple[str, ...]


URGENCIES = ("red", "orange", "concerted", "yellow")
"""The codes that queues, boards and screens know, gravest first. What a text calls them is its own affair."""
REMINDER = "reminder"
"""The one more that a reminder may have: screens know it, and that it waits behind all alerts."""


@dataclass(frozen=True, slots=True)
class Article:
    """One article: its signed text, the rules that encode it, and the delays it sets for people.

    `stands_in`: the other parts of the file in which what it orders is written; `orders_nothing`: its authors say
    that it is for people alone.
    """

    number: str
    text: str
    rules: tuple[Rule, ...] = ()
    terms: Mapping[str, Delay | Period] | None = None
    stands_in: tuple[str, ...] = ()
    orders_nothing: bool = False


@dataclass(frozen=True, eq=False)
class Protocol:
    """A protocol, checked. Compared by identity."""

    identifier: str
    version: str
    title: str
    notice: str
    zone: ZoneInfo
    signed_on: date | None
    in_force_from: date
    in_force_until: date
    outside_force: str
    week: tuple[Opening, ...]
    holidays_of: str | None
    grid: str
    vocabulary: Vocabulary
    history: Mapping[str, Count]
    parties: Mapping[str, Party]
    warnings: Mapping[str, str]
    purposes: Mapping[str, str]
    forbidden: Mapping[str, str]
    third_parties: Mapping[str, str]
    reviews: tuple[date, ...]
    sources: tuple[str, ...]
    bases: Mapping[str, Basis]
    categories: Mapping[str, str]
    never: frozenset[str]
    without_from: int
    matrix: Mapping[tuple[str, str], Flow]
    urgencies: Mapping[str, Urgency]
    conditions: Mapping[str, Condition]
    condition_labels: Mapping[str, str]
    articles: tuple[Article, ...]
    reminder: Reminder | None
    situation: Situation | None
    canonical: str

    @cached_property
    def rules(self) -> tuple[Rule, ...]:
        """All rules, in the order of the articles."""
        return tuple(rule for article in self.articles for rule in article.rules)

    def article(self, number: str) -> Article:
        """One article by its number.

        Raises:
            KeyError: the protocol has no such article.
        """
        for article in self.articles:
            if article.number == number:
                return article
        raise KeyError(number)

    def article_setting(self, term: str) -> Article | None:
        """The article that sets a delay of this name, if one does."""
        return next((article for article in self.articles if term in (article.terms or {})), None)

    def delay(self, term: str) -> Delay | None:
        """The delay of this name that one of its articles sets, if one does."""
        article = self.article_setting(term)
        found = (article.terms or {})[term] if article else None
        return found if isinstance(found, Delay) else None

    def in_force_on(self, at: datetime | date) -> bool:
        """Whether it is in force at this instant, or on this day; both days at the ends included."""
        day = at.astimezone(self.zone).date() if isinstance(at, datetime) else at
        return self.in_force_from <= day <= self.in_force_until

    def text_hash(self) -> str:
        """What a signature covers: the SHA-256 of text, rules, matrix and everything else in the file,
        in a form that neither layout nor comments change."""
        return hashlib.sha256(self.canonical.encode()).hexdigest()

    @property
    def ladders(self) -> dict[str, tuple[Step, ...]]:
        """Per urgency, who is told when nobody acknowledges, in order."""
        return {code: urgency.ladder for code, urgency in self.urgencies.items()}

    def rungs_due(
        self, urgency: str, recipient: str, handed_over: datetime, holidays: frozenset[date]
    ) -> list[datetime]:
        """When each rung of the ladder is reached without acknowledgement, in the recipient's hours."""
        return [
            due(handed_over, step.after, self.clock(step.after, recipient, holidays))
            for step in self.urgencies[urgency].ladder
        ]

    def ladder_ends(
        self, urgency: str, recipient: str, handed_over: datetime, holidays: frozenset[date]
    ) -> datetime | None:
        """When nobody is left to tell: whoever was told last has had as long to acknowledge as the first. None without
        a ladder."""
        rungs = self.rungs_due(urgency, recipient, handed_over, holidays)
        allowed = self.urgencies[urgency].acknowledge
        if not rungs or allowed is None:
            return max(rungs, default=None)
        return due(max(rungs), allowed, self.clock(allowed, recipient, holidays))

    def feedback_article(self, urgency: str) -> str:
        """The article by which a sender is told what became of an alert: the last that says what an urgency asks, of
        this one or of all; "" where none does."""
        places = {"urgencies", f"urgencies.{urgency}"}
        return next((each.number for each in reversed(self.articles) if places & {*each.stands_in}), "")

    def allows(self, sender: str, recipient: str, category: str, basis: str) -> bool:
        """Whether the matrix lets a category cross on this basis."""
        flow = self.matrix.get((sender, recipient))
        if flow is None or category in self.never:
            return False
        return category in (flow.agreed if basis == AGREEMENT else flow.without)

    def working_hours(self, holidays: frozenset[date]) -> WorkingHours:
        """The working hours that its articles speak of."""
        return WorkingHours(self.week, holidays, self.zone)

    def hours(self, party: str, holidays: frozenset[date]) -> WorkingHours:
        """When this party is there. Its own openings are its own: legal holidays do not close them."""
        who = self.parties[party]
        if who.always:
            return ALWAYS
        return WorkingHours(who.week, zone=self.zone) if who.week else self.working_hours(holidays)

    def clock(self, delay: Delay, party: str, holidays: frozenset[date]) -> WorkingHours:
        """The hours in which a delay runs for a party: working delays in working hours, whoever it is."""
        return self.working_hours(holidays) if delay.working else self.hours(party, holidays)
