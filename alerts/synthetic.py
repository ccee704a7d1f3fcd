"""Readings that nobody made, the same for the same seed: for trying a protocol where there are no past ones.

Answers wander from one reading of a case to the next and are read with the grid, so that levels, markers and what is
new hang together as they do in life; how often each comes is this project's guess and says nothing about any service.
"""

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from itertools import count, islice

from alerts.facts import facts_under
from assessment.grid import UNKNOWN, Answer, Grid
from assessment.grids import load_grid
from assessment.reading import Previous, read
from protocols.engine import Agreement
from protocols.simulation import Moment
from protocols.terms import Protocol

AGREES, EXPLORED, MOVES, LATE = 0.5, 0.98, 0.25, 0.1
"""How likely: a person agrees that a party is told; a line is explored; an answer changes from one reading to the
next; a reading is finalised outside working hours."""
BETWEEN = (5, 45)
"""Days from one reading of a case to the next."""


def senders(protocol: Protocol) -> list[str]:
    """The parties whose readings order something."""
    return sorted({sender for rule in protocol.rules for sender in rule.senders})


def synthetic(
    protocols: Sequence[Protocol], *, number: int, seed: int, first: date, last: date, party: str = ""
) -> Iterator[Moment]:
    """So many readings between two days, case by case.

    Args:
        protocols: they all are asked, so the readings are of a party that each of them has.
        party: whose readings; "" is each sender's in turn.
    """
    sending = [code for code in senders(protocols[0]) if all(code in each.parties for each in protocols)]
    parties = [party] if party else sending
    course = _Course(protocols, load_grid(protocols[0].grid), random.Random(seed), first, last)  # noqa: S311 - repeatable on purpose
    made = (moment for case in count() for moment in course.case(case, parties[case % len(parties)]))
    return islice(made, number)


@dataclass(frozen=True, slots=True)
class _Course:
    """How invented cases go."""

    protocols: Sequence[Protocol]
    grid: Grid
    dice: random.Random
    first: date
    last: date

    def case(self, number: int, party: str) -> Iterator[Moment]:
        """A case that begins somewhere in the period, read until it closes or the period ends."""
        dice, codes = self.dice, self.grid.indicators
        worry = dice.betavariate(1, 15)
        day = self.first + timedelta(days=dice.randint(0, (self.last - self.first).days))
        agreed_to = {each for each in self.protocols[0].parties if dice.random() < AGREES}
        agreements = [_agreements(each, party, agreed_to) for each in self.protocols]
        answers = {code: self._answer(code, worry) for code in codes if dice.random() < EXPLORED}
        previous = None
        for _ in range(dice.randint(1, 8)):
            if day > self.last:
                return
            at = self._moment(day)
            result = read(self.grid, answers, on=at.date(), previous=previous)
            facts = tuple(
                facts_under(each, result, party=party, level=result.severity, agreements=agreed)
                for each, agreed in zip(self.protocols, agreements, strict=True)
            )
            yield Moment(number, at, facts)
            before = previous.level if previous else None
            previous = Previous(result.severity, answers, at.date(), before)
            answers = {
                code: self._answer(code, worry) if dice.random() < MOVES else answer
                for code, answer in answers.items()
            }
            day += timedelta(days=dice.randint(*BETWEEN))

    def _answer(self, code: str, worry: float) -> Answer:
        """The calmer the case, the likelier the calmest value."""
        scale, dice = self.grid.indicators[code].scale, self.dice
        if scale.number is not None:
            return Answer("", details={scale.number: int(worry * dice.randint(0, 10))})
        values = list(scale.values)
        return Answer(dice.choice([*values[1:], UNKNOWN]) if dice.random() < worry else values[0])

    def _moment(self, day: date) -> datetime:
        """Mostly within working hours of a weekday, seldom at any hour of any day."""
        dice, zone = self.dice, self.protocols[0].zone
        if dice.random() < LATE:
            return datetime.combine(day, time(dice.randint(0, 23), dice.randint(0, 59)), zone)
        # A day earlier than the last reading's never comes of it: readings are five days apart.
        day -= timedelta(days=max(0, day.weekday() - 4))
        return datetime.combine(day, time(dice.randint(9, 16), dice.randint(0, 59)), zone)


def _agreements(protocol: Protocol, party: str, agreed_to: set[str]) -> tuple[Agreement, ...]:
    """To all that the matrix lets the person agree to, for whom they agree at all."""
    purposes = frozenset(protocol.purposes)
    return tuple(
        Agreement(recipient, flow.agreed, purposes)
        for (sender, recipient), flow in protocol.matrix.items()
        if sender == party and recipient in agreed_to
    )
