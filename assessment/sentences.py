"""A reading in French sentences: why it comes to what it comes to, and what asking could change. Pure."""

from __future__ import annotations

from collections.abc import Iterable

from assessment.asking import what_if
from assessment.result import Result
from assessment.wording import OWN_GROUNDS, GridWording
from pole.conditions import explain as explain_condition
from pole.conditions import trace


def explain(result: Result) -> list[str]:
    """The reading in sentences: type, level, what decided, what else counted, what is lacking."""
    wording = GridWording(result.grid)
    sentences = []
    if result.dynamics:
        line = result.grid.dynamics[result.dynamics]
        sentences.append(f"Dynamique {line.code}, {line.label} : {why(result, line.code)}.")
    level = "NE" if result.severity is None else str(result.severity)
    sentences.append(f"Criticité suggérée : {level} ({result.level.label}). {result.level.plain}")
    for ground in result.grounds:
        reached = "atteint" if ground.level == result.severity else "compte aussi, au niveau"
        comes_to = f"({ground.level})" if ground.code in OWN_GROUNDS else f"{reached} {ground.level}"
        reason = why(result, ground.code, ground.level)
        because = f" : {reason}" if reason else ""
        name = wording.ground(ground.code)
        sentences.append(f"{name[0].upper()}{name[1:]} {comes_to}{because}.")
    if result.incomplete:
        lacking = _listed(wording, (*result.not_known, *result.missing_details))
        sentences.append(f"Évaluation incomplète, à explorer ou à préciser : {lacking}.")
    if result.not_known_again:
        sentences.append(
            f"Lecture ouverte, sans réponse connue : {_listed(wording, result.not_known_again)}."
        )
    sentences += [caution.text for caution in result.grid.cautions if caution.code in result.caution_codes]
    return sentences + [wording.question(question) for question in result.questions]


def explain_asking(result: Result) -> list[str]:
    """What asking could change, in clauses, as `what_if()` orders it."""
    wording = GridWording(result.grid)
    return [wording.what_if(found) for found in what_if(result)]


def why(result: Result, code: str, level: int | None = None) -> str:
    """Why this type holds, or this ground reached this level, as a clause."""
    wording = GridWording(result.grid)
    if code == "previous":
        return _why_kept(result, wording)
    clauses, told = [], frozenset[str]()
    for condition in reversed(result.compiled.conditions_of(code, level)):
        traced = trace(condition, result.compiled.program, result.facts)
        behind = result.compiled.causes(condition, result.facts)
        if not behind or not behind <= told:  # a floor that tells what the marker rests on tells it once
            clauses.append(explain_condition(traced, wording))
        told = behind
    return " ; ".join(reversed(clauses))


def _why_kept(result: Result, wording: GridWording) -> str:
    if result.carried:
        return "ce qui n'est plus connu compte comme avant, " + _listed(wording, result.carried)
    lacking = dict.fromkeys((*result.not_known, *result.missing_details, *result.not_known_again))
    return "il reste à explorer ou à préciser " + _listed(wording, lacking)


def _listed(wording: GridWording, codes: Iterable[str]) -> str:
    return ", ".join(wording.indicator(code) for code in codes)
