"""The dated table of the law as a page shows it: what a basis is called, when it holds, its old and its new number."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from pole import legal
from pole.legal import NEW, OLD, LegalBasis, Reference


@dataclass(frozen=True, slots=True)
class LawShown:
    """A basis that the project knows. `old` and `new` are None for one that stands outside the Code pénal."""

    code: str
    label: str
    since: date | None
    until: date | None
    old: Reference | None
    new: Reference | None
    others: Sequence[Reference]
    requires: Sequence[str]


def law_shown(code: str | None) -> LawShown | None:
    """One basis of the dated table, or None for a code that it doesn't have."""
    known = legal.bases().get(code or "")
    return _shown(known) if known else None


def all_laws() -> list[LawShown]:
    """The whole table, in the order of its file."""
    return [_shown(basis) for basis in legal.bases().values()]


def _shown(basis: LegalBasis) -> LawShown:
    return LawShown(
        basis.code,
        basis.label,
        basis.since,
        basis.until,
        basis.numbered(OLD),
        basis.numbered(NEW),
        [each for each in basis.references if each.numbering is None],
        basis.requires,
    )
