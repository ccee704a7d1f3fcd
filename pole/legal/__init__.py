"""The law as data: dated legal bases, and the words for what may be shared and why.

Both are files: `bases.yaml` (each basis with the references that held from a day to a day, so that what was
printed on a day keeps its numbering; the old and the new Code pénal change over on one day) and `sharing.yaml`
(categories of data, purposes).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from types import MappingProxyType

from pole.yamlfile import FileError, Node, load

HERE = Path(__file__).parent
OLD, NEW = "old", "new"
PENDING = "numéro à confirmer"
READING = "C05"
"""The category under which a reading crosses: its level, its type, its markers."""


@dataclass(frozen=True, slots=True)
class Reference:
    """Where a basis stands in the law between two days, both included; None is open.

    Args:
        numbering: "old" or "new" for an article of the Code pénal, None for other sources.
        pending: its number is not known to us; it is cited without one, and says so.
        lead: where a lawyer may look for it. Shown beside the other numbering, never cited.
    """

    text: str
    since: date | None = None
    until: date | None = None
    numbering: str | None = None
    pending: bool = False
    lead: str = ""

    @property
    def cited(self) -> str:
        """As it is printed on what is written while it holds."""
        return f"{self.text}, {PENDING}" if self.pending else self.text

    def holds_on(self, day: date) -> bool:
        return (self.since is None or self.since <= day) and (self.until is None or day <= self.until)


@dataclass(frozen=True, slots=True)
class LegalBasis:
    """A lawful reason to tell, and where it stands in the law, day by day."""

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
        """The law as it was cited that day; '' for a basis that rests on no text."""
        return "; ".join(ref.cited for ref in self.references if ref.holds_on(day))

    def numbered(self, numbering: str) -> Reference | None:
        """Its article in the old Code pénal, or in the new one."""
        return next((ref for ref in self.references if ref.numbering == numbering), None)


@dataclass(frozen=True, slots=True)
class ChangeOver:
    """The day on which the new Code pénal takes the old one's place."""

    on: date
    old: str
    new: str
    note: str


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
    return _law_in(HERE / "bases.yaml")[0]


def change_over() -> ChangeOver:
    """When the numbering of the Code pénal changes."""
    return _law_in(HERE / "bases.yaml")[1]


def side_by_side() -> tuple[tuple[LegalBasis, Reference, Reference | None], ...]:
    """Every basis of the Code pénal with its article before and after the change-over, in the order of the file."""
    return tuple(
        (basis, old, basis.numbered(NEW)) for basis in bases().values() if (old := basis.numbered(OLD))
    )


def categories() -> tuple[Category, ...]:
    """Every category, in the order of its code."""
    return _sharing()[0]


def shareable() -> frozenset[str]:
    """Codes of the categories that can cross: each has something that carries it, and no other category has."""
    return frozenset(each.code for each in categories() if not each.never_shared)


def purposes() -> tuple[Purpose, ...]:
    """Every purpose, in the order of its code."""
    return _sharing()[1]


@cache
def _law_in(path: Path) -> tuple[Mapping[str, LegalBasis], ChangeOver]:
    """Raises:
    FileError: with the path and line of what is wrong.
    """
    root = load(path).mapping(required=["change_over", "bases"], optional=[])
    given = root["change_over"].mapping(required=["on", "old", "new", "note"], optional=[])
    change = ChangeOver(given["on"].day(), given["old"].text(), given["new"].text(), given["note"].text())
    found = {code: _basis(code, node, change.on) for code, node in root["bases"].mapping().items()}
    return MappingProxyType(found), change


def _basis(code: str, node: Node, change: date) -> LegalBasis:
    given = node.mapping(
        required=["label", "references", "requires"],
        optional=["by_the_person", "without_agreement", "since", "until"],
    )
    references = tuple(_reference(item, change) for item in given["references"].items())
    for numbering in (OLD, NEW):
        if sum(ref.numbering == numbering for ref in references) > 1:
            raise given["references"].error(f"the {numbering} numbering stands here twice")
    if any(ref.numbering == OLD for ref in references) and not any(
        ref.numbering == NEW for ref in references
    ):
        raise given["references"].error("say the new numbering beside the old, or that it is pending")
    return LegalBasis(
        code=code,
        label=given["label"].text(),
        references=references,
        requires=given["requires"].words(),
        by_the_person="by_the_person" in given and given["by_the_person"].truth(),
        without_agreement="without_agreement" in given and given["without_agreement"].truth(),
        since=_day(given, "since"),
        until=_day(given, "until"),
    )


def _reference(node: Node, change: date) -> Reference:
    given = node.mapping(required=["text"], optional=["since", "until", "numbering", "pending", "lead"])
    since, until = _day(given, "since"), _day(given, "until")
    numbering = given["numbering"].one_of({OLD, NEW}) if "numbering" in given else None
    if numbering == OLD:
        if until:
            raise given["until"].error("the old numbering ends with the change-over")
        until = change - timedelta(days=1)
    elif numbering == NEW:
        if since:
            raise given["since"].error("the new numbering begins with the change-over")
        since = change
    if since and until and until < since:
        raise given.get("until", node).error("ends before it begins")
    return Reference(
        text=given["text"].text(),
        since=since,
        until=until,
        numbering=numbering,
        pending="pending" in given and given["pending"].truth(),
        lead=given["lead"].text() if "lead" in given else "",
    )


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


__all__ = [
    "Category",
    "ChangeOver",
    "FileError",
    "LegalBasis",
    "Purpose",
    "Reference",
    "bases",
    "categories",
    "change_over",
    "purposes",
    "shareable",
    "side_by_side",
]
