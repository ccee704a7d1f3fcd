"""What a grid's facts, grounds and questions are called, in French. The words for the profession come from its
file; only the joints of the sentences stand here. Pure."""

from __future__ import annotations

from datetime import date
from typing import Any

from assessment.asking import WhatIf
from assessment.grid import Grid
from assessment.placing import Question
from pole.calendar import Period
from pole.conditions import Test

ASKED = {
    "absent_but_seen": "noté absent, mais une date est donnée. La date a été retenue ; vérifier.",
    "unknown_but_seen": "noté inconnu, mais une date est donnée. La date a été retenue ; vérifier.",
    "seen_disagrees": "la réponse et la date ne concordent pas. Le plus récent a été retenu ; vérifier.",
    "lasting_without_date": "depuis quand ? Sans date, le signe reste actif.",
    "detail_wanted": "à préciser.",
}
OWN_GROUNDS = {
    "previous": "niveau précédent gardé",
    "explored": "tout ce qui compte est exploré, et rien n'élève le niveau",
    "chosen": "niveau choisi",
}


class GridWording:
    """Names facts and conditions as one grid does."""

    def __init__(self, grid: Grid) -> None:
        self.grid = grid

    def indicator(self, code: str) -> str:
        """« Étranglement / étouffement (A8) », or « moyens à disposition (A15) » when `code` has a detail."""
        code, _, detail = code.partition(".")
        indicator = self.grid.indicators[code]
        return (
            f"{indicator.details[detail].label if detail in indicator.details else indicator.label} ({code})"
        )

    def name(self, name: str) -> str:
        """A named condition, a type or a marker."""
        if name in self.grid.dynamics:
            return f"{self.grid.dynamics[name].label} ({name})"
        if name in self.grid.markers:
            return f"{self.grid.markers[name].label} ({name})"
        return self.grid.condition_labels[name]

    def ground(self, code: str) -> str:
        """A ground, for a list."""
        for rule in self.grid.rules:
            if rule.code == code:
                return rule.label
        return OWN_GROUNDS[code] if code in OWN_GROUNDS else self.name(code)

    def test(self, test: Test, value: Any = None) -> str:
        """One test as a clause, with the value met when there is one."""
        fact, operand = test.fact, test.operand
        code, _, what = fact.partition(".")
        indicator = self.grid.indicators.get(code)
        name = self.indicator(fact) if indicator else self.grid.vocabulary.facts[fact].label
        if test.test == "within" and isinstance(operand, Period):
            days = f"{operand.days} jour{'s' if operand.days > 1 else ''}"
            return f"{name}, vu il y a {f'{operand.months} mois' if operand.months else days} ou moins"
        if value is not None and not isinstance(value, bool):
            operand = value
        elif test.test in {"at_least", "at_most"}:
            return f"{name} : {operand} ou {'plus' if test.test == 'at_least' else 'moins'}"
        if isinstance(operand, bool):
            ending = " : exploré et connu" if what == "known" else ""
            return name + ending if operand else f"{name} : non"
        words = sorted(operand, key=str) if isinstance(operand, frozenset) else [operand]
        labels = {}
        if indicator:
            labels = {value.code: value.label for value in indicator.scale.values.values()}
            if what in indicator.details:
                labels = dict(indicator.details[what].values)
        return f"{name} : " + " ou ".join(labels.get(str(word), str(word)) for word in words)

    def question(self, question: Question) -> str:
        """What to ask the person who answered."""
        return f"{self.indicator(question.code)} : {ASKED[question.kind]}"

    def what_if(self, asked: WhatIf) -> str:
        """« si Étranglement / étouffement (A8) : actuel (30 jours ou moins), criticité 3 (élevée) »."""
        indicator, answer = self.grid.indicators[asked.code], asked.answer
        value = indicator.scale.values.get(answer.value)
        said = [
            f"{self.indicator(asked.code)} : {value.label if value else self.number(asked.code, answer.value)}"
        ]
        if answer.seen:
            said.append(f"vu le {answer.seen:%d/%m/%Y}")
        for name, choice in answer.details.items():
            detail = indicator.details[name]
            if choice is not False:
                told = (
                    f"{choice:%d/%m/%Y}" if isinstance(choice, date) else detail.values.get(str(choice), "")
                )
                said.append(f"{detail.label} : {told}" if told else detail.label)
        level = "NE" if asked.level is None else asked.level
        return f"si {', '.join(said)} : criticité {level} ({self.grid.levels[asked.level].label})"

    def number(self, code: str, answer: str) -> str:
        """« 12 jours », for a line that asks for a number."""
        scale = self.grid.indicators[code].scale
        return f"{answer} {scale.label}" if scale.number and answer.isdecimal() else answer
