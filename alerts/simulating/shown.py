"""What a simulation's page says: a sentence, a line for each recipient, what differs, and one's own cases."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from alerts.models import Simulation, SimulationEnd
from alerts.simulating.picture import Picture, picture_of
from alerts.simulating.turns import protocol_played
from cases.models import Case
from pole.tenancy.actor import Actor
from pole.tenancy.models import Service
from pole.tenancy.permissions import Perm
from protocols.counts import NOTHING, Counts, Found
from protocols.orders import HOLD, SEND
from protocols.registry import protocol_of
from protocols.terms import Protocol

Names = Mapping[str, str]
"""Party -> what it is called on the page."""


@dataclass(frozen=True, slots=True)
class Line:
    """What one recipient would be told. `closed`: sent at an hour when nobody is there."""

    name: str
    sent: int
    held: int
    per_week: float | None
    urgencies: list[tuple[str, str, int]]
    articles: list[tuple[str, int]]
    closed: int


@dataclass(frozen=True, slots=True)
class Difference:
    """What one recipient would be told otherwise than by the version in force, a sentence each."""

    name: str
    sentences: list[str]


@dataclass(frozen=True, slots=True)
class CaseConcerned:
    case: Case
    at: datetime
    now: list[str]
    before: list[str] | None


@dataclass(frozen=True, slots=True)
class Shown:
    """`per_week`: messages that would have left, on average over the days; None where a part alone was played."""

    readings: int
    cases: int
    sent: int
    held: int
    per_week: float | None
    lines: list[Line]
    duties: list[tuple[str, int]]
    silent: int
    picture: Picture
    differences: list[Difference]
    differing: int


def shown(simulation: Simulation, names: Names) -> Shown | None:
    """What was counted so far, in words; None where nothing was played yet."""
    found = Found.from_json(simulation.found)
    if not found.counts:
        return None
    counts, protocol = found.counts[0], protocol_played(simulation)
    # A part of the cases, over all the days, would be an average of nothing.
    is_whole = simulation.end == SimulationEnd.DONE
    weeks = ((simulation.last - simulation.first).days + 1) / 7 if is_whole else None
    return Shown(
        readings=found.asked,
        cases=found.cases,
        sent=counts.number(action=SEND),
        held=counts.number(action=HOLD),
        per_week=_rate(counts.number(action=SEND), weeks),
        lines=[_line(protocol, counts, code, names, weeks) for code in _recipients(protocol, counts)],
        duties=sorted(counts.duties.items()),
        silent=counts.silent,
        picture=picture_of(simulation.first, simulation.last, _weekly(counts, SEND), _weekly(counts, HOLD)),
        differences=_differences(found, names),
        differing=found.differing,
    )


def names_of(simulation: Simulation) -> dict[str, str]:
    """Each party by its service's name, else as the text calls it. One query."""
    services = Service.objects.in_bulk([UUID(pk) for pk in simulation.parties.values()])
    labels = {code: party.label for code, party in protocol_played(simulation).parties.items()}
    if simulation.against:
        labels = {c: p.label for c, p in protocol_of(simulation.against).parties.items()} | labels
    named = {code: services[UUID(pk)].name for code, pk in simulation.parties.items() if UUID(pk) in services}
    return labels | named


def cases_concerned(actor: Actor, simulation: Simulation, names: Names) -> list[CaseConcerned]:
    """Moments of cases that the actor may open, the latest first. One query, or none for who opens no case."""
    kept = simulation.concerned if actor.can(Perm.CASE_READ) else []
    if not kept:
        return []
    visible = Case.objects.visible_to(actor).filter(service=actor.service)
    cases = visible.only("pk", "service", "reference").in_bulk({each["case"] for each in kept})
    protocol = protocol_played(simulation)
    rows = [
        CaseConcerned(
            case,
            datetime.fromisoformat(each["at"]),
            _orders(protocol, each["now"], names),
            None if each["before"] is None else _orders(protocol, each["before"], names),
        )
        for each in kept
        if (case := cases.get(UUID(each["case"])))
    ]
    return sorted(rows, key=lambda row: row.at, reverse=True)


def _recipients(protocol: Protocol, counts: Counts) -> list[str]:
    """In the order of the parties; whoever else is told comes last."""
    told = {key.recipient for key in counts.told}
    return [code for code in protocol.parties if code in told] + sorted(told - set(protocol.parties))


def _line(protocol: Protocol, counts: Counts, code: str, names: Names, weeks: float | None) -> Line:
    mine = Counter({told: n for told, n in counts.told.items() if told.recipient == code})
    sent, held = (sum(n for told, n in mine.items() if told.action == action) for action in (SEND, HOLD))
    by_urgency: Counter[str] = Counter()
    by_article: Counter[str] = Counter()
    for told, n in mine.items():
        by_urgency[told.urgency] += n
        by_article[told.article] += n
    gravest = sorted(by_urgency, key=lambda urgency: -protocol.urgencies[urgency].rank)
    order = {article.number: place for place, article in enumerate(protocol.articles)}
    return Line(
        name=names.get(code, code),
        sent=sent,
        held=held,
        per_week=_rate(sent, weeks),
        urgencies=[(each, protocol.urgencies[each].label, by_urgency[each]) for each in gravest],
        articles=sorted(by_article.items(), key=lambda each: order.get(each[0], len(order))),
        closed=counts.closed.get(code, 0),
    )


def _rate(number: int, weeks: float | None) -> float | None:
    return None if weeks is None else number / weeks


def _weekly(counts: Counts, action: str) -> dict[date, int]:
    return {week: n for (week, did), n in counts.by("week", "action").items() if did == action}


def _differences(found: Found, names: Names) -> list[Difference]:
    sentences: dict[str, list[str]] = {}
    for (recipient, was, comes), n in sorted(found.moved.items()):
        sentences.setdefault(recipient, []).append(_moved(was, comes, n))
    for recipient, n in sorted(found.otherwise.items()):
        words = ngettext(
            "{n} with another article, another urgency or other categories",
            "{n} with another article, another urgency or other categories",
            n,
        )
        sentences.setdefault(recipient, []).append(words.format(n=n))
    return [Difference(names.get(code, code), said) for code, said in sentences.items()]


def _moved(was: str, comes: str, n: int) -> str:
    words = {
        (NOTHING, SEND): ngettext("{n} message more", "{n} messages more", n),
        (SEND, NOTHING): ngettext("{n} message less", "{n} messages less", n),
        (HOLD, SEND): ngettext("{n} held becomes sent", "{n} held become sent", n),
        (SEND, HOLD): ngettext("{n} sent becomes held", "{n} sent become held", n),
        (NOTHING, HOLD): ngettext("{n} more held", "{n} more held", n),
        (HOLD, NOTHING): ngettext("{n} less held", "{n} less held", n),
    }
    return words[was, comes].format(n=n)


def _orders(protocol: Protocol, orders: Sequence[Sequence[str]], names: Names) -> list[str]:
    """ "Le Passage: alerte orange, article 5 §1, held": a line each."""
    lines = []
    for recipient, action, urgency, article in orders:
        label = protocol.urgencies[urgency].label if urgency in protocol.urgencies else urgency
        words = (
            _("{recipient}: {urgency}, article {article}")
            if action == SEND
            else _("{recipient}: {urgency}, article {article}, held")
        )
        lines.append(words.format(recipient=names.get(recipient, recipient), urgency=label, article=article))
    return lines
