"""From a protocol's file to a checked `Protocol`, or the line that is wrong."""

from __future__ import annotations

import json
from datetime import date, datetime
from functools import lru_cache
from pathlib import Path
from zoneinfo import ZoneInfo

from pole.marking import N_
from pole.yamlfile import FileError, Node, load
from protocols.documents.clauses import Clauses
from protocols.documents.hours import read_country, read_week, read_zone
from protocols.documents.parts import read_bases, read_matrix, read_parties, read_texts, read_urgencies
from protocols.documents.vocabulary import read_conditions, read_history, read_vocabulary
from protocols.terms import Article, Protocol

HERE = Path(__file__).parent
TOP = (
    "protocol",
    "version",
    "title",
    "in_force",
    "working_hours",
    "reads",
    "parties",
    "purposes",
    "bases",
    "categories",
    "matrix",
    "urgencies",
    "articles",
)
TOP_OPTIONAL = (
    "notice",
    "zone",
    "signed_on",
    "outside_force",
    "warnings",
    "never",
    "conditions",
    "sources",
    "forbidden",
    "third_parties",
    "reviews",
)


class ProtocolError(FileError):
    """A protocol file that cannot be used: file, path, line, reason."""


def shipped() -> tuple[str, ...]:
    """Identifiers of the protocols that ship with the project."""
    return tuple(sorted(path.stem for path in HERE.glob("*.yaml")))


def load_protocol(source: str | Path) -> Protocol:
    """The protocol in this file, with this identifier, or in this text (what holds more than one line
    is a text).

    Raises:
        ProtocolError: no such protocol, or a file that is wrong, with the line and what to do.
    """
    if isinstance(source, Path):
        return read_protocol(load(source, error=ProtocolError))
    if "\n" in source:
        return _text(source)
    return _shipped(source)


@lru_cache(maxsize=16)
def _text(source: str) -> Protocol:
    """Kept, since one text is read by every page and every signature about it; a protocol never changes."""
    return read_protocol(load(source, error=ProtocolError, name="protocol"))


@lru_cache
def _shipped(identifier: str) -> Protocol:
    if identifier not in shipped():
        raise ProtocolError(f"no protocol is called '{identifier}' (there are: {', '.join(shipped())})")
    return read_protocol(load(HERE / f"{identifier}.yaml", error=ProtocolError))


def read_protocol(root: Node) -> Protocol:
    """Check a loaded file and make the protocol of it.

    Raises:
        ProtocolError: with path and line.
    """
    top = root.mapping(required=TOP, optional=TOP_OPTIONAL)
    in_force = top["in_force"].mapping(required=("from", "until"), optional=())
    from_day, until_day = in_force["from"].day(), in_force["until"].day()
    if until_day < from_day:
        raise in_force["until"].error(N_("ends before it begins (%(day)s)"), day=from_day)
    hours = top["working_hours"].mapping(required=("week",), optional=("holidays",))
    warnings = read_texts(top.get("warnings"))
    parties = read_parties(top["parties"], warnings)
    categories = read_texts(top["categories"])
    purposes = read_texts(top["purposes"])
    bases = read_bases(top["bases"])
    never = (
        frozenset(part.one_of(categories) for part in top["never"].items()) if "never" in top else frozenset()
    )
    without_from, matrix = read_matrix(top["matrix"], parties, categories, never)
    urgencies = read_urgencies(top["urgencies"])
    history = read_history(top["reads"], urgencies)
    vocabulary = read_vocabulary(top["reads"], history)
    conditions, labels = read_conditions(top.get("conditions"), vocabulary)
    clauses = Clauses(
        parties=parties,
        categories=categories,
        purposes=purposes,
        bases=bases,
        matrix=matrix,
        urgencies=urgencies,
        vocabulary=vocabulary,
        names=frozenset(conditions),
    )
    articles = clauses.articles(top["articles"])
    _check_stands_in(root, articles)
    zone = read_zone(top["zone"]) if "zone" in top else ZoneInfo("Europe/Brussels")
    return Protocol(
        identifier=top["protocol"].text(),
        version=top["version"].text(),
        title=top["title"].text(),
        notice=top["notice"].text() if "notice" in top else "",
        zone=zone,
        signed_on=top["signed_on"].day() if "signed_on" in top else None,
        in_force_from=from_day,
        in_force_until=until_day,
        outside_force=top["outside_force"].text() if "outside_force" in top else "",
        week=read_week(hours["week"]),
        holidays_of=read_country(hours["holidays"]) if "holidays" in hours else None,
        grid=top["reads"].value["grid"].text(),
        vocabulary=vocabulary,
        history=history,
        parties=parties,
        warnings=warnings,
        purposes=purposes,
        forbidden=read_texts(top.get("forbidden")),
        third_parties=read_texts(top.get("third_parties")),
        reviews=_reviews(top.get("reviews"), from_day, until_day),
        sources=top["sources"].words() if "sources" in top else (),
        bases=bases,
        categories=categories,
        never=never,
        without_from=without_from,
        matrix=matrix,
        urgencies=urgencies,
        conditions=conditions,
        condition_labels=labels,
        articles=articles,
        reminder=clauses.reminder,
        situation=clauses.situation,
        canonical=json.dumps(
            root.plain(), default=_plain, ensure_ascii=False, sort_keys=True, separators=(",", ":")
        ),
    )


def _plain(value: date | datetime) -> str:
    return value.isoformat()


def _reviews(node: Node | None, first: date, last: date) -> tuple[date, ...]:
    days = tuple(part.day() for part in node.items()) if node else ()
    for n, day in enumerate(days):
        if node and not first <= day <= last:
            raise node.value[n].error(
                N_("a review is a day of the protocol's life (%(first)s to %(last)s)"), first=first, last=last
            )
    return days


def _check_stands_in(root: Node, articles: tuple[Article, ...]) -> None:
    for n, article in enumerate(articles):
        for k, place in enumerate(article.stands_in):
            path = tuple(place.split("."))
            if root.at(path).path != path:
                raise root.at(("articles", n, "stands_in", k)).error(
                    N_("nothing stands at '%(place)s' in this file"), place=place
                )
