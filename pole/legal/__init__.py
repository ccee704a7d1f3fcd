"""The law as data: dated legal bases, and the words for what may be shared and why.

Both are files: `bases.yaml` (each basis with the references that held from a day to a day, so that what was
printed on a day keeps its numbering) and `sharing.yaml` (categories of data, purposes).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from types import MappingProxyType

from pole.yamlfile import FileError, Node, load

HERE = Path(__file__).parent


@dataclass(frozen=True, slots=True)
class Reference:
    """Where a basis stands in the law between two days, both included; None is open."""

    text: str
    since: date | None = None
    until: date | None = None

    def holds_on(self, day: date) -> bool:
        return (self.since is None or self.since <= day) and (self.until is None or day <= self.until)


@dataclass(frozen=True, slots=True)
class LegalBasis:
    """A lawful reason to tell. On days that `references` leave out, its number is not known to us."""

    code: str
    label: str
    references: tuple[Reference, ...]
    requires: tuple[str, ...]
    by_the_person: bool
    without_agreement: bool
    since: date | None = None
    until: date | None = None

    def in_force_on(self, day: date) -> bool:
        """Whether the basis itself could be relied on that day."""
        return (self.since is None or self.since <= day) and (self.until is None or day <= self.until)

    def reference_on(self, day: date) -> str:
        """The article as numbered that day, '' when the number is not known."""
        return "; ".join(ref.text for ref in self.references if ref.holds_on(day))


@dataclass(frozen=True, slots=True)
class Category:
    """A kind of data. What is `never_shared` crosses under no agreement and no basis."""

    code: str
    label: str
    never_shared: bool


@dataclass(frozen=True, slots=True)
class Purpose:
    """What sharing is for. There is no other."""

    code: str
    label: str


def bases() -> Mapping[str, LegalBasis]:
    """Code -> legal basis."""
    return _bases_in(HERE / "bases.yaml")


def categories() -> tuple[Category, ...]:
    """Every category, in the order of its code."""
    return _sharing()[0]


def purposes() -> tuple[Purpose, ...]:
    """Every purpose, in the order of its code."""
    return _sharing()[1]


@cache
def _bases_in(path: Path) -> Mapping[str, LegalBasis]:
    """Raises:
    FileError: with the path and line of what is wrong.
    """
    root = load(path).mapping(required=["bases"], optional=[])
    return MappingProxyType(
        {code: _basis(code, node) for code, node in root["bases"].mapping().items()},
    )


def _basis(code: str, node: Node) -> LegalBasis:
    given = node.mapping(
        required=["label", "references", "requires"],
        optional=["by_the_person", "without_agreement", "since", "until"],
    )
    return LegalBasis(
        code=code,
        label=given["label"].text(),
        references=tuple(_reference(item) for item in given["references"].items()),
        requires=given["requires"].words(),
        by_the_person="by_the_person" in given and given["by_the_person"].truth(),
        without_agreement="without_agreement" in given and given["without_agreement"].truth(),
        since=_day(given, "since"),
        until=_day(given, "until"),
    )


def _reference(node: Node) -> Reference:
    given = node.mapping(required=["text"], optional=["since", "until"])
    reference = Reference(given["text"].text(), _day(given, "since"), _day(given, "until"))
    if reference.since and reference.until and reference.until < reference.since:
        raise given["until"].error("ends before it begins")
    return reference


def _day(given: Mapping[str, Node], key: str) -> date | None:
    return given[key].day() if key in given else None


@cache
def _sharing() -> tuple[tuple[Category, ...], tuple[Purpose, ...]]:
    root = load(HERE / "sharing.yaml").mapping(required=["categories", "purposes"], optional=[])
    found = []
    for code, node in root["categories"].mapping().items():
        given = node.mapping(required=["label"], optional=["never_shared"])
        never = "never_shared" in given and given["never_shared"].truth()
        found.append(Category(code, given["label"].text(), never))
    aims = [Purpose(code, node.text()) for code, node in root["purposes"].mapping().items()]
    return tuple(found), tuple(aims)


__all__ = ["Category", "FileError", "LegalBasis", "Purpose", "Reference", "bases", "categories", "purposes"]
