"""The small condition language shared by reading grids and protocols.

A condition is a tree of frozen dataclasses over named facts. It is data: it can be checked when a file is
loaded, compiled into a fast predicate, printed as a sentence, and asked afterwards which branch held on
which fact. This package knows no domain: the caller hands in a `Vocabulary` that says which facts exist.
"""

from pole.conditions.evaluation import Facts, Predicate, Program, Trace, trace
from pole.conditions.language import (
    All,
    AnyOf,
    AtLeast,
    Condition,
    Named,
    Not,
    Test,
    facts_in,
    names_in,
    parts,
    walk,
)
from pole.conditions.parsing import ConditionError, expand, find_cycle, parse, parse_named, written_out
from pole.conditions.vocabulary import Choice, Codes, Day, Flag, Kind, Number, Vocabulary
from pole.conditions.wording import Wording, describe, explain

__all__ = [
    "All",
    "AnyOf",
    "AtLeast",
    "Choice",
    "Codes",
    "Condition",
    "ConditionError",
    "Day",
    "Facts",
    "Flag",
    "Kind",
    "Named",
    "Not",
    "Number",
    "Predicate",
    "Program",
    "Test",
    "Trace",
    "Vocabulary",
    "Wording",
    "describe",
    "expand",
    "explain",
    "facts_in",
    "find_cycle",
    "names_in",
    "parse",
    "parse_named",
    "parts",
    "trace",
    "walk",
    "written_out",
]
