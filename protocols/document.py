"""From a protocol's file to a checked `Protocol`, or the line that is wrong."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date, datetime, time
from functools import lru_cache
from pathlib import Path
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import holidays as legal_holidays

from pole import legal
from pole.calendar import Opening
from pole.conditions import (
    Choice,
    Codes,
    Condition,
    ConditionError,
    Flag,
    Kind,
    Number,
    Vocabulary,
    find_cycle,
    parse,
    written_out,
)
from pole.marking import N_
from pole.yamlfile import FileError, Node, load
from protocols.clauses import Clauses, read_delay, read_period
from protocols.history import ALERT, KINDS, READING, Count
from protocols.terms import AGREEMENT, REFERENT, Article, Basis, Flow, Party, Protocol, Step, Urgency

__all__ = ["Protocol", "ProtocolError", "load_protocol", "read_protocol", "shipped"]

HERE = Path(__file__).parent / "documents"
MOST_TESTS = 2000  # explaining a condition goes through all of them
DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
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
    warnings = _texts(top.get("warnings"))
    parties = _parties(top["parties"], warnings)
    categories = _texts(top["categories"])
    purposes = _texts(top["purposes"])
    bases = _bases(top["bases"])
    never = (
        frozenset(part.one_of(categories) for part in top["never"].items()) if "never" in top else frozenset()
    )
    without_from, matrix = _matrix(top["matrix"], parties, categories, never)
    urgencies = _urgencies(top["urgencies"])
    history = _history(top["reads"], urgencies)
    vocabulary = _vocabulary(top["reads"], history)
    conditions, labels = _conditions(top.get("conditions"), vocabulary)
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
    zone = top["zone"].text() if "zone" in top else "Europe/Brussels"
    try:
        zone_info = ZoneInfo(zone)
    except (ZoneInfoNotFoundError, ValueError):
        raise top["zone"].error(N_("'%(zone)s' is not a time zone"), zone=zone) from None
    return Protocol(
        identifier=top["protocol"].text(),
        version=top["version"].text(),
        title=top["title"].text(),
        notice=top["notice"].text() if "notice" in top else "",
        zone=zone_info,
        signed_on=top["signed_on"].day() if "signed_on" in top else None,
        in_force_from=from_day,
        in_force_until=until_day,
        outside_force=top["outside_force"].text() if "outside_force" in top else "",
        week=_week(hours["week"]),
        holidays_of=_country(hours["holidays"]) if "holidays" in hours else None,
        grid=top["reads"].value["grid"].text(),
        vocabulary=vocabulary,
        history=history,
        parties=parties,
        warnings=warnings,
        purposes=purposes,
        forbidden=_texts(top.get("forbidden")),
        third_parties=_texts(top.get("third_parties")),
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


def _texts(node: Node | None) -> dict[str, str]:
    return {code: part.text() for code, part in node.mapping().items()} if node else {}


def _week(node: Node) -> tuple[Opening, ...]:
    given = node.mapping(optional=DAYS)
    week = tuple(_opening(given[day]) if day in given else () for day in DAYS)
    if not any(week):
        raise node.error(N_("a week has at least one opening"))
    return week


def _country(node: Node) -> str:
    code = node.text()
    try:
        legal_holidays.country_holidays(code)
    except NotImplementedError:
        raise node.error(
            N_("no holidays are known for '%(code)s': a country is named by two letters, like BE"), code=code
        ) from None
    return code


def _time_of_day(word: str) -> time:
    """Raises:
    ValueError: no time, or one with a zone: a party's hours are those of the protocol's.
    """
    found = time.fromisoformat(word)
    if found.tzinfo:
        raise ValueError(word)
    return found


def _opening(node: Node) -> Opening:
    spans: list[tuple[time, time]] = []
    for item in node.items():
        words = item.text().split("-")
        try:
            begin, end = (_time_of_day(word) for word in words)
        except ValueError:
            raise item.error(
                N_("expected hours like '09:00-17:00', found %(found)s"), found=repr(item.value)
            ) from None
        if begin >= end or (spans and begin < spans[-1][1]):
            raise item.error(N_("openings follow one another, each ending after it begins"))
        spans.append((begin, end))
    return tuple(spans)


def _hours(node: Node) -> tuple[tuple[Opening, ...] | None, bool]:
    """A party's own week, if it has one, and whether it is there by day and night."""
    if isinstance(node.value, dict):
        return _week(node), False
    return None, node.one_of({"working", "always"}) == "always"


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


