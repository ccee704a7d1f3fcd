"""A condition as lines of a form: one fact and one question each, joined by "and" or "or"."""

from __future__ import annotations

import re
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from pole.conditions import Choice, Codes, Flag, Kind, Number
from protocols.terms import Protocol

Row = tuple[str, str]
"""A question ("severity|at_least", "named|orange") and what was typed beside it."""
ASKED = {
    "is": gettext_lazy("is"),
    "in": gettext_lazy("is one of"),
    "at_least": gettext_lazy("is at least"),
    "at_most": gettext_lazy("is at most"),
    "any_of": gettext_lazy("one of them among"),
    "all_of": gettext_lazy("all of"),
    "none_of": gettext_lazy("none of"),
    "only": gettext_lazy("nothing but"),
    "some": gettext_lazy("at least one"),
    "empty": gettext_lazy("none"),
    "yes": gettext_lazy("yes"),
    "no": gettext_lazy("no"),
    "unless": gettext_lazy("no, or not known"),
}
ALONE = {"some", "empty", "yes", "no", "unless"}
"""Questions that need nothing beside them."""
ORDER = tuple(ASKED)


def questions(protocol: Protocol) -> list[tuple[str, list[tuple[str, str]]]]:
    """Everything that a line can ask, grouped by fact."""
    groups = []
    named = [
        (f"{way}|{name}", words.format(label))
        for name, label in protocol.condition_labels.items()
        for way, words in (("named", "{}"), ("not", _("not: {}")))
    ]
    if named:
        groups.append((_("Conditions of this protocol"), named))
    for fact, kind in protocol.vocabulary.facts.items():
        label = f"{kind.label or fact}"
        asked = [(f"{fact}|{test}", f"{label} : {ASKED[test]}") for test in _tests(kind)]
        groups.append((label, asked))
    return groups


def _tests(kind: Kind) -> list[str]:
    match kind:
        case Flag():
            return ["yes", "no", "unless"]
        case Codes():
            return ["any_of", "all_of", "none_of", "only", "some", "empty"]
        case _:
            return [test for test in ORDER if test in kind.tests]


def rows_of(plain: Any, protocol: Protocol) -> tuple[str, list[Row]] | None:
    """A condition as lines and how they are joined; None if it says more than lines can."""
    if plain == "always":
        return "all", []
    if isinstance(plain, dict) and len(plain) == 1:
        ((key, parts),) = plain.items()
        if key in {"all", "any"} and isinstance(parts, list):
            rows = [_row(part, protocol) for part in parts]
            return (key, [row for row in rows if row]) if all(rows) else None
    row = _row(plain, protocol)
    return ("all", [row]) if row else None


def _row(plain: Any, protocol: Protocol) -> Row | None:  # noqa: PLR0911  (one return per form)
    if isinstance(plain, str):
        if plain in protocol.conditions:
            return f"named|{plain}", ""
        return (f"{plain}|yes", "") if plain in protocol.vocabulary else None
    if not isinstance(plain, dict) or len(plain) != 1:
        return None
    ((fact, asked),) = plain.items()
    if fact == "not" and isinstance(asked, str):
        if asked in protocol.conditions:
            return f"not|{asked}", ""
        return (f"{asked}|unless", "") if asked in protocol.vocabulary else None
    if fact not in protocol.vocabulary:
        return None
    if isinstance(asked, bool):
        return f"{fact}|{'yes' if asked else 'no'}", ""
    if not isinstance(asked, dict):
        return f"{fact}|is", str(asked)
    if len(asked) != 1:
        return None
    ((test, operand),) = asked.items()
    if test == "empty":
        return f"{fact}|{'empty' if operand else 'some'}", ""
    return f"{fact}|{test}", ", ".join(map(str, operand)) if isinstance(operand, list) else str(operand)


def plain_of(joint: str, rows: list[Row], protocol: Protocol) -> Any:
    """The condition that lines say, as the file writes it; without a line it always holds.

    Raises:
        WrongLine
    """
    parts = [_part(n, question, typed, protocol) for n, (question, typed) in enumerate(rows)]
    if not parts:
        return "always"
    return parts[0] if len(parts) == 1 else {joint: parts}


class WrongLine(ValueError):
    """A line that asks nothing that can be asked: which, and why."""

    def __init__(self, line: int, reason: str) -> None:
        self.line, self.reason = line, reason
        super().__init__(reason)


def _part(line: int, question: str, typed: str, protocol: Protocol) -> Any:
    fact, _bar, test = question.partition("|")
    if fact == "named":
        return test
    if fact == "not":
        return {"not": test}
    if test in ALONE:
        alone = {
            "yes": fact,
            "no": {fact: False},
            "unless": {"not": fact},
            "empty": {fact: {"empty": True}},
            "some": {fact: {"empty": False}},
        }
        return alone[test]
    words = [word for word in re.split(r"[\s,;]+", typed) if word]
    if not words:
        raise WrongLine(line, _("Say what it is compared with."))
    operands = [_operand(line, word, protocol.vocabulary.facts[fact]) for word in words]
    if test in {"is", "at_least", "at_most"}:
        if len(operands) > 1:
            raise WrongLine(line, _("Only one value here."))
        return {fact: operands[0]} if test == "is" else {fact: {test: operands[0]}}
    return {fact: {test: operands}}


def _operand(line: int, word: str, kind: Kind) -> int | str:
    if isinstance(kind, Number):
        if not re.fullmatch(r"\d{1,4}", word):
            raise WrongLine(line, _("“{}” is not a whole number.").format(word))
        return int(word)
    known = kind.values if isinstance(kind, Choice | Codes) else frozenset[str]()
    if word not in known:
        listed = ", ".join(sorted(known, key=lambda code: (len(code), code))) or _("none yet")
        raise WrongLine(line, _("“{}” is none of the codes of this fact: {}.").format(word, listed))
    return word
