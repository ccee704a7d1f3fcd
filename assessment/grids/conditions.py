"""The part of a grid's file that names conditions, and the reading of every other condition in it."""

from __future__ import annotations

from collections.abc import Mapping

from pole.conditions import Condition, ConditionError, Vocabulary, expand, find_cycle, parse
from pole.marking import N_
from pole.yamlfile import Node


class Conditions:
    """Reads conditions of one file: they share lists, names and vocabulary."""

    def __init__(self, top: Mapping[str, Node], vocabulary: Vocabulary) -> None:
        self.top, self.vocabulary = top, vocabulary
        self.lists = (
            {name: list(node.words()) for name, node in top["lists"].mapping().items()}
            if "lists" in top
            else {}
        )
        self.dynamics = top["dynamics"].mapping() if "dynamics" in top else {}
        self.markers = top["markers"].mapping() if "markers" in top else {}
        self.conditions_at = named = top["conditions"].mapping() if "conditions" in top else {}
        fields = {name: node.mapping(required=("label", "when"), optional=()) for name, node in named.items()}
        self.labels = {name: item["label"].text() for name, item in fields.items()}
        self.names = [*named, *self.dynamics, *self.markers]
        for name in self.names:
            if self.names.count(name) > 1 or name in vocabulary.facts:
                where = self.markers.get(name) or self.dynamics.get(name) or named[name]
                raise where.error(N_("'%(name)s' is already the name of something else"), name=name)
        for name, node in (top["lists"].mapping() if "lists" in top else {}).items():
            for item in node.items():
                self.read(item)
            if name in self.names or name in vocabulary.facts:
                raise node.error(N_("'%(name)s' is already the name of something else"), name=name)
        self.conditions = {name: self.read(item["when"]) for name, item in fields.items()}

    def read(self, node: Node) -> Condition:
        """One condition, its errors placed on their line."""
        try:
            return parse(expand(node.plain(), self.lists), self.vocabulary, names=self.names)
        except ConditionError as problem:
            raise node.at(problem.path).error(problem.message, **problem.params) from None

    def check_circles(self, named: Mapping[str, Condition]) -> None:
        """Refuse conditions that refer to one another in a circle."""
        if circle := find_cycle(named):
            places = {**self.conditions_at, **self.dynamics, **self.markers}
            raise places[circle[0]].error(
                N_("conditions refer to one another: %(names)s"), names=" -> ".join(circle)
            )