def _parties(node: Node, warnings: Mapping[str, str]) -> dict[str, Party]:
    parties = {}
    for code, at in node.mapping().items():
        item = at.mapping(required=("label", "kind", "hours"), optional=("warning",))
        week, always = _hours(item["hours"])
        warning = item["warning"].one_of(warnings) if "warning" in item else None
        parties[code] = Party(code, item["label"].text(), item["kind"].text(), always, warning, week)
    if len(parties) < 2:
        raise node.error(N_("a protocol has at least two parties"))
    return parties


def _bases(node: Node) -> dict[str, Basis]:
    bases = {}
    for code, at in node.mapping().items():
        item = at.mapping(required=("label", "article", "reference"), optional=("law",))
        law = item["law"].one_of(legal.bases()) if "law" in item else None
        bases[code] = Basis(code, item["label"].text(), item["article"].text(), item["reference"].text(), law)
    for code in (AGREEMENT, REFERENT):
        if code not in bases:
            raise node.error(N_("'%(code)s' is missing: rules with agreement need it"), code=code)
    return bases


def _matrix(
    node: Node, parties: Mapping[str, Party], categories: Mapping[str, str], never: frozenset[str]
) -> tuple[int, dict[tuple[str, str], Flow]]:
    item = node.mapping(required=("without_agreement_from", "flows"), optional=())
    flows = {}
    for pair, at in item["flows"].mapping().items():
        words = pair.split(" -> ")
        if len(words) != 2 or words[0] == words[1] or not {*words} <= parties.keys():
            raise at.error(N_("'%(pair)s': expected two different parties, like 'VIC -> AUT'"), pair=pair)
        cell = at.mapping(optional=("both", "agreed", "without", "identity"))
        columns: dict[str, frozenset[str]] = {}
        for name in ("both", "agreed", "without"):
            listed = cell[name].items() if name in cell else ()
            seen: set[str] = set().union(*columns.values())
            for part in listed:
                category = part.one_of(categories)
                if category in never:
                    raise part.error(N_("%(category)s never crosses ('never')"), category=category)
                if category in seen:
                    raise part.error(N_("%(category)s stands in this cell twice"), category=category)
                seen.add(category)
            columns[name] = frozenset(seen) - frozenset().union(*columns.values())
        flows[words[0], words[1]] = Flow(
            agreed=columns["both"] | columns["agreed"],
            without=columns["both"] | columns["without"],
            identity=cell["identity"].truth() if "identity" in cell else True,
        )
    return item["without_agreement_from"].whole(1, 99), flows


def _urgencies(node: Node) -> dict[str, Urgency]:
    urgencies = {}
    given = node.mapping()
    for place, (code, at) in enumerate(given.items()):
        item = at.mapping(required=("label",), optional=("acknowledge", "answer", "ladder"))
        answer = (
            item["answer"].mapping(required=("within", "from"), optional=()) if "answer" in item else None
        )
        steps = []
        for part in item["ladder"].items() if "ladder" in item else ():
            step = part.mapping(required=("after", "who"), optional=("sender",))
            sender = step["sender"].text() if "sender" in step else None
            steps.append(
                Step(read_delay(step["after"]), step["who"].one_of({"referent", "direction"}), sender)
            )
        urgencies[code] = Urgency(
            code=code,
            label=item["label"].text(),
            rank=len(given) - place,
            acknowledge=read_delay(item["acknowledge"]) if "acknowledge" in item else None,
            answer=read_delay(answer["within"]) if answer else None,
            answer_from=answer["from"].one_of({"handover", "acknowledgement"}) if answer else None,
            ladder=tuple(steps),
        )
    return urgencies


def _history(reads: Node, urgencies: Mapping[str, Urgency]) -> dict[str, Count]:
    """The facts over history that the rules may look at."""
    given = reads.mapping()
    return {
        name: _count(name, at, urgencies)
        for name, at in (given["history"].mapping().items() if "history" in given else ())
    }


