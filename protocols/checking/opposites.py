"""Two rules that order opposite things: to the same recipient, about the same category, on the same facts.

Without the person's agreement a rule sends, holds for the référent, or lets nothing pass. What is sent by the more
urgent of two goes before what the other holds (the engine merges them so); what one sends and the other forbids
has no answer in the text.
"""

from enum import StrEnum
from itertools import combinations

from django.utils.translation import gettext as _

from pole.conditions.places import Path
from protocols.checking.conditions import Asking, from_level
from protocols.checking.findings import Kind, placed_rules
from protocols.checking.witness import words
from protocols.terms import HOLD, NOTHING, Protocol, Rule

Pair = tuple[str, str]


class Stance(StrEnum):
    """What becomes of a category without agreement."""

    SENDS = "sends"
    HOLDS = "holds"
    REFUSES = "refuses"


def check_opposites(protocol: Protocol, asking: Asking) -> None:
    """Every two rules, once."""
    placed = [(path, rule) for path, rule in placed_rules(protocol) if not rule.duty]
    for first, second in combinations(placed, 2):
        shared = sorted(_pairs(first[1]) & _pairs(second[1]))
        if shared:
            _check_stances(protocol, asking, shared, first, second)
            _check_delays(protocol, asking, first, second)


def _check_stances(
    protocol: Protocol, asking: Asking, pairs: list[Pair], first: tuple[Path, Rule], second: tuple[Path, Rule]
) -> None:
    (path, one), (_path, other) = first, second
    stances = {stance(one), stance(other)}
    if len(stances) == 1 or Stance.REFUSES not in stances:
        return
    opposed = {pair: sorted({*categories(one, pair)} & {*categories(other, pair)}) for pair in pairs}
    listed = [
        f"{', '.join(codes)} ({sender} → {recipient})"
        for (sender, recipient), codes in opposed.items()
        if codes
    ]
    if not listed:
        return
    found = asking.witness(path, one.when, other.when, from_level(protocol.without_from))
    if found is None:
        return
    (where, freely), (_where, agreed) = (second, first) if stance(one) == Stance.REFUSES else (first, second)
    sends = Stance.SENDS in stances
    text = (
        _(
            "‘%(freely)s’ sends %(categories)s without agreement, and ‘%(agreed)s’ (article %(article)s) only with it. "
            "Both hold, as far as facts go one by one, with: %(facts)s."
        )
        if sends
        else _(
            "Without agreement, ‘%(freely)s’ leaves %(categories)s to the référent, and ‘%(agreed)s’ (article "
            "%(article)s) lets nothing pass. Both hold, as far as facts go one by one, with: %(facts)s."
        )
    )
    reason = text % {
        "freely": freely.id,
        "agreed": agreed.id,
        "article": agreed.article,
        "categories": " ; ".join(listed),
        "facts": words(protocol, found),
    }
    (asking.findings.fault if sends else asking.findings.oddity)(Kind.OPPOSITE, where, reason)


def _pairs(rule: Rule) -> set[Pair]:
    return {*(rule.agreed or {}), *(rule.other or {})}


def _check_delays(
    protocol: Protocol, asking: Asking, first: tuple[Path, Rule], second: tuple[Path, Rule]
) -> None:
    (_path, one), (path, other) = first, second
    if one.urgency != other.urgency or one.within == other.within:
        return
    if (found := asking.witness(path, one.when, other.when)) is not None:
        reason = _(
            "‘%(one)s’ (article %(article)s) gives another delay for the same alert to the same recipient. Both hold, "
            "as far as facts go one by one, with: %(facts)s."
        ) % {"one": one.id, "article": one.article, "facts": words(protocol, found)}
        asking.findings.oddity(Kind.OPPOSITE, path, reason)


def stance(rule: Rule) -> Stance:
    """What a rule orders for lack of agreement."""
    return {HOLD: Stance.HOLDS, NOTHING: Stance.REFUSES, None: Stance.SENDS}[rule.otherwise]


def categories(rule: Rule, pair: Pair) -> tuple[str, ...]:
    """What its stance is about: what goes without agreement, or what never does."""
    listed = rule.agreed if rule.otherwise == NOTHING else rule.other
    return (listed or {}).get(pair, ())
