"""The law as a message cites it: what was in force on the day it left, written with it and never worked out again."""

from collections.abc import Iterable
from datetime import date

from pole import legal
from protocols.terms import Protocol


def law_cited(protocol: Protocol, bases: Iterable[str], day: date) -> dict[str, str]:
    """Basis -> its reference on that day; the protocol's own words for a basis that the dated table does not know."""
    return {code: _reference(protocol, code, day) for code in sorted(set(bases))}


def _reference(protocol: Protocol, code: str, day: date) -> str:
    basis = protocol.bases[code]
    known = legal.bases()[basis.law].reference_on(day) if basis.law else ""
    return known or basis.reference