def _count(name: str, node: Node, urgencies: Mapping[str, Urgency]) -> Count:
    if "." in name:
        raise node.error(N_("'%(name)s': the name of a fact over history has no dot"), name=name)
    item = node.mapping(required=("label", "count", "within"), optional=("of", "least_level", "since_last"))
    kind = item["count"].one_of(KINDS)
    if "least_level" in item and kind != READING:
        raise item["least_level"].error(N_("only readings have a level"))
    of = frozenset(item["of"].words()) if "of" in item else frozenset[str]()
    if kind == READING and of:
        raise item["of"].error(N_("readings are counted by 'least_level'"))
    for part in item["of"].items() if kind == ALERT and "of" in item else ():
        part.one_of(urgencies)
    return Count(
        label=item["label"].text(),
        kind=kind,
        within=read_period(item["within"]),
        of=of,
        least_level=item["least_level"].whole(0, 99) if "least_level" in item else None,
        since_last=item["since_last"].one_of(urgencies) if "since_last" in item else None,
    )


def _vocabulary(node: Node, history: Mapping[str, Count]) -> Vocabulary:
    item = node.mapping(
        required=("grid", "indicators"),
        optional=("markers", "dynamics", "other_grounds", "details", "history"),
    )
    markers = frozenset(item["markers"].words()) if "markers" in item else frozenset()
    indicators = frozenset(item["indicators"].words())
    dynamics = frozenset(item["dynamics"].words()) if "dynamics" in item else frozenset()
    others = frozenset(item["other_grounds"].words()) if "other_grounds" in item else frozenset()
    facts: dict[str, Kind] = {
        "severity": Number("criticité"),
        "previous": Number("criticité précédente"),
        "first": Flag("première lecture"),
        "risen": Flag("hausse de criticité"),
        "due_new": Flag("échéance nouvelle"),
        "dynamics": Choice(dynamics, "dynamique"),
        "markers": Codes(markers, "marqueurs"),
        "new_markers": Codes(markers, "marqueurs nouveaux"),
        "active": Codes(indicators, "indicateurs actifs"),
        "newly_active": Codes(indicators, "indicateurs nouvellement actifs"),
        "grounds": Codes(markers | dynamics | others, "motifs du niveau"),
        "causes": Codes(indicators, "indicateurs derrière le niveau"),
    }
    for name, count in history.items():
        if name in facts:
            raise item["history"].value[name].error(N_("'%(name)s' is already the name of a fact"), name=name)
        facts[name] = Number(count.label)
    for name, at in item["details"].mapping().items() if "details" in item else ():
        if name.partition(".")[0] not in indicators or "." not in name:
            raise at.error(N_("'%(name)s' is not a detail of an indicator listed above"), name=name)
        detail = at.mapping(required=("label",), optional=("values",))
        label = detail["label"].text()
        facts[name] = (
            Choice(frozenset(_texts(detail["values"])), label) if "values" in detail else Flag(label)
        )
    return Vocabulary(facts)


def _conditions(node: Node | None, vocabulary: Vocabulary) -> tuple[dict[str, Condition], dict[str, str]]:
    given = node.mapping() if node else {}
    conditions, labels = {}, {}
    for name, at in given.items():
        if name in vocabulary.facts or name == "always":
            raise at.error(N_("'%(name)s' is already the name of a fact"), name=name)
        item = at.mapping(required=("label", "when"), optional=())
        labels[name] = item["label"].text()
        try:
            conditions[name] = parse(item["when"].plain(), vocabulary, names=given)
        except ConditionError as problem:
            raise item["when"].at(problem.path).error(problem.message, **problem.params) from None
    if circle := find_cycle(conditions):
        names = " -> ".join(circle)
        raise given[circle[0]].error(N_("conditions refer to one another: %(names)s"), names=names)
    for name, number in written_out(conditions).items():
        if number > MOST_TESTS:
            raise given[name].error(
                N_("this condition comes to more than %(number)s tests once those it names are written out"),
                number=MOST_TESTS,
            )
    return conditions, labels
