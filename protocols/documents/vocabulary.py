"""What the rules of a protocol may look at: facts of a reading or over a case's history, and conditions by name.

Each reader raises the file's own error, with path and line.
"""

from __future__ import annotations

from collections.abc import Mapping

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
from pole.yamlfile import Node
from protocols.documents.delays import read_period
from protocols.documents.parts import read_texts
from protocols.history import ALERT, KINDS, READING, Count
from protocols.terms import Urgency

MOST_TESTS = 2000  # explaining a condition goes through all of them


def read_history(reads: Node, urgencies: Mapping[str, Urgency]) -> dict[str, Count]:
    """The facts over history, by name."""
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


def read_vocabulary(node: Node, history: Mapping[str, Count]) -> Vocabulary:
    """Every fact: those of any reading, those over history, and the details that the file lists."""
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
            Choice(frozenset(read_texts(detail["values"])), label) if "values" in detail else Flag(label)
        )
    return Vocabulary(facts)


def read_conditions(node: Node | None, vocabulary: Vocabulary) -> tuple[dict[str, Condition], dict[str, str]]:
    """The conditions by name, and what each is called."""
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
