"""A protocol's rules in French: what its facts and outcomes are called. Pure."""

from __future__ import annotations

from typing import Any

from pole.conditions import Choice, Test
from protocols.terms import Protocol

OUTCOMES = {
    "ordered": "s'applique",
    "duty": "s'applique",
    "condition_not_met": "ne s'applique pas",
    "no_agreement": "s'appliquerait avec l'accord de la personne, qui manque",
    "nothing_allowed": "s'appliquerait, mais la matrice ne laisse rien passer à ce niveau",
}
JOINTS = {
    "any_of": "parmi eux {}",
    "all_of": "tous présents : {}",
    "none_of": "sans {}",
    "only": "seulement {}",
    "at_least": "{} ou plus",
    "at_most": "{} ou moins",
    "is": "{}",
    "in": "{}",
}


class ProtocolWording:
    """Names facts and conditions as one protocol does."""

    def __init__(self, protocol: Protocol) -> None:
        self.protocol = protocol

    def name(self, name: str) -> str:
        """A named condition."""
        return self.protocol.condition_labels[name]

    def test(self, test: Test, value: Any = None) -> str:
        """One test as a clause, with the codes met when there are some."""
        kind = self.protocol.vocabulary.facts[test.fact]
        operand = test.operand
        if test.test == "empty":
            return f"{kind.label} : " + ("aucun" if operand else _listed(value) or "au moins un")
        if isinstance(operand, bool):
            return kind.label if operand else f"{kind.label} : non"
        if isinstance(operand, frozenset) and value is not None and test.test in {"any_of", "only"}:
            operand = operand & frozenset(value)
        words = _listed(operand) if isinstance(operand, frozenset) else str(operand)
        if isinstance(kind, Choice) and test.test in {"is", "in"} and value is not None:
            words = str(value)
        return f"{kind.label} : {JOINTS[test.test].format(words)}"


def _listed(codes: Any) -> str:
    return ", ".join(sorted(map(str, codes or ())))
